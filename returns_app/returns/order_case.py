"""An order as a return sees it: what was bought and paid, and which units can still go back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.case import Earlier
from returns_app.core.paid import PaidLine, PaidOrder, paid_units, shipping_paid
from returns_app.core.refusal import Refusal
from returns_app.core.tender import Tender
from returns_app.money import Money, total
from returns_app.wording import N_


class OrderNotFound(Refusal):
    """This merchant has no such order, or the order no such line."""

    status = 404
    code = "order-not-found"
    sentence = N_("There is no such order.")


class LineSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An order line. `free` are its units that no return holds, counted from 0."""

    id: UUID
    kind: str
    sku: str
    title: str
    product: UUID | None
    family: str | None
    product_type: str
    brand: str
    tags: tuple[str, ...]
    options: dict[str, str]
    picture: str | None
    quantity: int
    unit_price: Money
    paid: Money
    tax: Money
    tax_rate: int
    weight: int
    free: tuple[int, ...]

    @property
    def unit_paid(self) -> Money:
        """What the first unit cost after discounts."""
        return paid_units(self.paid, self.tax, self.quantity)[0].gross


class PaymentSeen(msgspec.Struct, frozen=True):
    """A payment, what it can still give back, and what was given of it. A disputed one gives nothing."""

    id: UUID
    method: str
    gateway: str
    captured: Money
    left: Money
    given: Money

    def as_tender(self) -> Tender:
        kind = "credit" if self.gateway == "credit" else "money"
        return Tender(str(self.id), kind, self.captured, self.left)


class OrderCase(msgspec.Struct, frozen=True, kw_only=True):
    """An order with its goods and services, and the account of what was given back on it."""

    id: UUID
    merchant: UUID
    number: str
    shopper: UUID
    shopper_name: str
    shopper_tags: tuple[str, ...]
    email: str | None
    buyer: str
    country: str
    channel: str
    locale: str | None
    currency: str
    ordered_at: datetime
    dispatched_at: datetime | None
    delivered_at: datetime | None
    ship_to: dict[str, Any]
    total: Money
    shipping: Money
    shipping_tax_rate: int
    shipping_given: Money
    given_otherwise: Money
    settled_by: str
    discount_code: str | None
    gift: bool
    exchanges: int
    payments: tuple[PaymentSeen, ...]
    lines: tuple[LineSeen, ...]
    back: frozenset[tuple[str, int]]
    """Units whose sale was undone, by order line."""

    @property
    def paid_with(self) -> str | None:
        return self.payments[0].method if self.payments else None

    def line(self, id: UUID) -> LineSeen:
        for line in self.lines:
            if line.id == id:
                return line
        raise OrderNotFound()

    @property
    def earlier(self) -> Earlier:
        """What was given back on this order before: along its payments, as credit, as other goods."""
        along = total((payment.given for payment in self.payments), self.currency)
        return Earlier(
            given=along + self.given_otherwise,
            shipping=self.shipping_given,
            return_cost=Money.zero(self.currency),
            bonus=Money.zero(self.currency),
            back=self.back,
        )

    def as_paid(self) -> PaidOrder:
        """The order in the terms of core/quote.py: goods lines unit by unit."""
        goods = tuple(_paid_line(line) for line in self.lines if line.kind == "goods")
        shipping = shipping_paid(self.shipping, self.shipping_tax_rate)
        return PaidOrder(self.currency, goods, shipping, self.shipping_tax_rate)


def _paid_line(line: LineSeen) -> PaidLine:
    units = paid_units(line.paid, line.tax, line.quantity)
    return PaidLine(str(line.id), units, line.tax_rate, line.unit_price)


_ORDER = """
SELECT o.*, s.name AS shopper_name, s.tags AS shopper_tags
FROM orders o JOIN shoppers s ON s.id = o.shopper
WHERE o.merchant = $1 AND o.id = $2
"""

_LINES = """
SELECT l.*, p.family,
       (SELECT coalesce(sum(quantity), 0) FROM past_returns r WHERE r.order_line = l.id) AS long_gone,
       (SELECT coalesce(array_agg(c.unit), '{}') FROM unit_claims c WHERE c.order_line = l.id) AS claimed,
       (SELECT coalesce(array_agg(c.unit), '{}') FROM unit_claims c
        WHERE c.order_line = l.id AND c.settled_as IN ('refund', 'credit', 'account')) AS undone
FROM order_lines l LEFT JOIN products p ON p.id = l.product
WHERE l."order" = $1 ORDER BY l.position
"""


async def order_case(merchant: UUID, order: UUID, *, lock: bool = False) -> OrderCase:
    """The order and its lines. With `lock`, nobody else decides about this order until we are done.

    Raises OrderNotFound.
    """
    row = await database.fetch_one(_ORDER + (" FOR NO KEY UPDATE OF o" if lock else ""), merchant, order)
    if row is None:
        raise OrderNotFound()
    lines = await database.fetch(_LINES, order)
    payments = await database.fetch('SELECT * FROM payments WHERE "order" = $1 ORDER BY position', order)
    currency = row["currency"]
    return OrderCase(
        id=row["id"],
        merchant=merchant,
        number=row["number"],
        shopper=row["shopper"],
        shopper_name=row["shopper_name"],
        shopper_tags=tuple(row["shopper_tags"]),
        email=row["email"],
        buyer=row["buyer"],
        country=row["country"],
        channel=row["channel"],
        locale=row["locale"],
        currency=currency,
        ordered_at=row["ordered_at"],
        dispatched_at=row["dispatched_at"],
        delivered_at=row["delivered_at"],
        ship_to=msgspec.json.decode(row["ship_to"]),
        total=Money(row["total"], currency),
        shipping=Money(row["shipping"], currency),
        shipping_tax_rate=row["shipping_tax_rate"],
        shipping_given=Money(row["shipping_given"], currency),
        given_otherwise=Money(row["given_otherwise"], currency),
        settled_by=row["settled_by"],
        discount_code=row["discount_code"],
        gift=row["gift"],
        exchanges=row["exchanges"],
        payments=tuple(_payment(payment) for payment in payments),
        lines=tuple(_line(line, currency) for line in lines),
        back=frozenset((str(line["id"]), unit) for line in lines for unit in line["undone"]),
    )


def _line(row, currency: str) -> LineSeen:
    return LineSeen(
        id=row["id"],
        kind=row["kind"],
        sku=row["sku"],
        title=row["title"],
        product=row["product"],
        family=row["family"],
        product_type=row["product_type"],
        brand=row["brand"],
        tags=tuple(row["tags"]),
        options=msgspec.json.decode(row["options"]),
        picture=row["picture"],
        quantity=row["quantity"],
        unit_price=Money(row["unit_price"], currency),
        paid=Money(row["paid"], currency),
        tax=Money(row["tax"], currency),
        tax_rate=row["tax_rate"],
        weight=row["weight"],
        free=_free(row["quantity"], row["long_gone"], set(row["claimed"])),
    )


def _payment(row) -> PaymentSeen:
    given = row["refunded"] + row["reserved"] + row["refunded_elsewhere"]
    left = 0 if row["disputed"] else max(0, row["captured"] - given)
    currency = row["currency"]
    return PaymentSeen(
        row["id"],
        row["method"],
        row["gateway"],
        Money(row["captured"], currency),
        Money(left, currency),
        Money(given + row["disputed"], currency),
    )


def _free(quantity: int, long_gone: int, claimed: set[int]) -> tuple[int, ...]:
    """Units nobody holds; those that went back before our time are counted from the end."""
    return tuple(unit for unit in range(quantity - min(long_gone, quantity)) if unit not in claimed)
