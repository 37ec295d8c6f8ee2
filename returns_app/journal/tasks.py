"""Needs attention: what a person must look at, once per subject, until it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from returns_app import database
from returns_app.journal.actors import Actor

_OPEN = """
INSERT INTO journal_tasks (id, merchant, kind, subject, return_id, sentence, data, created_at, open)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true)
ON CONFLICT (kind, subject) DO UPDATE
SET sentence = excluded.sentence, data = excluded.data, open = true, done_at = NULL, done_by = NULL
"""

_CLOSE = """
UPDATE journal_tasks SET open = false, done_at = $3, done_by = $4
WHERE kind = $1 AND subject = $2 AND open
"""


class OpenTask(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    subject: str
    return_id: UUID | None
    sentence: str
    data: dict[str, Any]
    created_at: datetime


async def open_task(
    kind: str,
    subject: str,
    *,
    merchant: UUID,
    sentence: str,
    at: datetime,
    return_id: UUID | None = None,
    **data: Any,
) -> None:
    """Ask for a person. The same kind and subject again only refreshes the sentence."""
    body = msgspec.json.encode(data).decode()
    await database.fetch(_OPEN, uuid4(), merchant, kind, subject, return_id, sentence, body, at)


async def ask_once(
    kind: str,
    subject: str,
    *,
    merchant: UUID,
    sentence: str,
    at: datetime,
    return_id: UUID | None = None,
) -> None:
    """Ask for a person about something that is asked once for all: done, it is not opened again."""
    known = "SELECT 1 FROM journal_tasks WHERE kind = $1 AND subject = $2"
    if not await database.fetch(known, kind, subject):
        await open_task(kind, subject, merchant=merchant, sentence=sentence, at=at, return_id=return_id)


async def close_task(kind: str, subject: str, *, by: Actor, at: datetime) -> None:
    """The matter is settled; nothing happens when it was not open."""
    await database.fetch(_CLOSE, kind, subject, at, msgspec.json.encode(by).decode())


async def open_tasks_of(merchant: UUID, return_id: UUID) -> list[OpenTask]:
    """What needs a person about one return, oldest first."""
    rows = await database.fetch(
        "SELECT * FROM journal_tasks WHERE merchant = $1 AND return_id = $2 AND open ORDER BY created_at",
        merchant,
        return_id,
    )
    return [_task(row) for row in rows]


async def open_task_by_id(merchant: UUID, id: UUID) -> OpenTask | None:
    """A task that still waits; None once somebody has done it, or when it is another merchant's."""
    row = await database.fetch_one(
        "SELECT * FROM journal_tasks WHERE merchant = $1 AND id = $2 AND open", merchant, id
    )
    return _task(row) if row else None


async def open_tasks(merchant: UUID, *, limit: int = 100) -> list[OpenTask]:
    """What needs a person now, oldest first."""
    rows = await database.fetch(
        "SELECT * FROM journal_tasks WHERE merchant = $1 AND open ORDER BY created_at LIMIT $2",
        merchant,
        limit,
    )
    return [_task(row) for row in rows]


def _task(row: asyncpg.Record) -> OpenTask:
    return OpenTask(
        row["id"],
        row["kind"],
        row["subject"],
        row["return_id"],
        row["sentence"],
        msgspec.json.decode(row["data"]),
        row["created_at"],
    )
