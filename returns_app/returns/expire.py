"""Voluntary returns end when their send-back deadline passes; a scan brings them back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

import asyncpg

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import RETURN_REOPENS, ReturnState
from returns_app.journal.actors import SYSTEM, Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import open_task
from returns_app.merchants.queries import merchants
from returns_app.returns.cancel import withdraw_lines
from returns_app.returns.locked import LockedReturn, lock_return, move_line, move_return
from returns_app.returns.weigh import today

_OVERDUE = """
SELECT r.id, r.merchant FROM returns r
WHERE r.merchant = $1 AND r.status = 'approved' AND r.ground = 'return' AND r.send_back_by < $2
  AND NOT EXISTS (SELECT 1 FROM journal_events e
                  WHERE e.return_id = r.id AND e.kind IN ('parcel.moved', 'return.received'))
ORDER BY r.send_back_by LIMIT 200
"""


async def overdue(merchant: UUID, day: date) -> list[tuple[UUID, UUID]]:
    """Approved voluntary returns (merchant, id) whose deadline was before `day` and that nobody has seen."""
    return [(row["merchant"], row["id"]) for row in await database.fetch(_OVERDUE, merchant, day)]


async def expire(return_id: UUID, *, merchant: UUID, day: date, at: datetime) -> bool:
    """End one overdue return and free its units; False when something came in between."""
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        due = locked.send_back_by is not None and locked.send_back_by < day
        if locked.status != ReturnState.APPROVED or not due or await _seen(return_id):
            return False
        await move_return(locked, "expire")
        await withdraw_lines(locked)
        await append(Event.RETURN_EXPIRED, merchant=merchant, actor=SYSTEM, at=at, return_id=return_id)
        return True


async def expire_overdue(*, at: datetime) -> int:
    """Sweep: end every overdue voluntary return, by each merchant's own day; how many ended."""
    ended = 0
    for shop in await merchants():
        day = today(shop, at).day
        for merchant, return_id in await overdue(shop.id, day):
            ended += await expire(return_id, merchant=merchant, day=day, at=at)
    return ended


async def _seen(return_id: UUID) -> bool:
    kinds = "('parcel.moved', 'return.received')"
    return bool(
        await database.fetch(
            f"SELECT 1 FROM journal_events WHERE return_id = $1 AND kind IN {kinds} LIMIT 1", return_id
        )
    )


async def reopen(return_id: UUID, *, merchant: UUID, actor: Actor, at: datetime) -> bool:
    """A scan or a parcel at the bench brings an expired or cancelled return back; False when it is open."""
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        return await reopen_locked(locked, actor, at)


async def reopen_locked(locked: LockedReturn, actor: Actor, at: datetime) -> bool:
    """As `reopen`, for a return the running transaction holds."""
    if locked.status not in RETURN_REOPENS:
        return False
    back = [line for line in locked.lines if line.decision == "withdrawn"]
    if not await _claim_again(locked, [(line.id, line.order_line, line.units) for line in back], at):
        return False
    # What nobody had decided on before it was called off still waits for a person.
    undecided = await _undecided(locked)
    for line in back:
        await move_line(line, "review" if undecided else "reopen")
    await move_return(locked, "review" if undecided else "reopen")
    for kind in (Event.RETURN_REOPENED, *([Event.RETURN_IN_REVIEW] if undecided else [])):
        await append(kind, merchant=locked.merchant, actor=actor, at=at, return_id=locked.id)
    return True


async def _undecided(locked: LockedReturn) -> bool:
    row = await database.fetch_one("SELECT decided_at FROM returns WHERE id = $1", locked.id)
    return row is not None and row["decided_at"] is None


async def _claim_again(
    locked: LockedReturn, lines: list[tuple[UUID, UUID, tuple[int, ...]]], at: datetime
) -> bool:
    """Take the units again; another return may hold them by now, and then a person must look."""
    rows = [(uuid4(), order_line, unit, line) for line, order_line, units in lines for unit in units]
    try:
        async with database.connection().transaction():
            await database.connection().executemany(
                "INSERT INTO unit_claims (id, order_line, unit, return_line) VALUES ($1, $2, $3, $4)", rows
            )
    except asyncpg.UniqueViolationError:
        await open_task(
            "return.came_late",
            str(locked.id),
            merchant=locked.merchant,
            return_id=locked.id,
            sentence=f"{locked.rma} came in after it had ended, and its items are in another return now.",
            at=at,
        )
        return False
    return True
