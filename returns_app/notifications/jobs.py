"""Which event makes which message, and the jobs that write and send it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.jobs import Job
from returns_app.notifications.channels import Mailer, MailNotTaken
from returns_app.notifications.send import send_message
from returns_app.notifications.send_waiting import PATIENCE
from returns_app.notifications.write import SEND, write_message
from returns_app.settings import Settings

log = structlog.get_logger()

FOR_EVENT: Mapping[Event, str] = {
    Event.RETURN_REQUESTED: "requested",
    Event.RETURN_APPROVED: "approved",
    Event.RETURN_RECONSIDERED: "approved",
    Event.RETURN_REJECTED: "rejected",
    Event.LABEL_READY: "label_ready",
    Event.RETURN_RECEIVED: "received",
    Event.RETURN_SETTLED: "settled",
    Event.RETURN_CANCELLED: "cancelled",
    Event.RETURN_EXPIRED: "expired",
    Event.REMINDER_DUE: "reminder",
    Event.REFUND_FAILED: "refund_failed",
}


def job_name(kind: str) -> str:
    """The job that writes a message of this kind."""
    return f"message.write.{kind}"


WRITE_JOBS = tuple(job_name(kind) for kind in dict.fromkeys(FOR_EVENT.values()))
SEND_JOB = SEND


async def on_event(job: Job, *, settings: Settings, at: datetime) -> None:
    """The handler of every job of WRITE_JOBS: write the message its name says, once per event."""
    if job.merchant is None or job.return_id is None or job.event is None:
        raise ValueError(f"{job.name} needs an event of a return")
    await write_message(
        job.name.removeprefix(job_name("")),
        cause=f"event:{job.event}",
        merchant=job.merchant,
        return_id=job.return_id,
        event=job.event,
        settings=settings,
        at=at,
        data=job.data,
    )


async def on_send(job: Job, *, mailer: Mailer, settings: Settings, at: datetime) -> None:
    """The handler of SEND_JOB. A young mail is tried again by its job, an older one by the sweep.

    So a mail server that is away for a day makes neither held jobs nor a task for each mail.
    """
    message = UUID(job.data["message"])
    try:
        await send_message(message, mailer=mailer, settings=settings, at=at)
    except MailNotTaken as error:
        if await _young(message, at):
            raise
        log.warning("mail waits", message=str(message), problem=str(error))


async def _young(message: UUID, at: datetime) -> bool:
    return bool(
        await database.fetch(
            "SELECT 1 FROM messages WHERE id = $1 AND written_at > $2", message, at - PATIENCE
        )
    )
