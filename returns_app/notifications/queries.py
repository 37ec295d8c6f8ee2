"""Reads of messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database


class MessageSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was written. `state` is planned, sent or failed; `attachments` are names of papers."""

    id: UUID
    kind: str
    to: str
    locale: str
    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]
    message_id: str
    state: str
    tries: int
    problem: str
    written_at: datetime
    sent_at: datetime | None


async def messages_of(merchant: UUID, return_id: UUID) -> list[MessageSeen]:
    """The messages of a return, oldest first."""
    rows = await database.fetch(
        "SELECT * FROM messages WHERE merchant = $1 AND return_id = $2 ORDER BY written_at, event, id",
        merchant,
        return_id,
    )
    return [
        MessageSeen(
            **{name: row[name] for name in MessageSeen.__struct_fields__ if name != "attachments"},
            attachments=tuple(msgspec.json.decode(row["attachments"])),
        )
        for row in rows
    ]


async def written_before(kind: str, merchant: UUID, return_id: UUID) -> datetime | None:
    """When a message of this kind was last written for a return."""
    row = await database.fetch_one(
        "SELECT max(written_at) AS at FROM messages WHERE merchant = $1 AND return_id = $2 AND kind = $3",
        merchant,
        return_id,
        kind,
    )
    return row["at"] if row else None
