"""From staged lines to orders, set by set, in one transaction. Every statement reads the table `staged`."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from returns_app.orders.import_orders.statements import (
    DATES,
    HEADS,
    LINES,
    MARKS,
    ORDERED,
    ORDERS,
    PAYMENTS,
    PRODUCTS,
    REFUSALS,
    SHOPPERS,
    STOCK,
)


async def gather(connection: asyncpg.Connection, *, newest_days_ago: int | None, at: datetime) -> None:
    """Bring the lines of each order together; dates move when the mapping shifts them."""
    if newest_days_ago is not None:
        await _shift(connection, newest_days_ago, at)
    await connection.execute(HEADS)
    await connection.execute(
        "CREATE TEMPORARY TABLE refused (number text PRIMARY KEY, sentence text) ON COMMIT DROP"
    )
    for condition, sentence in REFUSALS.items():
        await connection.execute(
            f"INSERT INTO refused SELECT number, {sentence} FROM heads WHERE {condition} "
            "ON CONFLICT DO NOTHING"
        )
    await _drop_refused(connection)


async def _shift(connection: asyncpg.Connection, newest_days_ago: int, at: datetime) -> None:
    newest = await connection.fetchval("SELECT max(ordered_at) FROM staged")
    if newest is None:
        return
    days = timedelta(days=(at.date() - newest.date()).days - newest_days_ago)
    moved = ", ".join(
        f"{column} = {column} + $1" for column in ("ordered_at", "dispatched_at", "delivered_at")
    )
    await connection.execute(f"UPDATE staged SET {moved}", days)


async def _drop_refused(connection: asyncpg.Connection) -> None:
    """The lines of refused orders leave `staged` for `refused_lines`, from where they are told."""
    await connection.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS refused_lines (line int, sentence text) ON COMMIT DROP"
    )
    await connection.execute(
        """WITH gone AS (
             DELETE FROM staged s USING refused r
             WHERE s.number = r.number AND s.kind IN ('goods', 'service', 'shipping')
             RETURNING s.line, r.sentence)
           INSERT INTO refused_lines SELECT * FROM gone"""
    )
    await connection.execute("DELETE FROM heads USING refused WHERE heads.number = refused.number")
    await connection.execute("TRUNCATE refused")


async def mark(connection: asyncpg.Connection, merchant: UUID) -> None:
    """Give every order its total and fingerprint; refuse what is here already with other goods or money."""
    await connection.execute(ORDERED)
    await connection.execute(MARKS)
    await connection.execute(
        """INSERT INTO refused SELECT m.number,
             'Order ' || m.number || ' is here already with other goods or amounts, and was left as it is.'
           FROM marked m JOIN orders o ON o.merchant = $1 AND o.number = m.number
           WHERE o.fingerprint <> m.fingerprint""",
        merchant,
    )
    await connection.execute(
        "DELETE FROM marked USING refused WHERE marked.number = refused.number",
    )
    await connection.execute("DELETE FROM placed USING refused WHERE placed.number = refused.number")
    await _drop_refused(connection)
    await connection.execute("ANALYZE marked")


async def write(
    connection: asyncpg.Connection, merchant: UUID, *, at: datetime, shifted: bool
) -> dict[str, int]:
    """Write shoppers, orders, products, lines, payments and stock adjustments; figures of what is new.

    In the order in which everybody locks them. Dates shifted for a demo never move an order that is here.
    """
    figures = {
        "orders": await connection.fetchval("SELECT count(*) FROM marked"),
        "shoppers_new": await connection.fetchval(SHOPPERS, merchant),
        "orders_new": await connection.fetchval(ORDERS, merchant, at),
        "orders_updated": 0 if shifted else await connection.fetchval(DATES, merchant, at),
        "products_new": await connection.fetchval(PRODUCTS, merchant),
    }
    await connection.execute(LINES, merchant)
    await connection.execute(PAYMENTS, merchant)
    figures["stock_adjustments_new"] = await connection.fetchval(STOCK, merchant, at)
    return figures
