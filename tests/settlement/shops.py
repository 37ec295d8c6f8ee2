"""Shops with a house rule of the test's own, and the bench's two steps for all lines of a return."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from returns_app.journal.actors import SHOPPER, Actor
from returns_app.merchants.queries import Shop
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import ReturnLineSeen, return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.request import Requested, request
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.rulebook.publish import publish
from tests.makers import AT, OWNER, a_shop, agreed

BENCH = Actor("staff", "Willem")

LATE = {
    "ordered_at": "2026-10-20T10:00:00+02:00",
    "dispatched_at": "2026-10-22T10:00:00+02:00",
    "delivered_at": "2026-10-28T10:00:00+01:00",
}
"""An order whose right of withdrawal is over while the house rule's window is open: the law is silent."""

HOUSE = {
    "accept": '"yes"',
    "window": '"30 days from delivery"',
    "offers": '["exchange", "credit", "refund", "keep", "replace"]',
    "fee": "0",
    "return_shipping": "0",
    "credit_bonus": "0",
    "keep": '"10%"',
    "exchange_for": '"same-product"',
    "methods": '["own"]',
    "evidence": '"none"',
    "pay_on": '"receipt"',
    "shipping_refund": '"whole-order"',
    "promotion": '"keep"',
    "verdict": '"pay"',
    "deduction": '{ C = "25%", D = "60%" }',
}


def rule(name: str, answers: Mapping[str, str], when: str = "") -> str:
    condition = f"when = {when}\n" if when else ""
    said = "\n".join(f"{question} = {answer}" for question, answer in answers.items())
    return f'[[rule]]\nname = "{name}"\n{condition}[rule.then]\n{said}\n'


async def a_shop_that_says(*rules: str, currency: str = "EUR", slug: str = "winkel", **house: str) -> Shop:
    """A shop whose policy is these rules and a house rule; answers are written as in TOML."""
    shop = await a_shop(slug)
    text = f'title = "Test"\ncurrency = "{currency}"\n' + "".join((*rules, rule("House", {**HOUSE, **house})))
    await publish(text, file="test.toml", merchant=shop.id, actor=OWNER, at=AT)
    return shop


async def ask(
    shop: Shop,
    order: UUID,
    *lines: tuple[UUID, str],
    method: str | None = "own",
    quantities: Mapping[UUID, int] | None = None,
    products: Mapping[UUID, UUID] | None = None,
    reasons: Mapping[UUID, str] | None = None,
) -> Requested:
    """A return of these order lines, each for its resolution."""
    wishes = tuple(
        LineWish(
            order_line=line,
            quantity=(quantities or {}).get(line, 1),
            reason=(reasons or {}).get(line, "too-small"),
            resolution=resolution,
            product=(products or {}).get(line),
        )
        for line, resolution in lines
    )
    consent = Consent("I choose this instead of money.", "1")
    wish = Wish(key=str(uuid4()), order=order, lines=wishes, method=method, locale="nl", consent=consent)
    return await request(await agreed(shop, wish), merchant=shop.id, actor=SHOPPER, at=AT)


async def lines_of(shop: Shop, return_id: UUID) -> dict[UUID, ReturnLineSeen]:
    """The lines of a return by their order line."""
    return {line.order_line: line for line in (await return_seen(shop.id, return_id)).lines}


_PLACES: tuple[str, ...] = ("first", "second", "third")


async def box(shop: Shop, return_id: UUID, **counts: Count) -> None:
    """One box with counts for the lines by place: first, second, third."""
    lines = (await return_seen(shop.id, return_id)).lines
    places = dict(zip(_PLACES, lines, strict=False))
    counted = {places[place].id: count for place, count in counts.items()}
    await receive(return_id, counted, step=str(uuid4()), merchant=shop.id, actor=BENCH, at=AT)


async def judge(shop: Shop, return_id: UUID, **grades: str) -> None:
    """Grades for the lines by place."""
    lines = (await return_seen(shop.id, return_id)).lines
    places = dict(zip(_PLACES, lines, strict=False))
    judged = {places[place].id: Judged(grade=each, disposition="restock") for place, each in grades.items()}
    await grade(return_id, judged, step=str(uuid4()), merchant=shop.id, actor=BENCH, at=AT)
