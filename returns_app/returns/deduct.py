"""A proposed deduction is confirmed, changed or dropped by a person; only then does money move."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task
from returns_app.returns.facts_kept import read_facts
from returns_app.returns.locked import LockedLine, lock_return
from returns_app.returns.refusals import AlreadyDecided, DeductionTooHigh, ReturnNotFound


async def decide_deduction(
    return_id: UUID,
    return_line: UUID,
    *,
    amount: int,
    reason: str,
    merchant: UUID,
    actor: Actor,
    at: datetime,
) -> None:
    """Deduct `amount` minor units from what a line gives back; 0 drops the proposal.

    Never on a claim (BW 7:21). Raises AlreadyDecided when nothing is proposed, DeductionTooHigh.
    """
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        line = next((line for line in locked.lines if line.id == return_line), None)
        if line is None:
            raise ReturnNotFound
        if line.verdict != "deduct":
            raise AlreadyDecided
        if not 0 <= amount <= await _most(line) or (amount and await _is_claim(line)):
            raise DeductionTooHigh
        await database.connection().execute(
            "UPDATE return_lines SET verdict = 'pay', deduction = $2 WHERE id = $1", line.id, amount
        )
        await close_task("deduction.proposed", str(line.id), by=actor, at=at)
        await append(
            Event.DEDUCTION_CONFIRMED if amount else Event.DEDUCTION_DROPPED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=return_id,
            line=str(line.id),
            amount=amount,
            currency=locked.currency,
            reason=reason.strip(),
        )


async def _is_claim(line: LockedLine) -> bool:
    """By the line's own reason: beside it in the return may lie what is only not wanted."""
    return (await read_facts(line.id)).get("ground") == "claim"


async def _most(line: LockedLine) -> int:
    row = await database.fetch_one("SELECT paid, quantity FROM order_lines WHERE id = $1", line.order_line)
    return row["paid"] * line.received // row["quantity"] if row else 0
