"""The table: what happens when. Each journal event sets off these jobs, in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from returns_app import clock
from returns_app.core.events import Event
from returns_app.core.lifecycle import PARCEL_SCANNED
from returns_app.exchanges.reserve import let_go, renew, reserve
from returns_app.exchanges.send_out import send_out
from returns_app.journal.actors import SYSTEM, Actor
from returns_app.journal.jobs import Handler, Job
from returns_app.journal.queries import actor_of
from returns_app.merchants import look_up
from returns_app.merchants.forget import forget_old
from returns_app.notifications.jobs import FOR_EVENT, SEND_JOB, WRITE_JOBS, job_name, on_event, on_send
from returns_app.notifications.remind import remind_all
from returns_app.notifications.send_waiting import send_waiting
from returns_app.notifications.write import write_code_mail
from returns_app.orders.queries import find_order
from returns_app.outside import Outside
from returns_app.refunds.hear import hear_stripe
from returns_app.refunds.resume import resume_refunds
from returns_app.refunds.send import send_refund
from returns_app.returns.expire import expire_overdue, reopen
from returns_app.settlement.conclude import conclude
from returns_app.settlement.settle import settle
from returns_app.shipping.announce import announce, announce_waiting
from returns_app.shipping.track import hear_carrier, parcel_received
from returns_app.shipping.void import void_labels

_JOBS: dict[Event, tuple[str, ...]] = {
    Event.RETURN_REQUESTED: ("exchange.reserve",),
    Event.RETURN_APPROVED: ("label.announce", "settle"),
    Event.RETURN_REJECTED: ("exchange.let_go",),
    Event.LINE_REJECTED: ("exchange.let_go",),
    Event.RETURN_CANCELLED: ("exchange.let_go", "label.void"),
    Event.RETURN_EXPIRED: ("exchange.let_go", "label.void"),
    Event.RETURN_REOPENED: ("exchange.reserve", "settle"),
    Event.RETURN_RECEIVED: ("parcel.received", "exchange.let_go", "settle"),
    Event.RETURN_GRADED: ("exchange.let_go", "settle"),
    Event.DEDUCTION_CONFIRMED: ("settle",),
    Event.DEDUCTION_DROPPED: ("settle",),
    Event.PARCEL_MOVED: ("return.reopen", "exchange.renew", "settle"),
    Event.REFUND_PLANNED: ("refund.send",),
    Event.REFUND_SUCCEEDED: ("return.conclude",),
    Event.REFUND_FAILED: ("return.conclude",),
    Event.EXCHANGE_RESERVED: ("settle",),
    Event.EXCHANGE_FELL_THROUGH: ("settle",),
    Event.EXCHANGE_RELEASED: ("exchange.send_out",),
    Event.EXCHANGE_SENT: ("return.conclude",),
}

REACTIONS: dict[str, tuple[str, ...]] = {
    event: (*_JOBS.get(event, ()), *((job_name(FOR_EVENT[event]),) if event in FOR_EVENT else ()))
    for event in Event
}

SWEEPS = (
    "sweep.refunds",
    "sweep.labels",
    "sweep.messages",
    "sweep.reminders",
    "sweep.deadlines",
    "sweep.kept",
)
"""What the timetable sets off: each looks at everything and may run at any time, any number of times."""

Verb = Callable[..., Awaitable[Any]]


def handlers(outside: Outside) -> dict[str, Handler]:
    """Every job by its name."""
    return {
        "exchange.reserve": _of_return(reserve),
        "exchange.let_go": _of_return(let_go),
        "exchange.renew": _of_return(renew),
        "exchange.send_out": lambda job: send_out(
            UUID(job.data["exchange"]), settings=outside.settings, at=clock.now()
        ),
        "label.announce": _of_return(announce, carriers=outside.carriers),
        "label.void": _of_return(void_labels, carriers=outside.carriers),
        look_up.JOB: lambda job: look_up.answer(
            job.data["question"],
            find=find_order,
            write=partial(write_code_mail, settings=outside.settings),
            at=clock.now(),
        ),
        **dict.fromkeys(WRITE_JOBS, lambda job: on_event(job, settings=outside.settings, at=clock.now())),
        SEND_JOB: lambda job: on_send(job, mailer=outside.mailer, settings=outside.settings, at=clock.now()),
        "parcel.received": _parcel_received,
        "refund.send": lambda job: send_refund(
            UUID(job.data["refund"]), gateways=outside.gateways, at=clock.now()
        ),
        "return.conclude": _of_return(conclude),
        "return.reopen": _reopen,
        "settle": _of_return(settle),
        "inbound.stripe": lambda job: hear_stripe(
            job.data["inbound"], gateways=outside.gateways, at=clock.now()
        ),
        "inbound.sendcloud": _from_carrier(outside, "sendcloud"),
        "inbound.practice-carrier": _from_carrier(outside, "own"),
        "sweep.refunds": _sweep(resume_refunds),
        "sweep.labels": _sweep(announce_waiting),
        "sweep.messages": _sweep(send_waiting),
        "sweep.reminders": _sweep(remind_all),
        "sweep.deadlines": _sweep(expire_overdue),
        "sweep.kept": _sweep(forget_old),
    }


def _sweep(verb: Verb) -> Handler:
    async def handler(job: Job) -> None:
        await verb(at=clock.now())

    return handler


def _of_return(verb: Verb, **given: Any) -> Handler:
    """A verb about the return its event was about; an event about no return needs nothing done."""

    async def handler(job: Job) -> None:
        if job.return_id is not None:
            await verb(job.return_id, merchant=job.merchant, at=clock.now(), **given)

    return handler


def _from_carrier(outside: Outside, name: str) -> Handler:
    async def handler(job: Job) -> None:
        await hear_carrier(job.data["inbound"], source=name, carriers=outside.carriers, at=clock.now())

    return handler


async def _parcel_received(job: Job) -> None:
    if job.return_id is None or job.merchant is None:
        return
    parcel = job.data.get("parcel")
    await parcel_received(
        job.return_id,
        parcel=UUID(parcel) if parcel else None,
        merchant=job.merchant,
        actor=await actor_of(job.event) if job.event else SYSTEM,
        at=clock.now(),
    )


async def _reopen(job: Job) -> None:
    if job.return_id is None or job.merchant is None or job.data.get("state") not in PARCEL_SCANNED:
        return
    await reopen(job.return_id, merchant=job.merchant, actor=Actor("carrier"), at=clock.now())
