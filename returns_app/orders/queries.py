"""Reading shoppers' orders and products. Every question names the merchant first."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from returns_app import database
from returns_app.orders.seen import (
    LineSeen,
    OrderSeen,
    PaymentSeen,
    ProductSeen,
    line_seen,
    order_seen,
    payment_seen,
    product_seen,
)

_ORDER = """
SELECT o.*, s.name AS shopper_name, s.tags AS shopper_tags
FROM orders o JOIN shoppers s ON s.id = o.shopper WHERE o.merchant = $1
"""
_SPOKEN = "upper(regexp_replace({}, '[\\s#]', '', 'g'))"  # as the index orders_by_spoken_number has it
_BY_SPOKEN_NUMBER = (
    f"{_ORDER} AND {_SPOKEN.format('o.number')} = {_SPOKEN.format('$2')} ORDER BY o.ordered_at DESC LIMIT 20"
)


async def find_order(merchant: UUID, number: str, email: str) -> OrderSeen | None:
    """The order of that number, if that e-mail placed it; case, spaces and “#” don't matter.

    The same one statement runs and every e-mail is compared in full, whether the order exists or not.
    """
    given = email.strip().lower().encode()
    found: asyncpg.Record | None = None
    rows = await database.fetch(_BY_SPOKEN_NUMBER, merchant, _clean(number))
    for row in rows or [None]:
        known = (row["email"] or "").lower().encode() if row else b""
        if hmac.compare_digest(known, given) and known:
            found = row
    return order_seen(found) if found else None


async def order(merchant: UUID, order: UUID) -> OrderSeen | None:
    row = await database.fetch_one(_ORDER + " AND o.id = $2", merchant, order)
    return order_seen(row) if row else None


async def by_number(merchant: UUID, number: str) -> list[OrderSeen]:
    """Orders of that number as a person says or scans it, newest first."""
    return [order_seen(row) for row in await database.fetch(_BY_SPOKEN_NUMBER, merchant, _clean(number))]


async def search(merchant: UUID, words: str) -> list[OrderSeen]:
    """Orders of that number or e-mail address, newest first."""
    sql = (
        f"{_ORDER} AND ({_SPOKEN.format('o.number')} = {_SPOKEN.format('$2')} OR lower(o.email) = lower($2))"
        " ORDER BY o.ordered_at DESC LIMIT 50"
    )
    return [order_seen(row) for row in await database.fetch(sql, merchant, _clean(words).strip())]


async def by_outbound_tracking(merchant: UUID, tracking: str) -> list[OrderSeen]:
    """Orders that were sent out under this tracking number, newest first."""
    scanned = "".join(_clean(tracking).split())
    found = await database.fetch(
        _ORDER + " AND o.outbound_tracking && $2::varchar[] ORDER BY o.ordered_at DESC LIMIT 20",
        merchant,
        [scanned, scanned.upper()],
    )
    return [order_seen(row) for row in found]


async def orders_of(merchant: UUID, shopper: UUID, *, limit: int = 50) -> list[OrderSeen]:
    """A shopper's orders, newest first."""
    sql = _ORDER + " AND o.shopper = $2 ORDER BY o.ordered_at DESC LIMIT $3"
    return [order_seen(row) for row in await database.fetch(sql, merchant, shopper, limit)]


_LINES = """
SELECT l.*, o.currency, p.family, p.ean,
  COALESCE((SELECT sum(r.quantity) FROM past_returns r WHERE r.order_line = l.id), 0)::int AS returned_before
FROM order_lines l JOIN orders o ON o.id = l."order" LEFT JOIN products p ON p.id = l.product
WHERE o.merchant = $1 AND o.id = ANY($2) ORDER BY l."order", l.position
"""


async def lines(merchant: UUID, *orders: UUID) -> list[LineSeen]:
    """All lines of these orders, services too, in the order of the papers."""
    return [line_seen(row) for row in await database.fetch(_LINES, merchant, list(orders))]


async def payments(merchant: UUID, order: UUID) -> list[PaymentSeen]:
    found = await database.fetch(
        'SELECT p.* FROM payments p JOIN orders o ON o.id = p."order" '
        "WHERE o.merchant = $1 AND o.id = $2 ORDER BY p.position",
        merchant,
        order,
    )
    return [payment_seen(row) for row in found]


_PRODUCT = "SELECT *, GREATEST(stock - reserved, 0) AS available FROM products WHERE merchant = $1"


async def variants(merchant: UUID, family: str, *, currency: str) -> list[ProductSeen]:
    """A product's whole family, priced in `currency`: itself included, and what is sold out too."""
    found = await database.fetch(
        _PRODUCT + " AND family = $2 AND currency = $3 ORDER BY title, sku LIMIT 500",
        merchant,
        family,
        currency,
    )
    return [product_seen(row) for row in found]


async def products(merchant: UUID, ids: Sequence[UUID]) -> list[ProductSeen]:
    found = await database.fetch(_PRODUCT + " AND id = ANY($2) ORDER BY sku", merchant, list(ids))
    return [product_seen(row) for row in found]


async def products_by_code(merchant: UUID, code: str) -> list[ProductSeen]:
    """Products whose EAN or SKU was scanned or typed; leading zeros of an EAN don't matter."""
    bare = _clean(code).strip()
    sql = _PRODUCT + " AND (sku = ANY($2) OR ean = ANY($3)) ORDER BY sku LIMIT 20"
    found = await database.fetch(sql, merchant, [bare, bare.upper()], _ean_forms(bare))
    return [product_seen(row) for row in found]


def _ean_forms(code: str) -> list[str]:
    """A UPC of 12 digits, an EAN-13 and a GTIN-14 of one product differ by leading zeros."""
    digits = code.lstrip("0")
    return [digits.zfill(length) for length in (8, 12, 13, 14)] if digits.isdigit() else []


def _clean(text: str) -> str:
    """PostgreSQL knows no NUL in a text."""
    return text.replace("\x00", "")[:200]
