"""Write down that something happened, and set off what follows, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.journal.jobs import Job, enqueue_all
from returns_app.journal.wiring import jobs_for

_INSERT = """
INSERT INTO journal_events (merchant, kind, return_id, at, actor, data)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""


async def append(
    kind: str,
    *,
    merchant: UUID,
    actor: Actor,
    at: datetime,
    return_id: UUID | None = None,
    **data: Any,
) -> int:
    """Record an event inside the running transaction and enqueue the jobs it sets off.

    Returns the event's number. Raises UnknownEvent for a kind without a line in reactions.
    """
    jobs = jobs_for(kind)
    row = await database.connection().fetchrow(
        _INSERT,
        merchant,
        kind,
        return_id,
        at,
        msgspec.json.encode(actor).decode(),
        msgspec.json.encode(data).decode(),
    )
    assert row is not None  # an insert always gives its row
    event: int = row["id"]
    if jobs:
        told = [
            Job(name=name, event=event, merchant=merchant, return_id=return_id, data=data) for name in jobs
        ]
        await enqueue_all([(job, f"{job.name}:{event}") for job in told])
    return event
