"""Send a planned refund: the row is committed as sending, then the call, then the answer is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.lifecycle import REFUND_TO_RESUME, RefundState
from returns_app.journal.actors import Actor
from returns_app.journal.tasks import open_task
from returns_app.refunds.gateways import Accepted, Answer, Busy, Gateway, RefundAttempt, Refused, Unknown
from returns_app.refunds.move import RefundRow, lock_refund, move_refund

PROVIDER = Actor("provider")


_TO_SEND = REFUND_TO_RESUME | {RefundState.PLANNED, RefundState.PENDING}
"""A pending refund is only read again: the provider finishes it in its own time."""


class RefundNotSettled(RuntimeError):
    """The provider could not answer for this refund yet; the same key is tried again later."""


async def send_refund(refund: UUID, *, gateways: Mapping[str, Gateway], at: datetime) -> None:
    """Bring a planned, interrupted or unknown refund to an answer, under its one key.

    Safe to call any number of times. Raises RefundNotSettled to be called again.
    """
    ready = await _make_ready(refund, gateways, at)
    if ready is None:
        return
    gateway, attempt, resumed = ready
    # After a crash or a time-out the other side is read first: it may have been done.
    found = await gateway.find(attempt) if resumed else None
    await record_answer(refund, found or await gateway.refund(attempt), at)


async def _make_ready(
    id: UUID, gateways: Mapping[str, Gateway], at: datetime
) -> tuple[Gateway, RefundAttempt, bool] | None:
    async with database.transaction():
        refund = await lock_refund(id)
        if refund is None or refund.state not in _TO_SEND:
            return None
        gateway = gateways.get(refund.gateway)
        if gateway is None:
            await _no_gateway(refund, at)
            return None
        body = await _body(refund, gateway)
        if refund.state in (RefundState.PLANNED, RefundState.UNKNOWN):
            await move_refund(refund, "send", actor=PROVIDER, at=at)
        await database.connection().execute(
            "UPDATE refunds SET tries = tries + 1, first_sent_at = coalesce(first_sent_at, $2),"
            " body = $3 WHERE id = $1",
            id,
            at,
            msgspec.json.encode(body, order="sorted").decode(),
        )
        attempt = RefundAttempt(
            str(id), str(id), refund.payment_reference, refund.amount, body, refund.first_sent_at or at
        )
        return gateway, attempt, refund.tries > 0


async def _body(refund: RefundRow, gateway: Gateway):
    stored = msgspec.json.decode(refund.body)
    return stored or await gateway.body(
        id=str(refund.id),
        payment_reference=refund.payment_reference,
        amount=refund.amount,
        told={"return": str(refund.return_id)},
    )


async def _no_gateway(refund: RefundRow, at: datetime) -> None:
    await open_task(
        "refund.no_gateway",
        str(refund.id),
        merchant=refund.merchant,
        return_id=refund.return_id,
        sentence=f"{refund.amount} was paid through “{refund.gateway}”, which is not connected."
        " Connect it, or pay another way and record it.",
        at=at,
    )


async def record_answer(id: UUID, answer: Answer, at: datetime) -> None:
    """Write down what the provider said. Raises RefundNotSettled where it has not said enough."""
    async with database.transaction():
        refund = await lock_refund(id)
        if refund is not None:
            await _record(refund, answer, at)
    if isinstance(answer, Unknown | Busy):
        raise RefundNotSettled(answer.sentence)


async def _record(refund: RefundRow, answer: Answer, at: datetime) -> None:
    match answer:
        case Accepted():
            await apply_status(refund, answer, at)
        case Refused(_, sentence):
            if refund.state == RefundState.SENDING:
                await move_refund(refund, "fail", actor=PROVIDER, at=at, problem=sentence)
        case Unknown(sentence):
            if refund.state == RefundState.SENDING:
                await move_refund(refund, "time_out", actor=PROVIDER, at=at, problem=sentence)
        case Busy(sentence):
            if refund.state == RefundState.SENDING:
                await move_refund(refund, "postpone", actor=PROVIDER, at=at, problem=sentence)


async def apply_status(refund: RefundRow, accepted: Accepted, at: datetime) -> None:
    """Follow what the provider says a refund is now, inside the running transaction."""
    match accepted.status:
        case "succeeded":
            event = "succeed"
        case "failed":
            event = "fail"
        case "canceled":
            event = "cancel"
        case "pending" | "requires_action":
            event = "accept"
    await move_refund(
        refund,
        event,
        actor=PROVIDER,
        at=at,
        gateway_id=accepted.gateway_id,
        problem=accepted.failure_reason or "",
    )
