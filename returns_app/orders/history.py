"""What a shopper bought and sent back over a period: the figures segments count."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.money import Money


class History(msgspec.Struct, frozen=True):
    """Figures of one shopper. `spend` is what was paid, before anything went back."""

    orders: int
    spend: Money
    units_bought: int
    units_returned: int


_BOUGHT = """
SELECT count(DISTINCT o.id) AS orders, COALESCE(sum(l.quantity) FILTER (WHERE l.kind = 'goods'), 0) AS units
FROM orders o LEFT JOIN order_lines l ON l."order" = o.id
WHERE o.merchant = $1 AND o.shopper = $2 AND o.ordered_at > $3 AND o.ordered_at <= $4
"""

_SPENT = """
SELECT COALESCE(sum(total), 0)::bigint AS minor FROM orders
WHERE merchant = $1 AND shopper = $2 AND ordered_at > $3 AND ordered_at <= $4 AND currency = $5
"""

# A SKU without a product is a service (postage, a fee): undoing it sent no unit back.
_RETURNED = """
SELECT COALESCE(sum(r.quantity), 0) AS units
FROM past_returns r JOIN products p ON p.merchant = r.merchant AND p.sku = r.sku
WHERE r.merchant = $1 AND r.shopper = $2
  AND r.returned_on > ($3 AT TIME ZONE 'UTC')::date AND r.returned_on <= ($4 AT TIME ZONE 'UTC')::date
"""


async def history(
    merchant: UUID,
    shopper: UUID,
    *,
    until: datetime,
    period: timedelta,
    currency: str,
    units_returned_here: int = 0,
) -> History:
    """Figures of the `period` that ends at `until`, itself included.

    `units_returned_here` are units that came back through this app, which the returns slice counts;
    those of the shop's books before our time are added here. Orders in other currencies count as
    orders and units, not as spend.
    """
    span = (merchant, shopper, until - period, until)
    bought = await database.fetch_one(_BOUGHT, *span)
    spent = await database.fetch_one(_SPENT, *span, currency)
    returned = await database.fetch_one(_RETURNED, *span)
    assert bought is not None
    assert spent is not None
    assert returned is not None
    return History(
        orders=bought["orders"],
        spend=Money(spent["minor"], currency),
        units_bought=int(bought["units"]),
        units_returned=int(returned["units"]) + units_returned_here,
    )
