"""Reads of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.actors import SYSTEM, Actor


class Happened(msgspec.Struct, frozen=True):
    """One event of a timeline."""

    id: int
    kind: str
    at: datetime
    actor: Actor
    data: dict[str, Any]


async def actor_of(event: int) -> Actor:
    """Who did what this event tells of."""
    row = await database.fetch_one("SELECT actor FROM journal_events WHERE id = $1", event)
    return msgspec.json.decode(row["actor"], type=Actor) if row else SYSTEM


async def timeline(merchant: UUID, return_id: UUID) -> list[Happened]:
    """Everything that happened to a return, oldest first."""
    rows = await database.fetch(
        "SELECT id, kind, at, actor, data FROM journal_events"
        " WHERE merchant = $1 AND return_id = $2 ORDER BY id",
        merchant,
        return_id,
    )
    return [
        Happened(
            row["id"],
            row["kind"],
            row["at"],
            msgspec.json.decode(row["actor"], type=Actor),
            msgspec.json.decode(row["data"]),
        )
        for row in rows
    ]
