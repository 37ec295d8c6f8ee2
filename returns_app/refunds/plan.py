"""Plan to give money back: rows and reservations, before anything leaves the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import RefundState
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.money import Money


class MoreThanPaid(ValueError):
    """This payment has less left than the refund asks for."""

    status = 409
    code = "more-than-paid"


class PaymentShare(msgspec.Struct, frozen=True):
    """How much of a refund goes back along one payment."""

    payment: UUID
    amount: Money


_RESERVE = """
UPDATE payments SET reserved = reserved + $2
WHERE id = $1 AND currency = $3 AND disputed = 0
  AND captured - refunded - reserved - refunded_elsewhere >= $2
RETURNING gateway
"""

_INSERT = """
INSERT INTO refunds
  (id, merchant, return_id, payment, cause, amount, currency, state, gateway, body, planned_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}', $10)
"""


async def plan_refunds(
    shares: Sequence[PaymentShare],
    *,
    merchant: UUID,
    return_id: UUID,
    cause: str,
    actor: Actor,
    at: datetime,
) -> list[UUID]:
    """Reserve each share on its payment and write its refund row, inside the running transaction.

    `cause` names what is being settled; planning it again is refused by the database.
    Raises MoreThanPaid when a payment cannot give what is asked.
    """
    planned: list[UUID] = []
    here = database.connection()
    for share in shares:
        gateway = await here.fetchval(_RESERVE, share.payment, share.amount.minor, share.amount.currency)
        if gateway is None:
            raise MoreThanPaid(f"{share.amount} is more than this payment can still give back.")
        refund = uuid4()
        await here.execute(
            _INSERT,
            refund,
            merchant,
            return_id,
            share.payment,
            cause,
            share.amount.minor,
            share.amount.currency,
            RefundState.PLANNED,
            gateway,
            at,
        )
        await append(
            Event.REFUND_PLANNED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=return_id,
            refund=str(refund),
            amount=share.amount.minor,
            currency=share.amount.currency,
        )
        planned.append(refund)
    return planned
