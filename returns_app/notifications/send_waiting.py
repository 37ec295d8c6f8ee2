"""Sweep: no written mail is forgotten, however long its server is away."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from returns_app import database
from returns_app.journal.actors import SYSTEM
from returns_app.journal.jobs import Job, enqueue
from returns_app.journal.tasks import close_task, open_task
from returns_app.notifications.write import SEND

PATIENCE = timedelta(minutes=1)
"""Younger ones are in the hands of their own job, which tries again by itself."""
ALARM = timedelta(hours=1)
"""Mails that wait for so long are shown to a person: one task per merchant, until none waits."""
_TASK = "mail.waiting"

_WAITING = """
SELECT id, merchant, return_id FROM messages WHERE state = 'planned' AND written_at < $1
ORDER BY written_at LIMIT 500
"""
_LONG = """
SELECT merchant, count(*) AS mails, max(problem) AS problem FROM messages
WHERE state = 'planned' AND written_at < $1 GROUP BY merchant
"""


async def send_waiting(*, at: datetime) -> int:
    """Set every mail going again that was written a while ago and not sent; how many there were."""
    rows = await database.fetch(_WAITING, at - PATIENCE)
    for row in rows:
        job = Job(
            name=SEND,
            merchant=row["merchant"],
            return_id=row["return_id"],
            data={"message": str(row["id"])},
        )
        # The key of the mail's first job: two never send one mail side by side.
        await enqueue(job, key=f"{SEND}:{row['id']}")
    await _alarm(at)
    return len(rows)


async def _alarm(at: datetime) -> None:
    waiting = await database.fetch(_LONG, at - ALARM)
    for row in waiting:
        await open_task(
            _TASK,
            str(row["merchant"]),
            merchant=row["merchant"],
            sentence=f"{row['mails']} mails wait to be sent: {row['problem'] or 'no worker took them'}."
            " They go out by themselves once that is mended.",
            at=at,
        )
    await _all_clear({row["merchant"] for row in waiting}, at)


async def _all_clear(waiting: set[UUID], at: datetime) -> None:
    for row in await database.fetch("SELECT merchant FROM journal_tasks WHERE kind = $1 AND open", _TASK):
        if row["merchant"] not in waiting:
            await close_task(_TASK, str(row["merchant"]), by=SYSTEM, at=at)
