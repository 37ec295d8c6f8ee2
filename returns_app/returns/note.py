"""Staff write something down for each other; the shopper never sees it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.returns.locked import lock_return
from returns_app.returns.refusals import NoteEmpty


async def write_note(return_id: UUID, text: str, *, merchant: UUID, actor: Actor, at: datetime) -> None:
    """Add a note to the case. Raises NoteEmpty or ReturnNotFound."""
    words = text.replace("\x00", "").strip()
    if not words:
        raise NoteEmpty
    async with database.transaction():
        await lock_return(merchant, return_id)
        await append(
            Event.RETURN_NOTED, merchant=merchant, actor=actor, at=at, return_id=return_id, note=words
        )
