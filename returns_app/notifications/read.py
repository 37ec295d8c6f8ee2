"""Reads of what a return was settled with, for the mail that tells it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.quote import Quote
from returns_app.money import Money


class Payout(msgspec.Struct, frozen=True):
    """Money a person paid by hand and recorded."""

    amount: Money
    reference: str
    at: datetime


async def settled_quotes(merchant: UUID, return_id: UUID) -> list[Quote]:
    """The quotes that were acted on, in order of time."""
    rows = await database.fetch(
        "SELECT s.quote FROM settlements s JOIN returns r ON r.id = s.return_id"
        " WHERE r.merchant = $1 AND r.id = $2 ORDER BY s.at, s.id",
        merchant,
        return_id,
    )
    return [msgspec.json.decode(row["quote"], type=Quote) for row in rows]


_PAYOUTS = """
SELECT e.at, e.data->>'reference' AS reference,
  coalesce(f.amount, (t.data->>'amount')::bigint) AS amount,
  coalesce(f.currency, t.data->>'currency') AS currency
FROM journal_events e
LEFT JOIN refunds f ON f.id::text = e.data->>'instead_of' AND f.merchant = e.merchant
LEFT JOIN journal_tasks t ON t.kind = 'payout.due' AND t.subject = e.data->>'instead_of'
  AND t.merchant = e.merchant
WHERE e.merchant = $1 AND e.return_id = $2 AND e.kind = 'payout.recorded'
  AND coalesce(f.amount, (t.data->>'amount')::bigint) IS NOT NULL
ORDER BY e.id
"""


async def payouts_of(merchant: UUID, return_id: UUID) -> list[Payout]:
    """What was paid by hand, instead of a refund that failed or where no payment could take it."""
    rows = await database.fetch(_PAYOUTS, merchant, return_id)
    return [Payout(Money(row["amount"], row["currency"]), row["reference"], row["at"]) for row in rows]


async def found_extras(merchant: UUID, return_id: UUID) -> list[tuple[str, int]]:
    """Things nobody announced, with how many, as the bench described them."""
    rows = await database.fetch(
        "SELECT x.description, x.quantity FROM extra_items x JOIN returns r ON r.id = x.return_id"
        " WHERE r.merchant = $1 AND r.id = $2 ORDER BY x.found_at, x.id",
        merchant,
        return_id,
    )
    return [(row["description"], row["quantity"]) for row in rows]


async def deduction_reasons(merchant: UUID, return_id: UUID) -> dict[str, str]:
    """What the person who confirmed a deduction said, by the id of the return line."""
    rows = await database.fetch(
        "SELECT data->>'line' AS line, data->>'reason' AS reason FROM journal_events"
        " WHERE merchant = $1 AND return_id = $2 AND kind = 'deduction.confirmed' ORDER BY id",
        merchant,
        return_id,
    )
    return {row["line"]: row["reason"] for row in rows if row["reason"]}
