"""Send a written message, and write down how it went. A doubt is settled by one repeat, never by two."""

from __future__ import annotations

from datetime import datetime
from email.errors import MessageError
from uuid import UUID

import asyncpg

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.tasks import open_task
from returns_app.notifications.channels import Mailer, MailNotTaken, MailRefused
from returns_app.notifications.mail import mail_of, stored
from returns_app.settings import Settings

MOST_HANDED_OVER = 2
"""How often a mail may be handed over without our knowing whether it was taken."""


async def send_message(message_id: UUID, *, mailer: Mailer, settings: Settings, at: datetime) -> None:
    """Send one message unless it is sent or given up. Run again after any failure.

    Raises what the mailer raises when it is to be called again: MailNotTaken, MailUncertain.
    """
    row = await database.fetch_one("SELECT * FROM messages WHERE id = $1 AND state = 'planned'", message_id)
    if row is None:
        return
    message = stored(row)
    try:
        mail = await mail_of(message, settings)
    except (ValueError, MessageError) as error:
        return await _give_up(message.id, f"it is not a mail that can be sent ({error})", at)
    if not await _take(message.id, at):
        return
    try:
        await mailer.send(mail)
    except MailNotTaken as error:
        await _not_yet(message.id, str(error))
        raise
    except MailRefused as error:
        await _give_up(message.id, str(error), at)
    else:
        await _sent(message.id, at)


async def _take(id: UUID, at: datetime) -> bool:
    """Count a try, committed before anything leaves: `tries` are those whose end we have not seen."""
    async with database.transaction():
        row = await _locked(id)
        if row is None or row["state"] != "planned":
            return False
        if row["tries"] < MOST_HANDED_OVER:
            await database.connection().execute("UPDATE messages SET tries = tries + 1 WHERE id = $1", id)
            return True
        await _failed(row, "no answer came, twice; it may have arrived", at)
        return False


async def _locked(id: UUID) -> asyncpg.Record | None:
    return await database.connection().fetchrow("SELECT * FROM messages WHERE id = $1 FOR NO KEY UPDATE", id)


async def _not_yet(id: UUID, problem: str) -> None:
    """It surely was not taken, so this try does not count towards a repeat."""
    await database.fetch(
        "UPDATE messages SET tries = greatest(tries - 1, 0), problem = $2"
        " WHERE id = $1 AND state = 'planned'",
        id,
        problem,
    )


async def _sent(id: UUID, at: datetime) -> None:
    await database.fetch(
        "UPDATE messages SET state = 'sent', sent_at = $2, problem = '' WHERE id = $1 AND state = 'planned'",
        id,
        at,
    )


async def _give_up(id: UUID, problem: str, at: datetime) -> None:
    async with database.transaction():
        row = await _locked(id)
        if row is not None and row["state"] == "planned":
            await _failed(row, problem, at)


async def _failed(row: asyncpg.Record, problem: str, at: datetime) -> None:
    """A person tells the shopper another way; the mail itself stays as it was written."""
    await database.connection().execute(
        "UPDATE messages SET state = 'failed', problem = $2 WHERE id = $1", row["id"], problem
    )
    await open_task(
        "message.failed",
        str(row["id"]),
        merchant=row["merchant"],
        return_id=row["return_id"],
        sentence=f"The mail “{row['subject']}” to {row['to']} was not delivered: {problem}."
        " Check the address and tell the shopper another way.",
        at=at,
        message=str(row["id"]),
    )
    await append(
        Event.MESSAGE_FAILED,
        merchant=row["merchant"],
        actor=SYSTEM,
        at=at,
        return_id=row["return_id"],
        message=str(row["id"]),
        kind_of_message=row["kind"],
        problem=problem,
    )
