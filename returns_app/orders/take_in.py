"""Take an order in as the shop told it: telling it again changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import asyncpg
import msgspec

from returns_app import database
from returns_app.orders.products import keep_products
from returns_app.orders.rows import MARKED, SAID, OrderRows, email_of, json_text, order_rows, shopper_key
from returns_app.orders.scheme import OrderTold

Outcome = Literal["created", "unchanged", "updated"]


class TakenIn(msgspec.Struct, frozen=True):
    """The order's id here, and what telling it did."""

    order: UUID
    outcome: Outcome


class OrderHasReturns(ValueError):
    """Goods or money of an order were told differently after something of it came back or was refunded."""

    status = 409
    code = "order_has_returns"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Order {number} already has returns or refunds, so its goods, amounts and payments stay as they "
            "are. Dates, tracking and tags may still change."
        )


async def take_in(told: OrderTold, *, merchant: UUID, at: datetime) -> TakenIn:
    """Create, update or leave the order of that number. Raises OrderDoesNotAddUp, OrderHasReturns."""
    rows = order_rows(told)
    async with database.transaction():
        # The shopper's row is the first lock of everybody who tells of it, so nobody waits in a circle.
        shopper = await _shopper(told, merchant)
        known = await _known(merchant, told.number)
        if known is None:
            created = await _create(told, rows, shopper, merchant, at)
            if created is not None:
                return TakenIn(created, "created")
            known = await _known(merchant, told.number)  # Somebody else took it in a moment ago.
        assert known is not None
        return await _tell_again(told, rows, known, shopper, merchant)


async def _known(merchant: UUID, number: str) -> asyncpg.Record | None:
    return await database.fetch_one(
        "SELECT id, fingerprint FROM orders WHERE merchant = $1 AND number = $2 FOR NO KEY UPDATE",
        merchant,
        number,
    )


# --- a new order

_SAID_OF_ORDER = """shopper, email, country, channel, locale, ordered_at, dispatched_at, delivered_at,
 ship_to, bill_to, discount_code, gift, exchanges, tags, outbound_tracking"""

_INSERT_ORDER = f"""
INSERT INTO orders (id, merchant, number, {_SAID_OF_ORDER}, currency, total, shipping, shipping_tax_rate,
  settled_by, buyer, fingerprint, taken_in_at)
VALUES ($1, $2, $3, {", ".join(f"${n}" for n in range(4, 27))})
ON CONFLICT (merchant, number) DO NOTHING RETURNING id
"""


async def _create(
    told: OrderTold, rows: OrderRows, shopper: UUID, merchant: UUID, at: datetime
) -> UUID | None:
    order = await database.connection().fetchval(
        _INSERT_ORDER,
        uuid4(),
        merchant,
        told.number,
        *_said_of_order(told, shopper),
        *_money_of_order(told, rows),
        rows.fingerprint,
        at,
    )
    if order is not None:
        await _write_lines(order, told, rows, merchant, {})
    return order


def _said_of_order(told: OrderTold, shopper: UUID) -> tuple[Any, ...]:
    return (
        shopper,
        email_of(told),
        told.ship_to.country,
        told.channel,
        told.locale,
        told.ordered_at,
        told.dispatched_at,
        told.delivered_at,
        json_text(told.ship_to),
        json_text(told.bill_to),
        told.discount_code,
        told.gift,
        told.exchanges,
        list(told.tags),
        list(told.outbound_tracking),
    )


def _money_of_order(told: OrderTold, rows: OrderRows) -> tuple[Any, ...]:
    money = rows.amounts
    head = (money.currency, money.total, money.shipping, money.shipping_tax_rate)
    return (*head, told.settled_by, told.buyer)


_UPSERT_SHOPPER = """
INSERT INTO shoppers AS s (id, merchant, key, email, name, locale, tags) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (merchant, key) DO UPDATE
SET email = COALESCE(excluded.email, s.email), name = COALESCE(NULLIF(excluded.name, ''), s.name),
    locale = COALESCE(excluded.locale, s.locale),
    tags = CASE WHEN excluded.tags = '{}' THEN s.tags ELSE excluded.tags END
RETURNING id
"""


async def _shopper(told: OrderTold, merchant: UUID) -> UUID:
    [row] = await database.fetch(
        _UPSERT_SHOPPER,
        uuid4(),
        merchant,
        shopper_key(told),
        email_of(told),
        told.customer.name or told.ship_to.name,
        told.locale,
        list(told.customer.tags),
    )
    return row["id"]


_INSERT_LINE = f"""
INSERT INTO order_lines (id, "order", product, {", ".join(MARKED)}, {", ".join(SAID)})
VALUES ({", ".join(f"${n}" for n in range(1, 4 + len(MARKED) + len(SAID)))})
"""

_INSERT_PAYMENT = """
INSERT INTO payments (id, "order", currency, position, method, gateway, reference, captured)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def _write_lines(
    order: UUID, told: OrderTold, rows: OrderRows, merchant: UUID, ids: dict[int, UUID]
) -> None:
    """Lines and payments; a position that had an id keeps it."""
    products = await keep_products(told, rows, merchant)
    connection = database.connection()
    goods = len(told.lines)
    await connection.executemany(
        _INSERT_LINE,
        [
            (ids.get(i) or uuid4(), order, products[row[2]] if i < goods else None, *row)
            for i, row in enumerate(rows.lines)
        ],
    )
    await connection.executemany(
        _INSERT_PAYMENT, [(uuid4(), order, rows.amounts.currency, *payment) for payment in rows.payments]
    )


# --- an order we know


async def _tell_again(
    told: OrderTold, rows: OrderRows, known: asyncpg.Record, shopper: UUID, merchant: UUID
) -> TakenIn:
    order = known["id"]
    if known["fingerprint"] != rows.fingerprint:
        await _replace_lines(order, told, rows, merchant)
        changed = True
    else:
        changed = await _describe_lines(order, rows)
    changed = await _update_order(order, told, rows, shopper) or changed
    return TakenIn(order, "updated" if changed else "unchanged")


async def _replace_lines(order: UUID, told: OrderTold, rows: OrderRows, merchant: UUID) -> None:
    """Put other lines and payments in place of the old ones; a line keeps its id by its position.

    Whoever stands on a line or a payment (a return, a refund) forbids its deletion by foreign key.
    """
    connection = database.connection()
    if await connection.fetchval(_MONEY_MOVED, order):
        raise OrderHasReturns(told.number)
    ids = {row["position"]: row["id"] for row in await connection.fetch(_LINE_IDS, order)}
    past = await connection.fetch(_LOOSEN_PAST_RETURNS, order)
    try:
        await connection.execute('DELETE FROM payments WHERE "order" = $1', order)
        await connection.execute('DELETE FROM order_lines WHERE "order" = $1', order)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
        raise OrderHasReturns(told.number) from None
    await _write_lines(order, told, rows, merchant, ids)
    await connection.executemany(_TIE_PAST_RETURN, [(row["id"], row["line"]) for row in past])


_MONEY_MOVED = """
SELECT EXISTS (SELECT FROM payments WHERE "order" = $1
  AND reserved + refunded + refunded_elsewhere + disputed > 0)
"""

_LINE_IDS = 'SELECT position, id FROM order_lines WHERE "order" = $1 FOR NO KEY UPDATE'

_LOOSEN_PAST_RETURNS = """
WITH tied AS (
  SELECT p.id, p.order_line AS line FROM past_returns p JOIN order_lines l ON l.id = p.order_line
  WHERE l."order" = $1)
UPDATE past_returns p SET order_line = NULL FROM tied WHERE p.id = tied.id RETURNING p.id, tied.line
"""

_TIE_PAST_RETURN = """
UPDATE past_returns p SET order_line = l.id FROM order_lines l WHERE p.id = $1 AND l.id = $2 AND l.sku = p.sku
"""


async def _describe_lines(order: UUID, rows: OrderRows) -> bool:
    """Words about the lines as told now; true when any differs."""
    said = [{"position": row[0], **dict(zip(SAID, row[len(MARKED) :], strict=True))} for row in rows.lines]
    for line in said:
        line["options"] = msgspec.Raw(line["options"])
    changed = await database.fetch(_DESCRIBE, order, msgspec.json.encode(said).decode())
    return bool(changed)


_OLD, _NEW = (", ".join(f"{side}.{column}" for column in SAID) for side in ("l", "n"))
_DESCRIBE = f"""
UPDATE order_lines l SET ({", ".join(SAID)}) = ROW({_NEW})
FROM jsonb_to_recordset($2::jsonb) AS n(position int, title text, product_type text, brand text,
  options jsonb, picture text, tags varchar[], weight int, sealed boolean, refundable boolean)
WHERE l."order" = $1 AND l.position = n.position
  AND ({_OLD}) IS DISTINCT FROM ({_NEW}) RETURNING l.id
"""


async def _update_order(order: UUID, told: OrderTold, rows: OrderRows, shopper: UUID) -> bool:
    """Everything said of the order as told now; a date or tracking number once known is not forgotten."""
    values = (*_said_of_order(told, shopper), *_money_of_order(told, rows), rows.fingerprint)
    return bool(await database.fetch(_UPDATE_ORDER, order, *values))


_TOLD = {
    "shopper": "uuid",
    "email": "text",
    "country": "text",
    "channel": "text",
    "locale": "text",
    "ordered_at": "timestamptz",
    "dispatched_at": "timestamptz",
    "delivered_at": "timestamptz",
    "ship_to": "jsonb",
    "bill_to": "jsonb",
    "discount_code": "text",
    "gift": "boolean",
    "exchanges": "int",
    "tags": "varchar[]",
    "outbound_tracking": "varchar[]",
    "currency": "text",
    "total": "bigint",
    "shipping": "bigint",
    "shipping_tax_rate": "int",
    "settled_by": "text",
    "buyer": "text",
    "fingerprint": "text",
}
_KEPT = {"email", "locale", "dispatched_at", "delivered_at", "bill_to"}


def _as_told(column: str, kind: str, place: int) -> str:
    value = f"${place}::{kind}"
    if column == "outbound_tracking":
        return f"CASE WHEN {value} = '{{}}' THEN {column} ELSE {value} END"
    return f"COALESCE({value}, {column})" if column in _KEPT else value


_VALUES = ", ".join(_as_told(column, kind, place) for place, (column, kind) in enumerate(_TOLD.items(), 2))
_UPDATE_ORDER = f"""
UPDATE orders SET ({", ".join(_TOLD)}) = ROW({_VALUES})
WHERE id = $1 AND ({", ".join(_TOLD)}) IS DISTINCT FROM ({_VALUES}) RETURNING id
"""
