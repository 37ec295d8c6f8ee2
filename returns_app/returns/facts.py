"""Rows made into the facts a policy asks about: one line per fact of policy/facts.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from returns_app.core.calendar import Holidays, withdrawal_end
from returns_app.money import Money
from returns_app.policy import Figures, Value
from returns_app.policy.facts import FOLLOW_UP
from returns_app.returns.order_case import LineSeen, OrderCase

CONFORMITY_DAYS = 730
"""Two years from delivery: the floor of Directive (EU) 2019/771 Art. 10."""

EXCEPTION = "withdrawal-exception:"
"""A tag of a product that the law excepts, with the letter of Directive 2011/83/EU Art. 16."""
_ALWAYS = frozenset("abcdfghjklm")
"""e and i are exceptions only once the seal is broken, which the bench sees and the law pack asks."""


class Today(msgspec.Struct, frozen=True):
    """The merchant's day: when a request is made, in which zone, between which holidays.

    `calendar` names those holidays, to be stored with what was decided by them.
    """

    at: datetime
    zone: ZoneInfo
    holidays: Holidays
    calendar: str = ""

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zone).date()

    def day_of(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self.zone).date() if moment else None

    def days_since(self, moment: datetime | None) -> int | None:
        day = self.day_of(moment)
        return (self.day - day).days if day else None


class LineAsk(msgspec.Struct, frozen=True):
    """What is asked about one line so far; None where the shopper has not said it yet."""

    quantity: int
    reason: str | None = None
    ground: str | None = None
    answers: Mapping[str, str] = {}
    photo: bool | None = None


def line_facts(
    order: OrderCase,
    line: LineSeen,
    ask: LineAsk,
    *,
    today: Today,
    figures: Figures | None,
    segments: frozenset[str],
    return_total: Money | None = None,
    whole_order: bool | None = None,
) -> dict[str, Value]:
    """Everything known about one line of a request. What is not known is left out."""
    known: dict[str, Value | None] = {
        **_order_facts(order, today),
        "withdrawal": withdrawal(order, line, today),
        **_item_facts(line),
        **_shopper_facts(order, figures),
        "segment": segments,
        "ground": ask.ground,
        "quantity": ask.quantity,
        "reason": ask.reason,
        "photo": ask.photo,
        "return_total": return_total,
        "whole_order": whole_order,
        **{f"{FOLLOW_UP}{question}": answer for question, answer in ask.answers.items()},
    }
    return {name: value for name, value in known.items() if value is not None}


def _order_facts(order: OrderCase, today: Today) -> dict[str, Value | None]:
    return {
        "conformity": conformity(order, today),
        "country": order.country,
        "channel": order.channel,
        "order_total": order.total,
        "discount_code": order.discount_code,
        "paid_with": order.paid_with,
        "gift": order.gift,
        "exchanges": order.exchanges,
        "ordered_on": today.day_of(order.ordered_at),
        "ordered_days": today.days_since(order.ordered_at),
        "dispatched_days": today.days_since(order.dispatched_at),
        "delivered_days": today.days_since(order.delivered_at),
        "requested_on": today.day,
        "buyer": order.buyer,
    }


def _item_facts(line: LineSeen) -> dict[str, Value | None]:
    listed = line.unit_price * line.quantity
    off = Decimal((listed - line.paid).minor * 100) / listed.minor if listed else Decimal(0)
    return {
        "product_type": line.product_type or None,
        "sku": line.sku,
        "brand": line.brand or None,
        "tag": frozenset(line.tags),
        "price": line.unit_paid,
        "discount": max(off, Decimal(0)),
        "weight": line.weight or None,
    }


def _shopper_facts(order: OrderCase, figures: Figures | None) -> dict[str, Value | None]:
    if figures is None:
        return {}
    return {
        "orders": figures.orders,
        "spend": figures.spend,
        "returns": figures.returns,
        "return_rate": figures.return_rate,
    }


def withdrawal(order: OrderCase, line: LineSeen, today: Today) -> str:
    """Whether a consumer's right of withdrawal is open: 14 days from delivery, and always before it.

    Directive 2011/83/EU Art. 9 and 16; without proof of delivery the period has not begun. Of an order in
    several parcels the last delivery counts, which is the one a shop tells.
    """
    if order.buyer == "business":
        return "closed"
    if any(tag.startswith(EXCEPTION) and tag.removeprefix(EXCEPTION) in _ALWAYS for tag in line.tags):
        return "excepted"
    last = _withdrawal_ends(order, today)
    return "open" if last is None or today.day <= last else "closed"


def _withdrawal_ends(order: OrderCase, today: Today) -> date | None:
    """The last day to withdraw, rolled to a working day; shops are taken to have told of the right."""
    delivered = today.day_of(order.delivered_at)
    return withdrawal_end(delivered, delivered, today.holidays) if delivered else None


def conformity(order: OrderCase, today: Today) -> str | None:
    """Whether the legal guarantee surely runs; beyond two years Dutch law has no fixed end (BW 7:17)."""
    if order.buyer == "business":
        return "closed"
    days = today.days_since(order.delivered_at)
    return "open" if days is None or days <= CONFORMITY_DAYS else None


def law_until(order: OrderCase, today: Today, known: Mapping[str, Value]) -> date | None:
    """The last day of what the law leaves open here, where it can be told."""
    ends: list[date | None] = []
    if known.get("withdrawal") == "open":
        ends.append(_withdrawal_ends(order, today))
    if known.get("ground") == "claim" and known.get("conformity") == "open":
        delivered = today.day_of(order.delivered_at)
        ends.append(delivered + timedelta(days=CONFORMITY_DAYS) if delivered else None)
    return None if None in ends else max((end for end in ends if end is not None), default=None)
