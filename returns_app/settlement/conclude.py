"""A return is settled when all that was due has been given; a failed refund opens it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import (
    EXCHANGE_DONE,
    REFUND_RESERVES,
    RETURN_PAID,
    RefundState,
    ReturnState,
)
from returns_app.journal.actors import SYSTEM, Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task, open_tasks_of
from returns_app.refunds.move import lock_refund, move_refund
from returns_app.returns.locked import LockedReturn, lock_return, move_return
from returns_app.returns.refusals import AlreadyDecided, ReferenceMissing
from returns_app.settlement.due import outstanding


async def conclude(return_id: UUID, *, merchant: UUID, at: datetime) -> None:
    """Look whether everything is done, or whether something that was done came undone. Repeatable."""
    async with database.transaction():
        await conclude_locked(await lock_return(merchant, return_id), at)


async def conclude_locked(locked: LockedReturn, at: datetime) -> None:
    """As `conclude`, for a return the running transaction holds."""
    if locked.status in RETURN_PAID and await _came_undone(locked):
        await move_return(locked, "unsettle")
        await _tell(locked, Event.RETURN_UNSETTLED, at)
    elif locked.status == ReturnState.SETTLING and await _all_given(locked):
        await move_return(locked, "settle")
        await database.connection().execute("UPDATE returns SET settled_at = $2 WHERE id = $1", locked.id, at)
        await _tell(locked, Event.RETURN_SETTLED, at)


async def _all_given(locked: LockedReturn) -> bool:
    if any(line.verdict == "deduct" for line in locked.accepted) or await outstanding(locked):
        return False
    return not (await _money_open(locked) or await _goods_open(locked))


async def _money_open(locked: LockedReturn) -> bool:
    open_states = [*REFUND_RESERVES, "failed"]
    rows = await database.fetch(
        "SELECT 1 FROM refunds f WHERE f.return_id = $1 AND f.state = ANY($2)"
        "  AND NOT EXISTS (SELECT 1 FROM journal_events e WHERE e.return_id = $1"
        "    AND e.kind = 'payout.recorded' AND e.data->>'instead_of' = f.id::text)"
        " UNION ALL SELECT 1 FROM journal_tasks t WHERE t.return_id = $1 AND t.kind = 'payout.due' AND t.open"
        " LIMIT 1",
        locked.id,
        [str(state) for state in open_states],
    )
    return bool(rows)


async def _goods_open(locked: LockedReturn) -> bool:
    rows = await database.fetch(
        "SELECT 1 FROM exchanges x JOIN return_lines l ON l.id = x.return_line"
        " WHERE l.return_id = $1 AND x.state <> ALL($2) LIMIT 1",
        locked.id,
        [*(str(state) for state in EXCHANGE_DONE), "fell_through"],
    )
    return bool(rows)


async def _came_undone(locked: LockedReturn) -> bool:
    return await _money_open(locked)


async def _tell(locked: LockedReturn, kind: Event, at: datetime) -> None:
    await append(kind, merchant=locked.merchant, actor=SYSTEM, at=at, return_id=locked.id)


async def record_payout(
    return_id: UUID,
    *,
    task: str,
    kind: str,
    reference: str,
    merchant: UUID,
    actor: Actor,
    at: datetime,
) -> None:
    """A person paid by hand or elsewhere: what, by whom, under which reference. Then look again.

    `kind` and `task` name the open task: payout.due (a settlement), or refund.failed or
    refund.no_gateway (a refund, which is never sent any more and counts as given on its order).
    Raises ReferenceMissing, or AlreadyDecided when somebody recorded or retried it meanwhile.
    """
    if not reference.strip():
        raise ReferenceMissing
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        if not any(
            (each.kind, each.subject) == (kind, task) for each in await open_tasks_of(merchant, return_id)
        ):
            raise AlreadyDecided
        if kind != "payout.due":
            await _paid_instead_of(UUID(task), locked, actor, at)
        await close_task(kind, task, by=actor, at=at)
        await append(
            Event.PAYOUT_RECORDED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=return_id,
            instead_of=task,
            reference=reference.strip(),
        )
        await conclude_locked(locked, at)


async def _paid_instead_of(id: UUID, locked: LockedReturn, actor: Actor, at: datetime) -> None:
    """Raises AlreadyDecided for a refund that is under way: it would be paid twice."""
    refund = await lock_refund(id)
    if refund is None or refund.return_id != locked.id:
        raise AlreadyDecided
    never_sent = refund.state == RefundState.PLANNED and refund.first_sent_at is None
    if never_sent:
        await move_refund(refund, "cancel", actor=actor, at=at)
    elif refund.state != RefundState.FAILED:
        raise AlreadyDecided
    await database.connection().execute(
        "UPDATE orders SET given_otherwise = given_otherwise + $2 WHERE id = $1",
        locked.order,
        refund.amount.minor,
    )
