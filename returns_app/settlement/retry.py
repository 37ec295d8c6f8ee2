"""Try a failed refund again, as a new action with a key of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import RefundState
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task
from returns_app.refunds.move import lock_refund
from returns_app.refunds.plan import PaymentShare, plan_refunds
from returns_app.refunds.queries import answered_otherwise
from returns_app.returns.locked import lock_return
from returns_app.returns.refusals import AlreadyDecided, ReturnNotFound


async def retry_refund(refund: UUID, *, merchant: UUID, actor: Actor, at: datetime) -> None:
    """Plan a failed refund anew. Raises AlreadyDecided when it did not fail or was paid meanwhile."""
    row = await database.fetch_one(
        "SELECT return_id FROM refunds WHERE id = $1 AND merchant = $2", refund, merchant
    )
    if row is None:
        raise ReturnNotFound
    async with database.transaction():
        await lock_return(merchant, row["return_id"])
        failed = await lock_refund(refund)
        if (
            failed is None
            or failed.state != RefundState.FAILED
            or await answered_otherwise(failed.return_id, refund)
        ):
            raise AlreadyDecided
        [again] = await plan_refunds(
            [PaymentShare(failed.payment, failed.amount)],
            merchant=merchant,
            return_id=failed.return_id,
            cause=f"retry:{refund}",
            actor=actor,
            at=at,
        )
        await close_task("refund.failed", str(refund), by=actor, at=at)
        await append(
            Event.PAYOUT_RECORDED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=failed.return_id,
            instead_of=str(refund),
            reference=f"refund {again}",
        )
