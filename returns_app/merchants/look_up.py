"""Finding an order without an account: a code goes to the order's own address, by mail.

Asking does the same work whether or not the order exists: it keeps the question and leaves a job.
Only the job looks for the order, so nothing that the asker can see or time tells them apart
(OWASP Authentication cheat sheet).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.jobs import Job, enqueue
from returns_app.merchants import kept
from returns_app.merchants.queries import merchant_by_id
from returns_app.wording import N_

JOB = "look-up.answer"
VALID = timedelta(minutes=15)
MOST_TRIES = 5
_QUESTIONS = "look-up"
_LINKS = "look-up-link"


class WrongCode(PermissionError):
    """The code is not the one that was mailed last, or no order was found: which is never said."""

    status = 422
    code = "wrong_code"

    def __init__(self, left: int) -> None:
        super().__init__("This code is not right.")
        self.left = left


class CodeUsedUp(PermissionError):
    """The code or link is too old, used, or was tried too often."""

    status = 410
    code = "code_used_up"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Someone wants to see an order. `code` is a hash, set once the order was found and mailed."""

    merchant: UUID
    number: str
    email: str
    locale: str
    expires: datetime
    tries: int = 0
    code: str = ""
    order: UUID | None = None


class FoundOrder(Protocol):
    """An order whose number and e-mail belong together; `email` is the order's own address."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> str: ...
    @property
    def email(self) -> str | None: ...


class CodeMail(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail has to say. `link` is a path of the portal; `cause` is the same for the same mail."""

    merchant: UUID
    to: str
    order_number: str
    locale: str
    code: str
    link: str
    valid_minutes: int
    cause: str


class FindOrder(Protocol):
    async def __call__(self, merchant: UUID, number: str, email: str) -> FoundOrder | None:
        """The order of this number when this e-mail belongs to it; both compared generously."""
        ...


class WriteCodeMail(Protocol):
    async def __call__(self, mail: CodeMail, *, at: datetime) -> None:
        """Write the mail and its sending into the running transaction."""
        ...


async def ask(merchant: UUID, *, number: str, email: str, locale: str, at: datetime) -> str:
    """Keep a question and leave its answer to a job. The result names the question to this browser."""
    id = secrets.token_urlsafe(32)
    question = Question(merchant=merchant, number=number, email=email, locale=locale, expires=at + VALID)
    async with database.transaction():
        await kept.keep(_QUESTIONS, id, msgspec.json.encode(question), until=question.expires)
        await enqueue(Job(name=JOB, merchant=merchant, data={"question": id}), key=f"{JOB}:{_digest(id)}")
    return id


async def question(id: str, *, merchant: UUID, at: datetime) -> Question | None:
    """A question that can still be answered at this shop."""
    value = await kept.kept(_QUESTIONS, id, at=at)
    asked = msgspec.json.decode(value, type=Question) if value else None
    return asked if asked and asked.merchant == merchant else None


async def answer(id: str, *, find: FindOrder, write: WriteCodeMail, at: datetime) -> None:
    """The job: find the order and mail its code, once, however often the job runs."""
    async with database.transaction():
        asked = await _alone(id, at)
        if asked is None or asked.code:
            return
        order = await find(asked.merchant, asked.number, asked.email)
        if order is None or not order.email:
            return
        code, token = f"{secrets.randbelow(1_000_000):06d}", secrets.token_urlsafe(32)
        found = msgspec.structs.replace(asked, code=_code_hash(id, code), order=order.id)
        await kept.change(_QUESTIONS, id, msgspec.json.encode(found))
        await kept.keep(_LINKS, token, id.encode(), until=asked.expires)
        await write(await _mail(asked, order.number, order.email, code, token, _digest(id)), at=at)


async def use_code(id: str, code: str, *, merchant: UUID, at: datetime) -> UUID:
    """The order, when the code is the mailed one. Raises WrongCode, at last CodeUsedUp."""
    async with database.transaction():
        asked = await _alone(id, at)
        if asked is None or asked.merchant != merchant or asked.tries >= MOST_TRIES:
            raise CodeUsedUp(N_("This code is used up or too old. Ask for a new one."))
        right = hmac.compare_digest(asked.code, _code_hash(id, code))
        if right and asked.order:
            await kept.forget(_QUESTIONS, id)
            return asked.order
        tried = msgspec.structs.replace(asked, tries=asked.tries + 1)
        await kept.change(_QUESTIONS, id, msgspec.json.encode(tried))
    raise WrongCode(MOST_TRIES - tried.tries)


async def use_link(token: str, *, merchant: UUID, at: datetime) -> UUID:
    """The order of a mailed link, which works once. Raises CodeUsedUp."""
    async with database.transaction():
        value = await kept.take(_LINKS, token, at=at)
        id = value.decode() if value else ""
        asked = await _alone(id, at)
        if asked is None or asked.merchant != merchant or asked.order is None:
            raise CodeUsedUp(N_("This link was used before or is too old. Ask for a new one."))
        await kept.forget(_QUESTIONS, id)
        return asked.order


async def _alone(id: str, at: datetime) -> Question | None:
    value = await kept.kept_alone(_QUESTIONS, id, at=at)
    return msgspec.json.decode(value, type=Question) if value else None


async def _mail(asked: Question, number: str, to: str, code: str, token: str, cause: str) -> CodeMail:
    shop = await merchant_by_id(asked.merchant)
    return CodeMail(
        merchant=asked.merchant,
        to=to,
        order_number=number,
        locale=asked.locale,
        code=code,
        link=f"/returns/{shop.slug}/code?t={token}",
        valid_minutes=int(VALID.total_seconds() // 60),
        cause=f"look-up:{cause}",
    )


def _code_hash(id: str, code: str) -> str:
    """Six digits alone are soon guessed from a hash; the question's secret id is hashed with them."""
    return hmac.new(id.encode(), code.encode(), hashlib.sha256).hexdigest()


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()[:40]
