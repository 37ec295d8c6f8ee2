"""Move a refund to its next state, and its payment's account with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import (
    REFUND,
    REFUND_FINAL,
    REFUND_RESERVES,
    RefundMove,
    RefundState,
    may,
    move,
)
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task, open_task
from returns_app.money import Money
from returns_app.refunds.queries import answered_otherwise

TOLD = {
    RefundState.SENDING: None,
    RefundState.PLANNED: None,
    RefundState.PENDING: Event.REFUND_PENDING,
    RefundState.UNKNOWN: Event.REFUND_UNKNOWN,
    RefundState.SUCCEEDED: Event.REFUND_SUCCEEDED,
    RefundState.FAILED: Event.REFUND_FAILED,
    RefundState.CANCELLED: Event.REFUND_CANCELLED,
}


class RefundRow(msgspec.Struct, frozen=True):
    """A refund, locked for the running transaction."""

    id: UUID
    merchant: UUID
    return_id: UUID
    payment: UUID
    payment_reference: str
    amount: Money
    state: RefundState
    gateway: str
    gateway_id: str | None
    body: bytes
    tries: int
    planned_at: datetime
    first_sent_at: datetime | None


_LOCK = """
SELECT r.*, p.reference AS payment_reference
FROM refunds r JOIN payments p ON p.id = r.payment
WHERE {which} FOR NO KEY UPDATE OF r, p
"""


async def lock_refund(id: UUID) -> RefundRow | None:
    """The refund with this id, locked with its payment."""
    return _row(await database.connection().fetchrow(_LOCK.format(which="r.id = $1"), id))


async def lock_refund_at(gateway: str, gateway_id: str) -> RefundRow | None:
    """The refund the provider knows by this id, locked with its payment."""
    which = "r.gateway = $1 AND r.gateway_id = $2"
    return _row(await database.connection().fetchrow(_LOCK.format(which=which), gateway, gateway_id))


def _row(row) -> RefundRow | None:
    if row is None:
        return None
    return RefundRow(
        id=row["id"],
        merchant=row["merchant"],
        return_id=row["return_id"],
        payment=row["payment"],
        payment_reference=row["payment_reference"],
        amount=Money(row["amount"], row["currency"]),
        state=RefundState(row["state"]),
        gateway=row["gateway"],
        gateway_id=row["gateway_id"],
        body=row["body"].encode(),
        tries=row["tries"],
        planned_at=row["planned_at"],
        first_sent_at=row["first_sent_at"],
    )


async def move_refund(
    refund: RefundRow,
    event: RefundMove,
    *,
    actor: Actor,
    at: datetime,
    gateway_id: str | None = None,
    problem: str = "",
) -> RefundState:
    """Move a locked refund inside the running transaction; told again, nothing happens.

    Raises IllegalMove for a move its state does not know.
    """
    target = _target(refund, event)
    if target == refund.state:
        return target
    await database.connection().execute(
        "UPDATE refunds SET state = $2, gateway_id = coalesce($3, gateway_id), problem = $4,"
        " settled_at = $5 WHERE id = $1",
        refund.id,
        target,
        gateway_id,
        problem,
        at if target in REFUND_FINAL else None,
    )
    await _book(refund, target, at)
    if refund.state == RefundState.FAILED and await answered_otherwise(refund.return_id, refund.id):
        await _ask_about_too_much(refund, at)
    await _tell(refund, target, actor, at, problem)
    return target


def _target(refund: RefundRow, event: RefundMove) -> RefundState:
    settles = {"succeed": RefundState.SUCCEEDED, "fail": RefundState.FAILED, "accept": RefundState.PENDING}
    already = settles.get(event) == refund.state
    late = event == "accept" and not may(REFUND, refund.state, event) and refund.state not in REFUND_RESERVES
    if already or late:  # the provider repeats itself, or an older message comes last
        return refund.state
    return move(REFUND, refund.state, event)


async def _book(refund: RefundRow, target: RefundState, at: datetime) -> None:
    """Keep the payment's `reserved` and `refunded` in step with the refund's state."""
    reserved = (target in REFUND_RESERVES) - (refund.state in REFUND_RESERVES)
    refunded = (target == RefundState.SUCCEEDED) - (refund.state == RefundState.SUCCEEDED)
    if not reserved and not refunded:
        return
    amount = refund.amount.minor
    booked = await database.connection().fetchval(
        "UPDATE payments SET reserved = reserved + $2, refunded = refunded + $3"
        " WHERE id = $1 AND ($3 <= 0 OR refunded + $3 + reserved + $2 <= captured) RETURNING 1",
        refund.payment,
        reserved * amount,
        refunded * amount,
    )
    if booked is None:
        await _too_much_after_all(refund, at)


async def _too_much_after_all(refund: RefundRow, at: datetime) -> None:
    """A refund we had given up succeeded late, and its money was promised elsewhere meanwhile."""
    await database.connection().execute(
        "UPDATE payments SET refunded_elsewhere = refunded_elsewhere + $2 WHERE id = $1",
        refund.payment,
        refund.amount.minor,
    )
    await _ask_about_too_much(refund, at)


async def _ask_about_too_much(refund: RefundRow, at: datetime) -> None:
    await open_task(
        "refund.too_much",
        str(refund.id),
        merchant=refund.merchant,
        return_id=refund.return_id,
        sentence=f"A refund of {refund.amount} that had failed was paid after all. Check what else was paid.",
        at=at,
    )


async def _tell(refund: RefundRow, target: RefundState, actor: Actor, at: datetime, problem: str) -> None:
    kind = TOLD[target]
    if kind is not None:
        await append(
            kind,
            merchant=refund.merchant,
            actor=actor,
            at=at,
            return_id=refund.return_id,
            refund=str(refund.id),
            amount=refund.amount.minor,
            currency=refund.amount.currency,
            problem=problem,
        )
    if target == RefundState.FAILED:
        await open_task(
            "refund.failed",
            str(refund.id),
            merchant=refund.merchant,
            return_id=refund.return_id,
            sentence=f"The refund of {refund.amount} did not go through: {problem or 'no reason was given'}."
            " Retry it, or pay another way and record it.",
            at=at,
        )
    elif target == RefundState.SUCCEEDED:
        await close_task("refund.failed", str(refund.id), by=actor, at=at)
