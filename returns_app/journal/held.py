"""Jobs that kept failing: shown to a person, who may send them round again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.journal.jobs import Job
from returns_app.journal.queue import queries
from returns_app.journal.tasks import close_task


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


async def run_again(id: int, *, merchant: UUID, actor: Actor, at: datetime) -> bool:
    """Let a held job of the merchant's run again from its first attempt, and take it off the list of tasks.

    False when it is not held any more, or is another merchant's.
    """
    async with database.transaction():
        held = await database.connection().fetchval(
            "SELECT 1 FROM jobs WHERE id = $1 AND status = 'failed'"
            " AND convert_from(payload, 'UTF8')::jsonb->>'merchant' = $2 FOR NO KEY UPDATE",
            id,
            str(merchant),
        )
        if held is None:
            return False
        await _requeue(id)
        await close_task("job.failed", str(id), by=actor, at=at)
    return True


async def requeue(id: int) -> None:
    """Let a held job run again from its first attempt."""
    async with database.transaction():
        await _requeue(id)


async def _requeue(id: int) -> None:
    await database.connection().execute("DELETE FROM journal_job_starts WHERE job = $1", str(id))
    await queries(database.connection()).requeue_jobs([id])  # pyright: ignore[reportArgumentType]  (JobId is a NewType of int)
