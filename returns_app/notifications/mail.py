"""A stored message as the mail that leaves: the same headers and words however often it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

import asyncpg
import msgspec

from returns_app.merchants.queries import Shop, merchant_by_id
from returns_app.notifications.addresses import is_address, sender, thread_of
from returns_app.notifications.rendering import one_line
from returns_app.settings import Settings
from returns_app.shipping.queries import label_pdf, label_qr

# Any server takes seven bits; so none has to change a mail on its way.
_SEVEN_BITS = SMTP.clone(cte_type="7bit")


class Paper(msgspec.Struct, frozen=True):
    """A stored paper that can be attached, and what it is called in the mail."""

    read: Callable[[UUID, UUID], Awaitable[bytes | None]]
    type: str
    file: str


_PAPERS: Mapping[str, Paper] = {
    "label": Paper(label_pdf, "application/pdf", "label.pdf"),
    "qr": Paper(label_qr, "image/png", "code.png"),
}


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A message's row."""

    id: UUID
    merchant: UUID
    return_id: UUID | None
    to: str
    locale: str
    subject: str
    text: str
    html: str
    papers: tuple[str, ...]
    message_id: str
    written_at: datetime


def stored(row: asyncpg.Record) -> Stored:
    same = {name: row[name] for name in Stored.__struct_fields__ if name != "papers"}
    return Stored(**same, papers=tuple(msgspec.json.decode(row["attachments"])))


async def mail_of(message: Stored, settings: Settings) -> EmailMessage:
    """The mail: text first, HTML beside it, papers attached from their stored bytes."""
    shop = await merchant_by_id(message.merchant)
    mail = EmailMessage(policy=_SEVEN_BITS)
    _head(mail, message, shop, settings)
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    if message.return_id is not None:
        for name in message.papers:
            await _attach(mail, _PAPERS[name], name, message.merchant, message.return_id)
    return mail


def _head(mail: EmailMessage, message: Stored, shop: Shop, settings: Settings) -> None:
    """Automatic, so that nobody's absence notice answers (RFC 3834); one thread per return."""
    mail["From"] = Address(display_name=one_line(shop.name), addr_spec=sender(settings.mail_from))
    mail["To"] = Address(addr_spec=message.to)
    if is_address(shop.settings.support_email):
        mail["Reply-To"] = Address(display_name=one_line(shop.name), addr_spec=shop.settings.support_email)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.written_at)
    mail["Message-ID"] = message.message_id
    if message.return_id is not None:
        thread = thread_of(message.return_id, settings.mail_from)
        mail["In-Reply-To"] = mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.locale


async def _attach(mail: EmailMessage, paper: Paper, name: str, merchant: UUID, return_id: UUID) -> None:
    content = await paper.read(merchant, return_id)
    if content is None:
        return
    main, _, sub = paper.type.partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=paper.file, cid=f"<{name}>")
