"""Jobs that kept failing: shown to a person, who may send them round again."""

from __future__ import annotations

from datetime import datetime

import msgspec

from returns_app import database
from returns_app.journal.jobs import Job
from returns_app.journal.queue import queries


class HeldJob(msgspec.Struct, frozen=True):
    id: int
    job: Job
    attempts: int
    since: datetime


async def held_jobs(*, limit: int = 100) -> list[HeldJob]:
    """Jobs on hold, newest first."""
    rows = await database.fetch(
        "SELECT id, payload, attempts, updated FROM jobs"
        " WHERE status = 'failed' ORDER BY updated DESC LIMIT $1",
        limit,
    )
    return [
        HeldJob(row["id"], msgspec.json.decode(row["payload"], type=Job), row["attempts"], row["updated"])
        for row in rows
    ]


async def requeue(id: int) -> None:
    """Let a held job run again from its first attempt."""
    async with database.transaction():
        await database.connection().execute("DELETE FROM journal_job_starts WHERE job = $1", str(id))
        await queries(database.connection()).requeue_jobs([id])  # pyright: ignore[reportArgumentType]  (JobId is a NewType of int)
