"""What the rest of the app sees of shoppers, orders and products: frozen, with money as money."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from returns_app.money import Money
from returns_app.orders.scheme import AddressTold


class OrderSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An order with who bought it. `total` is all that was paid; tax rates are hundredths of a per cent."""

    id: UUID
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
    ship_to: AddressTold
    bill_to: AddressTold | None
    total: Money
    shipping: Money
    shipping_tax_rate: int
    settled_by: str
    discount_code: str | None
    gift: bool
    exchanges: int
    tags: tuple[str, ...]
    outbound_tracking: tuple[str, ...]


class LineSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A line; `paid` and `tax` are for the whole line, `weight` is grams of one unit.

    `returned_before` counts units that the shop's books say came back before our time.
    """

    id: UUID
    order: UUID
    position: int
    kind: str
    sku: str
    product: UUID | None
    family: str | None
    ean: str | None
    title: str
    product_type: str
    brand: str
    options: dict[str, str]
    picture: str | None
    tags: tuple[str, ...]
    quantity: int
    returned_before: int
    unit_price: Money
    paid: Money
    tax: Money
    tax_rate: int
    weight: int
    sealed: bool | None
    refundable: bool


class PaymentSeen(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    order: UUID
    position: int
    method: str
    gateway: str
    reference: str
    captured: Money
    reserved: Money
    refunded: Money
    refunded_elsewhere: Money
    disputed: Money


class ProductSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A variant; `available` is stock that no exchange has reserved, never below 0."""

    id: UUID
    sku: str
    family: str
    title: str
    product_type: str
    brand: str
    options: dict[str, str]
    picture: str | None
    ean: str | None
    price: Money
    weight: int
    available: int


def order_seen(row: asyncpg.Record) -> OrderSeen:
    return _seen(OrderSeen, row)


def line_seen(row: asyncpg.Record) -> LineSeen:
    return _seen(LineSeen, row)


def payment_seen(row: asyncpg.Record) -> PaymentSeen:
    return _seen(PaymentSeen, row)


def product_seen(row: asyncpg.Record) -> ProductSeen:
    return _seen(ProductSeen, row)


Seen = TypeVar("Seen", bound=msgspec.Struct)

_MONEY = frozenset(
    {
        "total",
        "shipping",
        "unit_price",
        "paid",
        "tax",
        "price",
        "captured",
        "reserved",
        "refunded",
        "refunded_elsewhere",
        "disputed",
    }
)
_JSON = {"ship_to": AddressTold, "bill_to": AddressTold | None, "options": dict[str, str]}


def _seen(kind: type[Seen], row: asyncpg.Record) -> Seen:
    values: dict[str, Any] = {}
    for name in kind.__struct_fields__:
        value = row[name]
        if name in _MONEY:
            value = Money(value, row["currency"])
        elif name in _JSON:
            value = msgspec.json.decode(value or "null", type=_JSON[name])
        elif isinstance(value, list):
            value = tuple(value)
        values[name] = value
    return kind(**values)
