"""Webhooks as they come in: stored once, answered at once, worked by a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.journal.jobs import Job, enqueue

_STORE = """
INSERT INTO journal_inbound (id, source, external_id, payload, headers, received_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source, external_id) DO NOTHING RETURNING id
"""


class Arrived(msgspec.Struct, frozen=True):
    """A stored webhook."""

    id: UUID
    source: str
    payload: bytes
    headers: dict[str, str]
    received_at: datetime


async def store_inbound(
    source: str, external_id: str, *, payload: bytes, headers: Mapping[str, str], at: datetime
) -> bool:
    """Keep a verified webhook and enqueue `inbound.<source>`. False when it was here before."""
    async with database.transaction():
        kept = await database.connection().fetchval(
            _STORE, uuid4(), source, external_id, payload, msgspec.json.encode(dict(headers)).decode(), at
        )
        if kept is None:
            return False
        await enqueue(Job(name=f"inbound.{source}", data={"inbound": str(kept)}), key=f"inbound:{kept}")
        return True


async def read_inbound(id: str) -> Arrived:
    """The stored webhook a job was told about."""
    row = await database.fetch_one("SELECT * FROM journal_inbound WHERE id = $1", UUID(id))
    if row is None:
        raise LookupError(f"no stored webhook {id}")
    headers = msgspec.json.decode(row["headers"])
    return Arrived(row["id"], row["source"], row["payload"], headers, row["received_at"])


async def mark_worked(id: UUID, at: datetime) -> None:
    await database.fetch("UPDATE journal_inbound SET worked_at = $2 WHERE id = $1", id, at)
