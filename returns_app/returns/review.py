"""A person decides on the lines that wait for one: yes to all, or no with a reason the shopper reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.calendar import send_back_by
from returns_app.core.events import Event
from returns_app.core.lifecycle import LINE_UNDECIDED, LineDecision, ReturnState, decided
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.merchants.queries import merchant_by_id
from returns_app.returns.locked import LockedReturn, lock_return, move_line, release_units
from returns_app.returns.refusals import AlreadyDecided, RejectionUnexplained
from returns_app.returns.weigh import today


async def approve(return_id: UUID, *, merchant: UUID, actor: Actor, at: datetime) -> None:
    """Accept every line that waits. Raises AlreadyDecided when somebody was first."""
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        waiting = _waiting(locked)
        for line in waiting:
            await move_line(line, "accept")
            await _tell(locked, Event.LINE_ACCEPTED, actor, at, line=str(line.id))
        await _conclude(locked, {line.id: LineDecision.ACCEPTED for line in waiting}, actor, at)


async def reject(return_id: UUID, *, reason: str, merchant: UUID, actor: Actor, at: datetime) -> None:
    """Refuse every line that waits, in the words given. Lines accepted before stay accepted.

    Raises RejectionUnexplained without words, AlreadyDecided when somebody was first.
    """
    if not reason.strip():
        raise RejectionUnexplained
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        waiting = _waiting(locked)
        for line in waiting:
            await move_line(line, "reject", because=reason.strip())
            await release_units(line)
            await _tell(locked, Event.LINE_REJECTED, actor, at, line=str(line.id), reason=reason.strip())
        await _conclude(locked, {line.id: LineDecision.REJECTED for line in waiting}, actor, at)


def _waiting(locked: LockedReturn):
    waiting = [line for line in locked.lines if line.decision in LINE_UNDECIDED]
    if not waiting:
        raise AlreadyDecided
    return waiting


async def _conclude(
    locked: LockedReturn, changed: dict[UUID, LineDecision], actor: Actor, at: datetime
) -> None:
    status = decided([changed.get(line.id, line.decision) for line in locked.lines])
    shop = await merchant_by_id(locked.merchant)
    day = today(shop, at)
    deadline = send_back_by(day.day, shop.settings.send_back_days, day.holidays)
    await database.connection().execute(
        "UPDATE returns SET status = $2, decided_at = $3, send_back_by = $4 WHERE id = $1",
        locked.id,
        status,
        at,
        deadline if status == ReturnState.APPROVED else None,
    )
    kind = Event.RETURN_APPROVED if status == ReturnState.APPROVED else Event.RETURN_REJECTED
    await _tell(locked, kind, actor, at, at_once=False)


async def _tell(locked: LockedReturn, kind: Event, actor: Actor, at: datetime, **data: object) -> None:
    await append(kind, merchant=locked.merchant, actor=actor, at=at, return_id=locked.id, **data)
