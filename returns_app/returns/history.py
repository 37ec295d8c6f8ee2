"""What a shopper did before, over the periods a policy speaks of."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from returns_app import database
from returns_app.money import Money
from returns_app.policy import Figures, Period, Policy, periods_of

_FIGURES = """
WITH mine AS (
  SELECT id, total, currency FROM orders
  WHERE merchant = $1 AND shopper = $2 AND ordered_at >= $3 AND ordered_at < $4
), bought AS (
  SELECT coalesce(sum(l.quantity), 0) AS units FROM order_lines l JOIN mine ON mine.id = l."order"
  WHERE l.kind = 'goods'
), before_us AS (
  SELECT count(DISTINCT (reference, returned_on)) AS times, coalesce(sum(quantity), 0) AS units
  FROM past_returns
  WHERE merchant = $1 AND shopper = $2
    AND returned_on >= $3::timestamptz::date AND returned_on < $4::timestamptz::date
), with_us AS (
  SELECT count(DISTINCT r.id) AS times, coalesce(sum(l.received), 0) AS units
  FROM returns r JOIN orders o ON o.id = r."order" JOIN return_lines l ON l.return_id = r.id
  WHERE r.merchant = $1 AND o.shopper = $2 AND r.requested_at >= $3 AND r.requested_at < $4
    AND r.status NOT IN ('cancelled', 'rejected', 'expired')
)
SELECT (SELECT count(*) FROM mine) AS orders,
       (SELECT coalesce(sum(total), 0) FROM mine WHERE currency = $5) AS spend,
       bought.units AS bought, before_us.times + with_us.times AS returns,
       before_us.units + with_us.units AS returned
FROM bought, before_us, with_us
"""


async def figures(
    merchant: UUID, shopper: UUID, *, period: Period, until: datetime, currency: str
) -> Figures:
    """Orders, spend, returns and units returned of units bought, in the period that ends at `until`."""
    since = _before(until, period)
    row = await database.fetch_one(_FIGURES, merchant, shopper, since, until, currency)
    assert row is not None  # one row of counts always comes
    bought = int(row["bought"])
    rate = Decimal(int(row["returned"]) * 100) / bought if bought else None
    return Figures(row["orders"], Money(int(row["spend"]), currency), row["returns"], rate)


async def history(
    policies: Iterable[Policy], merchant: UUID, shopper: UUID, *, until: datetime, currency: str
) -> dict[Period, Figures]:
    """The figures of every period the policies ask about."""
    periods = dict.fromkeys(period for policy in policies for period in periods_of(policy))
    return {
        period: await figures(merchant, shopper, period=period, until=until, currency=currency)
        for period in periods
    }


def _before(moment: datetime, period: Period) -> datetime:
    """The same day so many days, months or years earlier; the month's last day where it has none."""
    if period.unit == "days":
        return moment - timedelta(days=period.count)
    months = period.count * (12 if period.unit == "years" else 1)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
