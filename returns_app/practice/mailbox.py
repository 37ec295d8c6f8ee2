"""The practice mailbox: a mail server that keeps every mail it says yes to, and now and then doesn't."""

from __future__ import annotations

import asyncio
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session

from returns_app.practice.faults import MAIL, take_faults
from returns_app.practice.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL, arrived REAL NOT NULL);
"""

LARGEST = 25 * 1024 * 1024


class Attachment(msgspec.Struct, frozen=True):
    name: str
    type: str
    size: int


class Mail(msgspec.Struct, frozen=True):
    """One accepted mail. `arrived` is in seconds since 1970; `headers` keep order and repeats."""

    id: int
    sender: str
    recipients: list[str]
    subject: str
    arrived: float
    message_id: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]


class _Handler:
    def __init__(self, state: State) -> None:
        self.state = state

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        faults = take_faults(self.state, MAIL)
        if "refuse_mail" in faults:
            return "451 Try again later"
        _keep(self.state, envelope)
        if "drop_after_data" in faults and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"


async def listen_for_mail(state: State, host: str, port: int) -> asyncio.Server:
    """Accept mail until the returned server is closed. Port 0 takes a free one."""
    state.ensure(SCHEMA)
    loop = asyncio.get_running_loop()
    handler = _Handler(state)

    def connection() -> SMTP:
        return SMTP(
            handler,
            hostname="practice",
            ident="practice",
            loop=loop,
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST,
        )

    return await loop.create_server(connection, host, port)


def mails(state: State, *, to: str = "", limit: int = 200) -> list[Mail]:
    """Accepted mails, the newest first; of one recipient (any case) when `to` is given."""
    rows = state.rows(
        "SELECT * FROM mail WHERE ? = '' OR instr(lower(recipients), ?) > 0 ORDER BY id DESC LIMIT ?",
        to,
        f" {to.lower()} ",
        limit,
    )
    return [_read(row) for row in rows]


def mail_numbered(state: State, id: int) -> Mail | None:
    row = state.row("SELECT * FROM mail WHERE id = ?", id)
    return _read(row) if row else None


def raw_mail(state: State, id: int) -> bytes | None:
    row = state.row("SELECT raw FROM mail WHERE id = ?", id)
    return row["raw"] if row else None


def attached(state: State, id: int, number: int) -> tuple[Attachment, bytes] | None:
    """An attachment by its place in `Mail.attachments`, with its bytes."""
    raw = raw_mail(state, id)
    parts = list(_parsed(raw).iter_attachments()) if raw else []
    if not 0 <= number < len(parts):
        return None
    return _attachment(parts[number]), _bytes(parts[number])


def empty_mailbox(state: State) -> None:
    state.run("DELETE FROM mail")


def _keep(state: State, envelope: Envelope) -> None:
    state.run(
        "INSERT INTO mail (sender, recipients, raw, arrived) VALUES (?, ?, ?, ?)",
        envelope.mail_from or "",
        f" {' '.join(envelope.rcpt_tos)} ",
        envelope.original_content,
        time.time(),
    )


def _read(row: Any) -> Mail:
    message = _parsed(row["raw"])
    return Mail(
        id=row["id"],
        sender=row["sender"],
        recipients=row["recipients"].split(),
        subject=str(message.get("Subject", "")),
        arrived=row["arrived"],
        message_id=str(message.get("Message-ID", "")),
        headers=[(name, str(value)) for name, value in message.items()],
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes EmailMessage"
    return message


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""


def _attachment(part: Any) -> Attachment:
    return Attachment(part.get_filename() or "", part.get_content_type(), len(_bytes(part)))


def _bytes(part: Any) -> bytes:
    content = part.get_content()
    return content if isinstance(content, bytes) else str(content).encode()
