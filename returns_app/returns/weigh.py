"""Weigh a wish: what the policy decides, what each choice brings, what all of it comes to.

The portal shows what this returns and `request` acts on it: there is one computation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays
import msgspec

from returns_app import database
from returns_app.core.calendar import Holidays
from returns_app.core.case import Asked, Case, Method, NewItem, Resolution
from returns_app.core.offers import Offer, offers
from returns_app.core.quote import Quote, quote
from returns_app.merchants.queries import Shop, merchant_by_id
from returns_app.money import Money
from returns_app.policy import merge
from returns_app.returns.consider import Considered, Situated, closed_anyway, consider, situate
from returns_app.returns.facts import LineAsk, Today
from returns_app.returns.history import history
from returns_app.returns.order_case import LineSeen, OrderCase, order_case
from returns_app.returns.refusals import LineClosed, NothingAsked, QuantityWrong, ReasonUnknown
from returns_app.returns.wish import LineWish, Wish
from returns_app.rulebook.queries import current, promised

CARRIED_OUT: tuple[Resolution, ...] = ("refund", "exchange", "replace", "credit", "keep")
"""The resolutions this app brings to an end by itself."""


_REMEDIES = ("repair", "replace", "refund")


class Variant(msgspec.Struct, frozen=True):
    """A product that can be had instead, with what is free of it."""

    id: UUID
    sku: str
    title: str
    options: dict[str, str]
    picture: str | None
    price: Money
    available: int


class WeighedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One wished line: units that would go back, the decision, and each offer with its amounts."""

    wish: LineWish
    line: LineSeen
    units: tuple[int, ...]
    considered: Considered
    offers: tuple[Offer, ...]
    variants: tuple[Variant, ...]
    resolution: Resolution | None


class MethodCost(msgspec.Struct, frozen=True):
    """A way to send everything back, and what it costs the shopper with the choices made so far."""

    method: Method
    cost: Money


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A wish with everything that follows from it. `quote` is None while a choice is missing."""

    shop: Shop
    situated: Situated
    wish: Wish
    lines: tuple[WeighedLine, ...]
    methods: tuple[MethodCost, ...]
    method: Method | None
    quote: Quote | None
    nothing_to_send: bool

    @property
    def fingerprint(self) -> str:
        """What the shopper agrees to: changes when an amount, a unit or a choice does."""
        shown = msgspec.json.encode((self.quote, self.method, [line.wish.product for line in self.lines]))
        return hashlib.sha256(shown).hexdigest()

    @property
    def in_review(self) -> bool:
        return any(line.considered.decision.verdict == "review" for line in self.lines)


async def situation(
    merchant: UUID, order: UUID, *, at: datetime, lock: bool = False
) -> tuple[Shop, Situated]:
    """The shop, and the order on the ground of today's policy. Raises OrderNotFound, NoPolicyPublished."""
    shop = await merchant_by_id(merchant)
    case = await order_case(merchant, order, lock=lock)
    published, at_order = await current(merchant), await promised(merchant, case.ordered_at)
    policies = {each.hash: each.policy for each in (at_order, published) if each is not None}
    before = await history(list(policies.values()), merchant, case.shopper, until=at, currency=case.currency)
    kept = shop.settings.promises
    return shop, situate(case, published, today(shop, at), before, at_order=at_order, promises=kept)


def today(shop: Shop, at: datetime) -> Today:
    """The merchant's day, with the public holidays of the merchant's country."""
    calendar = f"holidays {version('holidays')}, {shop.country}"
    return Today(at, ZoneInfo(shop.timezone), _holidays(shop.country), calendar)


@lru_cache
def _holidays(country: str) -> Holidays:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset()


async def weigh(merchant: UUID, wish: Wish, *, at: datetime, lock: bool = False) -> Weighed:
    """Decide and quote a wish. Raises a Refusal for what can't be weighed at all."""
    shop, situated = await situation(merchant, wish.order, at=at, lock=lock)
    if not wish.lines:
        raise NothingAsked
    considered = consider(situated, [_ask(shop, situated.order, line) for line in wish.lines])
    variants = await _variants(merchant, [each.line for each in considered])
    return _weighed(shop, situated, wish, considered, variants)


def _ask(shop: Shop, order: OrderCase, wish: LineWish) -> tuple[UUID, LineAsk]:
    line = order.line(wish.order_line)
    if closed_anyway(order, line) in ("service", "marketplace"):
        raise LineClosed(line=line.id, title=line.title)
    if type(wish.quantity) is not int or not 1 <= wish.quantity <= len(line.free):
        raise QuantityWrong(line=line.id, title=line.title, most=len(line.free))
    reason = shop.settings.all_reasons().get(wish.reason or "")
    if reason is None or reason.children:
        raise ReasonUnknown(line=line.id, title=line.title)
    return line.id, LineAsk(wish.quantity, reason.key, reason.ground, wish.answers)


_VARIANTS = """
SELECT id, sku, title, options, picture, price, currency, stock - reserved AS available, family
FROM products WHERE merchant = $1 AND family = ANY($2) ORDER BY title, sku
"""


async def _variants(merchant: UUID, lines: list[LineSeen]) -> dict[str, list[Variant]]:
    families = sorted({line.family for line in lines if line.family})
    found: dict[str, list[Variant]] = {family: [] for family in families}
    for row in await database.fetch(_VARIANTS, merchant, families) if families else []:
        found[row["family"]].append(
            Variant(
                row["id"],
                row["sku"],
                row["title"],
                msgspec.json.decode(row["options"]),
                row["picture"],
                Money(row["price"], row["currency"]),
                row["available"],
            )
        )
    return found


def _weighed(
    shop: Shop,
    situated: Situated,
    wish: Wish,
    considered: list[Considered],
    variants: Mapping[str, list[Variant]],
) -> Weighed:
    lines = tuple(
        _weighed_line(situated.order, line_wish, each, variants.get(each.line.family or "", []))
        for line_wish, each in zip(wish.lines, considered, strict=True)
    )
    nothing_to_send = all(line.resolution == "keep" for line in lines)
    methods = () if nothing_to_send else _methods(shop, situated.order, lines)
    method: Method | None = next((each.method for each in methods if each.method == wish.method), None)
    chosen = all(line.resolution for line in lines) and (method is not None or nothing_to_send)
    return Weighed(
        shop=shop,
        situated=situated,
        wish=wish,
        lines=lines,
        methods=methods,
        method=method,
        quote=quote(case_of(situated.order, lines, method)) if chosen else None,
        nothing_to_send=nothing_to_send,
    )


def _weighed_line(
    order: OrderCase, wish: LineWish, considered: Considered, family: list[Variant]
) -> WeighedLine:
    line = considered.line
    units = line.free[: wish.quantity]
    variants = tuple(_exchangeable(line, wish, family))

    def offered(considered: Considered) -> tuple[Offer, ...]:
        answers = considered.decision.answers
        asked = Asked(line=str(line.id), units=units, resolution="refund", answers=answers)
        found = offers(_case(order, (asked,), None), str(line.id))
        return tuple(offer for offer in found if _can_be_done(offer, line, wish, variants, family))

    shown = offered(considered)
    if not any(offer.resolution in _REMEDIES for offer in shown):
        considered = considered.with_money_at_last()
        shown = offered(considered)
    chosen: Resolution | None = next(
        (offer.resolution for offer in shown if offer.resolution == wish.resolution), None
    )
    return WeighedLine(
        wish=wish,
        line=line,
        units=units,
        considered=considered,
        offers=shown,
        variants=variants,
        resolution=chosen if chosen != "exchange" or _variant(wish, variants) else None,
    )


def _exchangeable(line: LineSeen, wish: LineWish, family: list[Variant]) -> list[Variant]:
    """Other variants of the same product at an unchanged price; sold-out ones are shown as such."""
    return [each for each in family if each.id != line.product and each.price == line.unit_price]


def _can_be_done(
    offer: Offer, line: LineSeen, wish: LineWish, variants: tuple[Variant, ...], family: list[Variant]
) -> bool:
    match offer.resolution:
        case "exchange":
            return any(variant.available >= wish.quantity for variant in variants)
        case "replace":
            return any(each.id == line.product and each.available >= wish.quantity for each in family)
        case resolution:
            return resolution in CARRIED_OUT


def _variant(wish: LineWish, variants: tuple[Variant, ...]) -> Variant | None:
    return next((variant for variant in variants if variant.id == wish.product), None)


def _methods(shop: Shop, order: OrderCase, lines: tuple[WeighedLine, ...]) -> tuple[MethodCost, ...]:
    """The ways the policy offers and the shop has a carrier for, each with its cost."""
    told = [line.considered.decision.answers.methods for line in lines if line.resolution != "keep"]
    carried = shop.settings.carriers
    [names] = merge("methods", told) if told else ((),)
    ways: list[Method] = [name for name in names if getattr(carried, name, None) is not None]
    return tuple(MethodCost(name, quote(case_of(order, lines, name)).return_cost) for name in ways)


def case_of(order: OrderCase, lines: tuple[WeighedLine, ...], method: Method | None) -> Case:
    """The lines with the choices made so far, undecided ones as money, as a case to quote."""
    return _case(order, tuple(_asked(line) for line in lines), method)


def _asked(line: WeighedLine) -> Asked:
    variant = _variant(line.wish, line.variants)
    return Asked(
        line=str(line.line.id),
        units=line.units,
        resolution=line.resolution or "refund",
        answers=line.considered.decision.answers,
        new_item=NewItem(variant.price, True) if line.resolution == "exchange" and variant else None,
    )


def _case(order: OrderCase, lines: tuple[Asked, ...], method: Method | None) -> Case:
    return Case(
        order=order.as_paid(),
        lines=lines,
        payments=tuple(payment.as_tender() for payment in order.payments),
        earlier=order.earlier,
        method=method,
    )
