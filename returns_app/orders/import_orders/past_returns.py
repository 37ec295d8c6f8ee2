"""Returns from the shop's books, each tied to the purchase it undoes, where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from returns_app.money import spread


class Bought(NamedTuple):
    """A purchase of a product by a shopper; `left` units have not come back yet."""

    line: UUID
    at: datetime
    left: int


class CameBack(NamedTuple):
    reference: str
    at: datetime
    quantity: int
    amount: int


class Part(NamedTuple):
    """A part of a return and the purchase it undoes; None where none was found."""

    came_back: CameBack
    line: UUID | None
    quantity: int
    amount: int


def match(bought: Sequence[Bought], came_back: Sequence[CameBack]) -> list[Part]:
    """Tie returns of one shopper and product to earlier purchases, the latest with units left first.

    No unit is tied twice, none to a later purchase; what fits nowhere stays untied.
    """
    left = {one.line: one.left for one in bought}
    latest = sorted(bought, key=lambda one: one.at, reverse=True)
    parts: list[Part] = []
    for one in sorted(came_back, key=lambda back: back.at):
        parts += _parts(one, [purchase for purchase in latest if purchase.at <= one.at], left)
    return parts


def _parts(one: CameBack, earlier: Sequence[Bought], left: dict[UUID, int]) -> list[Part]:
    units: list[tuple[UUID | None, int]] = []
    wanted = one.quantity
    whole = next((purchase for purchase in earlier if left[purchase.line] >= wanted), None)
    for purchase in [whole] if whole else earlier:
        taken = min(wanted, left[purchase.line])
        if taken > 0:
            left[purchase.line] -= taken
            wanted -= taken
            units.append((purchase.line, taken))
    if wanted:
        units.append((None, wanted))
    amounts = spread(one.amount, [quantity for _, quantity in units])
    return [Part(one, *unit, amount) for unit, amount in zip(units, amounts, strict=True)]


_NEW = """
CREATE TEMPORARY TABLE came_back ON COMMIT DROP AS
SELECT b.*, x.id AS shopper FROM (
  SELECT left(concat_ws('/', number, sku, NULLIF(nth, 1)), 110) AS reference,
    COALESCE(customer, email) AS key,
    sku, title, quantity, paid AS amount, currency, COALESCE(ordered_at, $2) AS at
  FROM (SELECT *, row_number() OVER (PARTITION BY number, sku ORDER BY line) AS nth FROM staged
   WHERE kind = 'return') s) b
LEFT JOIN shoppers x ON x.merchant = $1 AND x.key = b.key
WHERE NOT EXISTS (SELECT FROM past_returns p WHERE p.merchant = $1 AND p.reference = b.reference)
"""
_UNTIED = """
INSERT INTO past_returns (id, merchant, shopper, order_line, reference, sku, title, quantity, amount,
  currency, returned_on)
SELECT gen_random_uuid(), $1, NULL, NULL, reference, sku, title, quantity, amount, currency, at::date
FROM came_back WHERE shopper IS NULL
"""
_BOUGHT = """
SELECT c.shopper, c.sku, l.id AS line, o.ordered_at AS at, l.quantity - COALESCE((
  SELECT sum(p.quantity) FROM past_returns p WHERE p.order_line = l.id), 0)::int AS left
FROM (SELECT DISTINCT shopper, sku FROM came_back WHERE shopper IS NOT NULL) c
JOIN orders o ON o.shopper = c.shopper JOIN order_lines l ON l."order" = o.id AND l.sku = c.sku
"""
_PAIRS = """
SELECT shopper, sku, title, currency, reference, at, quantity, amount, NULL::uuid AS line
FROM came_back WHERE shopper IS NOT NULL
UNION ALL
SELECT shopper, sku, NULL, NULL, NULL, at, "left", NULL, line FROM bought
ORDER BY shopper, sku
"""
_COLUMNS = (
    "id",
    "merchant",
    "shopper",
    "order_line",
    "reference",
    "sku",
    "title",
    "quantity",
    "amount",
    "currency",
    "returned_on",
)
_AT_ONCE = 5000


async def write_past_returns(
    connection: asyncpg.Connection, merchant: UUID, *, at: datetime
) -> tuple[int, int]:
    """Write returns that are not here yet: how many rows, and how many of them tied to a purchase."""
    await connection.execute(_NEW, merchant, at)
    await connection.execute("CREATE TEMPORARY TABLE bought ON COMMIT DROP AS " + _BOUGHT)
    untied = await connection.execute(_UNTIED, merchant)
    written, tied = int(untied.rsplit(" ", 1)[1]), 0
    cursor = await connection.cursor(_PAIRS)
    waiting: list[asyncpg.Record] = []
    while True:
        found = await cursor.fetch(_AT_ONCE)
        pairs = [list(pair) for _, pair in groupby([*waiting, *found], key=_pair)]
        waiting = pairs.pop() if found and pairs else []
        rows = [row for pair in pairs for row in _rows(merchant, pair)]
        await connection.copy_records_to_table("past_returns", records=rows, columns=_COLUMNS)
        written += len(rows)
        tied += sum(row[3] is not None for row in rows)
        if not found:
            return written, tied


def _pair(row: asyncpg.Record) -> tuple[UUID, str]:
    return row["shopper"], row["sku"]


def _rows(merchant: UUID, pair: list[asyncpg.Record]) -> list[tuple[Any, ...]]:
    """The rows of one shopper and product."""
    bought = [Bought(row["line"], row["at"], row["quantity"]) for row in pair if row["line"]]
    came_back = {row["reference"]: row for row in pair if not row["line"]}
    told = [CameBack(key, row["at"], row["quantity"], row["amount"]) for key, row in came_back.items()]
    rows: list[tuple[Any, ...]] = []
    for reference, parts in groupby(match(bought, told), key=lambda part: part.came_back.reference):
        said = came_back[reference]
        for number, part in enumerate(parts):
            rows.append(
                (
                    uuid4(),
                    merchant,
                    said["shopper"],
                    part.line,
                    f"{reference}#{number + 1}" if number else reference,
                    said["sku"],
                    said["title"],
                    part.quantity,
                    part.amount,
                    said["currency"],
                    said["at"].date(),
                )
            )
    return rows
