"""A job: what is to be done after something happened, by whichever worker comes first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.queue import queries


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler is told. Any job may run twice; handlers make that harmless."""

    name: str
    event: int | None = None
    merchant: UUID | None = None
    return_id: UUID | None = None
    data: dict[str, Any] = {}


Handler = Callable[[Job], Awaitable[None]]


async def enqueue(job: Job, *, key: str | None = None) -> None:
    """Put a job in the queue, in the running transaction when there is one.

    A `key` that is already queued or being worked makes this a no-op.
    """
    await enqueue_all([(job, key)])


async def enqueue_all(jobs: Sequence[tuple[Job, str | None]]) -> None:
    """Put jobs in the queue, each with its key, in one statement."""
    if database.engine().current_transaction.get() is not None:
        await _insert(jobs)
        return
    async with database.transaction():
        await _insert(jobs)


async def _insert(jobs: Sequence[tuple[Job, str | None]]) -> None:
    await queries(database.connection()).enqueue(
        [job.name for job, _ in jobs],
        [msgspec.json.encode(job) for job, _ in jobs],
        [0] * len(jobs),
        dedupe_key=[key for _, key in jobs],
        on_conflict="skip",
    )
