"""Reads of store credit."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.money import Money


class CreditSeen(msgspec.Struct, frozen=True):
    """A code and what is on it: the part that was paid for, and the bonus."""

    id: UUID
    code: str
    balance: Money
    principal: Money
    bonus: Money
    expires_on: date | None
    issued_at: datetime


_CREDITS = """
SELECT c.*,
  coalesce(-sum(e.amount) FILTER (WHERE e.lot = 'principal'), 0)::bigint AS principal,
  coalesce(-sum(e.amount) FILTER (WHERE e.lot = 'bonus'), 0)::bigint AS bonus
FROM credits c LEFT JOIN credit_entries e ON e.credit = c.id AND e.account = 'customer_credit'
WHERE c.merchant = $1 AND c.return_id = $2 GROUP BY c.id ORDER BY c.issued_at, c.id
"""


async def credits_of(merchant: UUID, return_id: UUID) -> list[CreditSeen]:
    """The credit a return was settled with."""
    return [
        CreditSeen(
            row["id"],
            row["code"],
            Money(row["balance"], row["currency"]),
            Money(row["principal"], row["currency"]),
            Money(row["bonus"], row["currency"]),
            row["expires_on"],
            row["issued_at"],
        )
        for row in await database.fetch(_CREDITS, merchant, return_id)
    ]
