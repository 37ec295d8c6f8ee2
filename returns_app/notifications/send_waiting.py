"""Sweep: no written mail is forgotten, whatever became of the job that was to send it."""

from __future__ import annotations

from datetime import datetime, timedelta

from returns_app import database
from returns_app.journal.jobs import Job, enqueue
from returns_app.notifications.write import SEND

PATIENCE = timedelta(minutes=2)
"""Younger ones are most likely in the hands of a worker."""


async def send_waiting(*, at: datetime) -> int:
    """Set every mail going again that was written a while ago and not sent; how many there were."""
    rows = await database.fetch(
        "SELECT id, merchant, return_id FROM messages WHERE state = 'planned' AND written_at < $1"
        " ORDER BY written_at LIMIT 500",
        at - PATIENCE,
    )
    for row in rows:
        job = Job(
            name=SEND,
            merchant=row["merchant"],
            return_id=row["return_id"],
            data={"message": str(row["id"])},
        )
        await enqueue(job, key=f"{SEND}:sweep:{row['id']}")
    return len(rows)
