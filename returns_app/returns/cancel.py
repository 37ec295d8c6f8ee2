"""Call a return off, while nothing of it has been handed to a carrier."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import LINE, RETURN_MAY_CANCEL, may
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.returns.locked import LockedReturn, lock_return, move_line, move_return, release_units
from returns_app.returns.refusals import TooLateToCancel

_SCANNED = """
SELECT 1 FROM journal_events WHERE return_id = $1 AND kind IN ('parcel.moved', 'return.received') LIMIT 1
"""


async def cancel(return_id: UUID, *, merchant: UUID, actor: Actor, at: datetime) -> None:
    """Cancel a return and give its units back. Cancelled twice is cancelled once.

    Raises TooLateToCancel once a parcel moved or anything was settled.
    """
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        if locked.status == "cancelled":
            return
        if locked.status not in RETURN_MAY_CANCEL or await _under_way(locked):
            raise TooLateToCancel
        await move_return(locked, "cancel")
        await withdraw_lines(locked)
        await append(Event.RETURN_CANCELLED, merchant=merchant, actor=actor, at=at, return_id=return_id)


async def _under_way(locked: LockedReturn) -> bool:
    if await database.fetch(_SCANNED, locked.id):
        return True
    settled = "SELECT 1 FROM unit_claims WHERE return_line = ANY($1) AND settled_as IS NOT NULL LIMIT 1"
    return bool(await database.fetch(settled, [line.id for line in locked.lines]))


async def withdraw_lines(locked: LockedReturn) -> None:
    """Take every line back that can be, and free its units."""
    for line in locked.lines:
        if may(LINE, line.decision, "withdraw"):
            await move_line(line, "withdraw")
        await release_units(line)
