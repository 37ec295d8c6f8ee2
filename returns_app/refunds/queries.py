"""Reads of refunds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.lifecycle import RefundState
from returns_app.money import Money


class RefundSeen(msgspec.Struct, frozen=True):
    id: UUID
    amount: Money
    state: RefundState
    method: str
    gateway_id: str | None
    problem: str
    planned_at: datetime
    settled_at: datetime | None


class RefundInDoubt(msgspec.Struct, frozen=True):
    """A refund whose answer was lost: it is being looked up at the provider."""

    id: UUID
    rma: str
    shopper: str
    amount: Money
    since: datetime


async def refunds_in_doubt(merchant: UUID) -> list[RefundInDoubt]:
    """Refunds of which nobody knows yet whether they were made, oldest first."""
    rows = await database.fetch(
        "SELECT f.id, r.rma, s.name, f.amount, f.currency, f.first_sent_at, f.planned_at FROM refunds f"
        ' JOIN returns r ON r.id = f.return_id JOIN orders o ON o.id = r."order"'
        " JOIN shoppers s ON s.id = o.shopper"
        " WHERE f.merchant = $1 AND f.state = 'unknown' ORDER BY f.planned_at LIMIT 100",
        merchant,
    )
    return [
        RefundInDoubt(
            row["id"],
            row["rma"],
            row["name"],
            Money(row["amount"], row["currency"]),
            row["first_sent_at"] or row["planned_at"],
        )
        for row in rows
    ]


async def answered_otherwise(return_id: UUID, refund: UUID) -> bool:
    """Whether a failed refund was tried anew or paid another way."""
    return bool(
        await database.fetch(
            "SELECT 1 FROM journal_events WHERE return_id = $1 AND kind = 'payout.recorded'"
            " AND data->>'instead_of' = $2 LIMIT 1",
            return_id,
            str(refund),
        )
    )


async def refunds_of(merchant: UUID, return_id: UUID) -> list[RefundSeen]:
    """The refunds of a return, in the order they were planned."""
    rows = await database.fetch(
        "SELECT r.*, p.method FROM refunds r JOIN payments p ON p.id = r.payment"
        " WHERE r.merchant = $1 AND r.return_id = $2 ORDER BY r.planned_at, r.id",
        merchant,
        return_id,
    )
    return [
        RefundSeen(
            row["id"],
            Money(row["amount"], row["currency"]),
            RefundState(row["state"]),
            row["method"],
            row["gateway_id"],
            row["problem"],
            row["planned_at"],
            row["settled_at"],
        )
        for row in rows
    ]
