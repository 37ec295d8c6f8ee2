"""Sweep: no refund is forgotten, whatever crashed between its row and its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from returns_app import database
from returns_app.journal.jobs import Job, enqueue
from returns_app.refunds.send import MOST_TRIES, QUICK_TRIES

PATIENCE = timedelta(minutes=2)
"""Younger ones are most likely in the hands of a worker."""

_LEFT = """
SELECT id, merchant, return_id FROM refunds
WHERE state IN ('planned', 'sending', 'unknown', 'pending') AND planned_at < $1::timestamptz - $2::interval
  AND (state = 'pending' OR tries < $3)
  AND coalesce(first_sent_at, planned_at) + least(power(greatest(tries - $4, 0), 2), 720) * $2::interval <= $1
ORDER BY tries, planned_at LIMIT 500
"""
"""At growing distances, to once a day; the least tried first, so that old ones keep nobody waiting."""


async def resume_refunds(*, at: datetime) -> int:
    """Set unsettled refunds going again; how many there were. Pending ones are only read again.

    One that stays without an answer after MOST_TRIES is left to the person its held job asks.
    """
    rows = await database.fetch(_LEFT, at, PATIENCE, MOST_TRIES, QUICK_TRIES)
    for row in rows:
        job = Job(
            name="refund.send",
            merchant=row["merchant"],
            return_id=row["return_id"],
            data={"refund": str(row["id"])},
        )
        await enqueue(job, key=f"refund.send:sweep:{row['id']}")
    return len(rows)
