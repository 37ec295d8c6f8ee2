"""Write a message: rendered, kept and its sending enqueued in one transaction, once per cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.journal.jobs import Job, enqueue
from returns_app.journal.tasks import open_task
from returns_app.merchants.look_up import CodeMail
from returns_app.merchants.queries import merchant_by_id
from returns_app.notifications.addresses import is_address, message_id
from returns_app.notifications.messages import MESSAGES
from returns_app.notifications.rendering import Rendered, render
from returns_app.notifications.told import Told, common, language, of_shop
from returns_app.returns.queries import return_seen
from returns_app.settings import Settings

SEND = "message.send"
CODE = "code"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message before it has its row."""

    kind: str
    cause: str
    merchant: UUID
    to: str
    locale: str
    rendered: Rendered
    return_id: UUID | None = None
    event: int | None = None
    papers: tuple[str, ...] = ()


async def write_message(
    kind: str,
    *,
    cause: str,
    merchant: UUID,
    return_id: UUID,
    event: int | None,
    settings: Settings,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> UUID | None:
    """Write a message about a return to its shopper; None when it was written before or has nothing to say.

    Without a usable e-mail address a task asks a person to tell the shopper, with the words to say.
    """
    async with database.transaction():
        shop, seen = await merchant_by_id(merchant), await return_seen(merchant, return_id)
        locale = language(seen.locale, shop.locale)
        told = Told(shop=shop, seen=seen, data=data or {}, locale=locale, origin=settings.origin, at=at)
        letter = await MESSAGES[kind](told)
        if letter is None:
            return None
        draft = Draft(
            kind=kind,
            cause=cause,
            merchant=merchant,
            to=(seen.email or "").strip(),
            locale=locale,
            rendered=render(kind, locale, {**common(told), **letter.facts}),
            return_id=return_id,
            event=event,
            papers=letter.papers,
        )
        if not is_address(draft.to):
            await _ask_a_person(draft, seen.shopper, at)
            return None
        return await _keep(draft, settings, at)


async def write_code_mail(mail: CodeMail, *, settings: Settings, at: datetime) -> None:
    """Write the mail with the code for an order, inside the running transaction (merchants.look_up)."""
    if not is_address(mail.to):
        return  # Nobody is told whether the order exists, so neither is anyone asked to help.
    shop = await merchant_by_id(mail.merchant)
    locale = language(mail.locale, shop.locale)
    facts = {
        **of_shop(shop),
        "order_number": mail.order_number,
        "code": f"{mail.code[:3]} {mail.code[3:]}",
        "link": settings.origin + mail.link,
        "valid_minutes": mail.valid_minutes,
    }
    draft = Draft(
        kind=CODE,
        cause=mail.cause,
        merchant=mail.merchant,
        to=mail.to,
        locale=locale,
        rendered=render(CODE, locale, facts),
    )
    await _keep(draft, settings, at)


_INSERT = """
INSERT INTO messages (id, merchant, return_id, event, kind, cause, "to", locale, subject, text, html,
  attachments, message_id, state, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'planned', $14)
ON CONFLICT (kind, cause) DO NOTHING RETURNING id
"""


async def _keep(draft: Draft, settings: Settings, at: datetime) -> UUID | None:
    id = uuid4()
    kept = await database.connection().fetchval(
        _INSERT,
        id,
        draft.merchant,
        draft.return_id,
        draft.event,
        draft.kind,
        draft.cause,
        draft.to,
        draft.locale,
        draft.rendered.subject,
        draft.rendered.text,
        draft.rendered.html,
        msgspec.json.encode(draft.papers).decode(),
        message_id(id, settings.mail_from),
        at,
    )
    if kept is not None:
        job = Job(name=SEND, merchant=draft.merchant, return_id=draft.return_id, data={"message": str(id)})
        await enqueue(job, key=f"{SEND}:{id}")
    return kept


async def _ask_a_person(draft: Draft, shopper: str, at: datetime) -> None:
    who = shopper or "The shopper"
    await open_task(
        "message.no_address",
        f"{draft.kind}:{draft.cause}",
        merchant=draft.merchant,
        return_id=draft.return_id,
        sentence=f"{who} has no e-mail address we can write to. Tell them another way:"
        f" {draft.rendered.subject}",
        at=at,
        mail_subject=draft.rendered.subject,
        mail_text=draft.rendered.text,
    )
