"""Sweep: no refund is forgotten, whatever crashed between its row and its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from returns_app import database
from returns_app.journal.jobs import Job, enqueue

PATIENCE = timedelta(minutes=2)
"""Younger ones are most likely in the hands of a worker."""

_LEFT = """
SELECT id, merchant, return_id FROM refunds
WHERE state IN ('planned', 'sending', 'unknown', 'pending') AND planned_at < $1
ORDER BY planned_at LIMIT 500
"""


async def resume_refunds(*, at: datetime) -> int:
    """Set every unsettled refund going again; how many there were. Pending ones are read again."""
    rows = await database.fetch(_LEFT, at - PATIENCE)
    for row in rows:
        job = Job(
            name="refund.send",
            merchant=row["merchant"],
            return_id=row["return_id"],
            data={"refund": str(row["id"])},
        )
        await enqueue(job, key=f"refund.send:sweep:{row['id']}")
    return len(rows)
