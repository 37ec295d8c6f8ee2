"""Take in how many units of each product are on hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.orders.scheme import StockTold

_SET = """
WITH told AS (
  SELECT sku, stock FROM unnest($2::text[], $3::int[]) AS t(sku, stock)),
changed AS (
  UPDATE products p SET stock = told.stock FROM told
  WHERE p.merchant = $1 AND p.sku = told.sku AND p.stock <> told.stock RETURNING p.sku)
SELECT told.sku, p.id IS NULL AS unknown, changed.sku IS NOT NULL AS changed
FROM told LEFT JOIN products p ON p.merchant = $1 AND p.sku = told.sku
LEFT JOIN changed ON changed.sku = told.sku
"""


class StockTaken(msgspec.Struct, frozen=True):
    """Products whose stock changed, whose stock was right already, and SKUs nobody here knows."""

    changed: int
    unchanged: int
    unknown: tuple[str, ...]


async def take_in_stock(told: Sequence[StockTold], *, merchant: UUID) -> StockTaken:
    """Set the stock of each SKU; the last figure counts when a SKU is told twice."""
    last = {one.sku: one.stock for one in told}
    skus = sorted(last)
    async with database.transaction():
        await _lock(merchant, skus)
        rows = await database.fetch(_SET, merchant, skus, [last[sku] for sku in skus])
    unknown = tuple(sorted(row["sku"] for row in rows if row["unknown"]))
    changed = sum(row["changed"] for row in rows)
    return StockTaken(changed, len(rows) - changed - len(unknown), unknown)


async def _lock(merchant: UUID, skus: list[str]) -> None:
    """In order of SKU, like everybody who writes products."""
    await database.fetch(
        "SELECT FROM products WHERE merchant = $1 AND sku = ANY($2) ORDER BY sku FOR NO KEY UPDATE",
        merchant,
        skus,
    )
