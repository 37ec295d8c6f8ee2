"""An order as told, as rows of our tables. Tuples follow the column lists below."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from returns_app.orders.amounts import LineAmounts, OrderAmounts, amounts_of
from returns_app.orders.fingerprint import MarkedLine, MarkedOrder, MarkedPayment, fingerprint
from returns_app.orders.scheme import ChargeTold, LineTold, OrderTold

MARKED = MarkedLine._fields
"""The columns of a line that make it the same line: goods and money."""
SAID = (
    "title",
    "product_type",
    "brand",
    "options",
    "picture",
    "tags",
    "weight",
    "sealed",
    "refundable",
)
"""The columns of a line that only describe it."""


class OrderRows(NamedTuple):
    amounts: OrderAmounts
    lines: list[tuple[Any, ...]]
    """MARKED, then SAID."""
    payments: list[MarkedPayment]
    fingerprint: str


def order_rows(told: OrderTold) -> OrderRows:
    """Raises OrderDoesNotAddUp."""
    amounts = amounts_of(told)
    goods = [_goods(i, *line) for i, line in enumerate(zip(told.lines, amounts.lines, strict=True))]
    charges = [
        _service(len(goods) + i, *charge)
        for i, charge in enumerate(zip(told.charges, amounts.charges, strict=True))
    ]
    payments = [
        MarkedPayment(i, paid.method, paid.gateway, paid.reference, captured)
        for i, (paid, captured) in enumerate(zip(told.payments, amounts.captured, strict=True))
    ]
    lines = [*goods, *charges]
    marked = (MarkedLine(*line[: len(MARKED)]) for line in lines)
    return OrderRows(amounts, lines, payments, fingerprint(_head(told, amounts), marked, payments))


def shopper_key(told: OrderTold) -> str:
    """The shop's customer number, else the e-mail, else the order itself: a guest without a trace."""
    return told.customer.key or email_of(told) or f"order {told.number}"


def email_of(told: OrderTold) -> str | None:
    return told.email.strip().lower() if told.email else None


def json_text(value: Any) -> str | None:
    """asyncpg takes JSONB as text."""
    return None if value is None else msgspec.json.encode(value).decode()


def _head(told: OrderTold, amounts: OrderAmounts) -> MarkedOrder:
    return MarkedOrder(
        amounts.currency,
        amounts.total,
        amounts.shipping,
        amounts.shipping_tax_rate,
        told.settled_by,
        told.buyer,
    )


def _goods(position: int, line: LineTold, money: LineAmounts) -> tuple[Any, ...]:
    marked = (position, "goods", line.sku, line.quantity, *msgspec.structs.astuple(money))
    said = (line.title or line.sku, line.product_type, line.brand, json_text(line.options), line.picture)
    return (*marked, *said, list(line.tags), line.weight, line.sealed, True)


def _service(position: int, charge: ChargeTold, money: LineAmounts) -> tuple[Any, ...]:
    marked = (position, "service", charge.name, 1, *msgspec.structs.astuple(money))
    return (*marked, charge.name, "", "", "{}", None, [], 0, None, charge.refundable)
