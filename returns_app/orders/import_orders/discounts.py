"""Order-wide discounts of staged orders, spread like everywhere else: by the one function that does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import groupby

import asyncpg

from returns_app.core.paid import less_discount, tax_within
from returns_app.money import Money

_LINES = """
SELECT s.line, s.number, s.paid, s.tax, s.tax_told, s.tax_rate, h.currency, h.order_discount AS discount
FROM staged s JOIN heads h ON h.number = s.number
WHERE h.order_discount > 0 AND s.kind IN ('goods', 'service') ORDER BY s.number, s.line
"""
_WRITE = """
UPDATE staged s SET paid = n.paid, tax = n.tax
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS n(line, paid, tax) WHERE s.line = n.line
"""
_AT_ONCE = 5000


async def spread_discounts(connection: asyncpg.Connection) -> None:
    """Take each order's discount off its lines; a tax the shop told stays, but never above what is paid."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM heads WHERE order_discount > 0)"):
        return
    await connection.execute("CREATE INDEX IF NOT EXISTS staged_by_line ON staged (line)")
    written: list[tuple[int, int, int]] = []
    async for lines in _orders(connection):
        written += _less(lines)
        if len(written) >= _AT_ONCE:
            await _write(connection, written)
            written = []
    await _write(connection, written)


async def _orders(connection: asyncpg.Connection) -> AsyncIterator[list[asyncpg.Record]]:
    """The lines of one order at a time, whatever their number in all."""
    cursor = await connection.cursor(_LINES)
    waiting: list[asyncpg.Record] = []
    while rows := await cursor.fetch(_AT_ONCE):
        orders = [list(lines) for _, lines in groupby([*waiting, *rows], key=lambda row: row["number"])]
        waiting = orders.pop()
        for order in orders:
            yield order
    if waiting:
        yield waiting


def _less(lines: list[asyncpg.Record]) -> list[tuple[int, int, int]]:
    currency, discount = lines[0]["currency"], lines[0]["discount"]
    remain = less_discount([Money(line["paid"], currency) for line in lines], Money(discount, currency))
    return [(line["line"], paid.minor, _tax(line, paid)) for line, paid in zip(lines, remain, strict=True)]


def _tax(line: asyncpg.Record, paid: Money) -> int:
    return min(line["tax"], paid.minor) if line["tax_told"] else tax_within(paid, line["tax_rate"]).minor


async def _write(connection: asyncpg.Connection, written: list[tuple[int, int, int]]) -> None:
    if written:
        await connection.execute(_WRITE, *map(list, zip(*written, strict=True)))
