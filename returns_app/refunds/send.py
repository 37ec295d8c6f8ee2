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
from returns_app.refunds.gateways import (
    Accepted,
    Answer,
    Busy,
    Gateway,
    GatewayAway,
    RefundAttempt,
    Refused,
    Unknown,
)
from returns_app.refunds.move import RefundRow, lock_refund, move_refund

PROVIDER = Actor("provider")


_TO_SEND = REFUND_TO_RESUME | {RefundState.PLANNED, RefundState.PENDING}
"""A pending refund is only read again: the provider finishes it in its own time."""

QUICK_TRIES = 8
"""So often its job tries again by itself; then the sweep does, at growing distances."""
MOST_TRIES = 36
"""After that a person is asked once. It is longer than a provider keeps an answer, Stripe's 24 hours."""


class RefundNotSettled(RuntimeError):
    """The provider could not answer for this refund yet; the same key is tried again later."""


async def send_refund(refund: UUID, *, gateways: Mapping[str, Gateway], at: datetime) -> None:
    """Bring a planned, interrupted or unknown refund to an answer, under its one key.

    Safe to call any number of times. Raises RefundNotSettled to be called again soon, or to be held.
    """
    ready = await _make_ready(refund, gateways, at)
    if ready is None:
        return
    answer = await _answer(ready)
    if answer is None:
        return
    await _write_down(refund, answer, at)
    later_by_sweep = QUICK_TRIES < ready.tries < MOST_TRIES or ready.pending
    if isinstance(answer, Unknown | Busy) and not later_by_sweep:
        raise RefundNotSettled(answer.sentence)


class _Ready(msgspec.Struct, frozen=True):
    """A refund that may go now, and how often it went before and with this time."""

    gateway: Gateway
    attempt: RefundAttempt
    tries: int
    pending: bool


async def _answer(ready: _Ready) -> Answer | None:
    """After a crash or a time-out the other side is read first: it may have been done."""
    if ready.tries > 1:
        try:
            found = await ready.gateway.find(ready.attempt)
        except GatewayAway as away:
            return Unknown(str(away))
        if found or ready.pending:
            return found
    return await ready.gateway.refund(ready.attempt)


async def _make_ready(id: UUID, gateways: Mapping[str, Gateway], at: datetime) -> _Ready | None:
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
        return _Ready(gateway, attempt, refund.tries + 1, refund.state == RefundState.PENDING)


async def _body(refund: RefundRow, gateway: Gateway):
    stored = msgspec.json.decode(refund.body)
    return stored or await gateway.body(
        id=str(refund.id),
        payment_reference=refund.payment_reference,
        amount=refund.amount,
        told={"return": str(refund.return_id)},
    )


async def _no_gateway(refund: RefundRow, at: datetime) -> None:
    # Counted, so that the sweep looks less often; never so often that it looks no more.
    await database.connection().execute(
        "UPDATE refunds SET tries = least(tries + 1, $2) WHERE id = $1", refund.id, MOST_TRIES - 1
    )
    await open_task(
        "refund.no_gateway",
        str(refund.id),
        merchant=refund.merchant,
        return_id=refund.return_id,
        sentence=f"{refund.amount} was paid through “{refund.gateway}”, which is not connected."
        " Connect it, or pay another way and record it.",
        at=at,
    )


async def _write_down(id: UUID, answer: Answer, at: datetime) -> None:
    async with database.transaction():
        refund = await lock_refund(id)
        if refund is not None:
            await _record(refund, answer, at)


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
    """Follow what the provider says a refund is now, inside the running transaction.

    A canceled one was not paid: like one that failed, it is retried or paid another way.
    """
    if refund.state == RefundState.PLANNED:  # One worker was put off while another was answered.
        state = await move_refund(refund, "send", actor=PROVIDER, at=at)
        refund = msgspec.structs.replace(refund, state=state)
    match accepted.status:
        case "succeeded":
            event = "succeed"
        case "failed" | "canceled":
            event = "fail"
        case "pending" | "requires_action":
            event = "accept"
    await move_refund(
        refund,
        event,
        actor=PROVIDER,
        at=at,
        gateway_id=accepted.gateway_id,
        problem=accepted.failure_reason or ("canceled" if accepted.status == "canceled" else ""),
    )
