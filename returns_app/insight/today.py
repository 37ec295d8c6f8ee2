"""What the first page of the console counts: the last days in numbers, and returns that are late by law."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.money import Money


class LateByLaw(msgspec.Struct, frozen=True):
    """A return whose money must be given by `pay_by`, and was not."""

    rma: str
    shopper: str
    pay_by: date


_LATE = """
SELECT r.rma, s.name AS shopper, r.pay_by FROM returns r
JOIN orders o ON o.id = r."order" JOIN shoppers s ON s.id = o.shopper
WHERE r.merchant = $1 AND r.status IN ('approved', 'settling') AND r.pay_by <= $2
ORDER BY r.pay_by, r.id LIMIT 100
"""


async def late_by_law(merchant: UUID, until: date) -> list[LateByLaw]:
    """Returns that are not settled and whose last day to pay is `until` or earlier, the latest first."""
    return [LateByLaw(**dict(row)) for row in await database.fetch(_LATE, merchant, until)]


class Asked(msgspec.Struct, frozen=True):
    """Items of one resolution that shoppers asked for."""

    resolution: str
    items: int


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a stretch of time. Amounts are in the shop's own currency.

    `returns` and `asked` go by the day of the request, all else by the day of settling. `retained`
    is the share, in percent, of the value given that stayed with the shop as credit (without its
    bonus) or as another item. `days` is the median from request to settled. None: nothing to count.
    """

    returns: int
    asked: tuple[Asked, ...]
    refunded: Money
    kept: Money
    retained: int | None
    days: float | None


_REQUESTED = """
SELECT l.resolution, sum(l.quantity)::int AS items,
  (SELECT count(*)::int FROM returns WHERE merchant = $1 AND requested_at >= $2) AS all_returns
FROM returns r JOIN return_lines l ON l.return_id = r.id
WHERE r.merchant = $1 AND r.requested_at >= $2 GROUP BY l.resolution ORDER BY items DESC, l.resolution
"""

_GIVEN = """
SELECT
  coalesce(sum(value) FILTER (WHERE resolution IN ('credit', 'exchange', 'replace', 'repair')), 0)::bigint
    AS kept,
  coalesce(sum(value) FILTER (WHERE resolution IN ('refund', 'keep', 'account')), 0)::bigint AS refunded,
  (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM settled_at - requested_at) / 86400)
   FROM returns WHERE merchant = $1 AND settled_at >= $2)::float AS days
FROM (
  SELECT line->>'resolution' AS resolution,
    (line->'goods'->>'minor')::bigint - (line->'held'->>'minor')::bigint
      - (line->'deduction'->>'minor')::bigint AS value
  FROM settlements s JOIN returns r ON r.id = s.return_id, jsonb_array_elements(s.quote->'lines') line
  WHERE r.merchant = $1 AND s.at >= $2 AND r.currency = $3
) given
"""


async def numbers(merchant: UUID, since: datetime, currency: str) -> Numbers:
    """What happened since then, in two statements."""
    requested = await database.fetch(_REQUESTED, merchant, since)
    given = await database.fetch_one(_GIVEN, merchant, since, currency)
    assert given is not None  # a sum over nothing is a row too
    value = given["kept"] + given["refunded"]
    return Numbers(
        returns=requested[0]["all_returns"] if requested else 0,
        asked=tuple(Asked(row["resolution"], row["items"]) for row in requested),
        refunded=Money(given["refunded"], currency),
        kept=Money(given["kept"], currency),
        retained=round(100 * given["kept"] / value) if value else None,
        days=given["days"],
    )


class Beginning(msgspec.Struct, frozen=True):
    """How far a new shop has come."""

    policy: bool
    orders: bool
    returns: bool


async def beginning(merchant: UUID) -> Beginning:
    """Whether there is anything yet of what a shop needs."""
    row = await database.fetch_one(
        "SELECT EXISTS (SELECT 1 FROM policy_versions WHERE merchant = $1) AS policy,"
        " EXISTS (SELECT 1 FROM orders WHERE merchant = $1) AS orders,"
        " EXISTS (SELECT 1 FROM returns WHERE merchant = $1) AS returns",
        merchant,
    )
    assert row is not None  # a select without FROM has one row
    return Beginning(**dict(row))
