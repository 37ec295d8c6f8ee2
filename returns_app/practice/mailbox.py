"""The practice mailbox: every mail accepted, kept as it came, and read for people and tests."""

from __future__ import annotations

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import msgspec

from returns_app.practice.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL, arrived REAL NOT NULL);
"""


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


def keep_mail(state: State, sender: str, recipients: list[str], raw: bytes) -> None:
    state.run(
        "INSERT INTO mail (sender, recipients, raw, arrived) VALUES (?, ?, ?, ?)",
        sender,
        f" {' '.join(recipients)} ",
        raw,
        time.time(),
    )


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
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachment(part: Any) -> Attachment:
    return Attachment(part.get_filename() or "", part.get_content_type(), len(_bytes(part)))


def _bytes(part: Any) -> bytes:
    content = part.get_content()
    return content if isinstance(content, bytes) else str(content).encode()
