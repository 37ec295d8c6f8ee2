"""Remind once of a label that lies unused."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.merchants.settings import MerchantSettings

_DUE = """
SELECT r.merchant, r.id FROM returns r
JOIN merchants m ON m.id = r.merchant
JOIN parcels p ON p.return_id = r.id AND p.kind = 'return' AND p.state = 'label_ready'
JOIN labels l ON l.parcel = p.id AND l.state = 'ready'
CROSS JOIN LATERAL (SELECT ($1::timestamptz AT TIME ZONE m.timezone)::date AS day) today
WHERE r.status = 'approved' AND r.reminded_at IS NULL
  AND (r.send_back_by IS NULL OR r.send_back_by >= today.day)
  AND (l.answered_at AT TIME ZONE m.timezone)::date
      + coalesce((m.settings->>'label_reminder_days')::int, $2) <= today.day
"""
_DEFAULT_DAYS = MerchantSettings().label_reminder_days


async def due_reminders(at: datetime, *, limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Approved returns (merchant, id) whose label is ready and unused for the merchant's days.

    Days are those of the merchant's own zone.
    """
    rows = await database.fetch(_DUE + " ORDER BY l.answered_at LIMIT $3", at, _DEFAULT_DAYS, limit)
    return [(row["merchant"], row["id"]) for row in rows]


async def remind(return_id: UUID, *, merchant: UUID, at: datetime) -> bool:
    """Say once that a reminder is due; False when it is not, or not any more."""
    async with database.transaction():
        here = database.connection()
        await here.execute(
            "SELECT 1 FROM returns WHERE id = $1 AND merchant = $2 FOR NO KEY UPDATE", return_id, merchant
        )
        due = _DUE + " AND r.id = $3 AND r.merchant = $4"
        if not await here.fetch(due, at, _DEFAULT_DAYS, return_id, merchant):
            return False
        await here.execute("UPDATE returns SET reminded_at = $2 WHERE id = $1", return_id, at)
        await append(Event.REMINDER_DUE, merchant=merchant, actor=SYSTEM, at=at, return_id=return_id)
        return True


async def remind_all(*, at: datetime) -> int:
    """Sweep: remind of every unused label whose time has come; how many were reminded."""
    return sum([await remind(id, merchant=merchant, at=at) for merchant, id in await due_reminders(at)])
