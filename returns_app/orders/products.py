"""Products as orders and stock lists tell of them."""

from __future__ import annotations

from uuid import UUID, uuid4

from returns_app import database
from returns_app.orders.rows import OrderRows, json_text
from returns_app.orders.scheme import OrderTold

_UPSERT = """
INSERT INTO products AS p (id, merchant, sku, family, title, product_type, brand, options, picture, ean,
  price, currency, weight, stock)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, COALESCE($14, 0))
ON CONFLICT (merchant, sku) DO UPDATE SET
  family = CASE WHEN excluded.family = excluded.sku THEN p.family ELSE excluded.family END,
  title = excluded.title,
  product_type = COALESCE(NULLIF(excluded.product_type, ''), p.product_type),
  brand = COALESCE(NULLIF(excluded.brand, ''), p.brand),
  options = CASE WHEN excluded.options = '{}' THEN p.options ELSE excluded.options END,
  picture = COALESCE(excluded.picture, p.picture),
  ean = COALESCE(excluded.ean, p.ean),
  price = excluded.price,
  currency = excluded.currency,
  weight = CASE WHEN excluded.weight = 0 THEN p.weight ELSE excluded.weight END,
  stock = COALESCE($14, p.stock)
RETURNING id
"""


async def keep_products(told: OrderTold, rows: OrderRows, merchant: UUID) -> dict[str, UUID]:
    """The products of an order's lines by SKU, made or brought up to date; inside a transaction.

    Always in order of SKU, so that two orders told at once never wait for each other in a circle.
    """
    last = {line.sku: (line, row) for line, row in zip(told.lines, rows.amounts.lines, strict=True)}
    kept: dict[str, UUID] = {}
    for sku, (line, money) in sorted(last.items()):
        [row] = await database.fetch(
            _UPSERT,
            uuid4(),
            merchant,
            sku,
            line.family or sku,
            line.title or sku,
            line.product_type,
            line.brand,
            json_text(line.options),
            line.picture,
            line.ean,
            money.unit_price,
            told.currency,
            line.weight,
            line.stock,
        )
        kept[sku] = row["id"]
    return kept
