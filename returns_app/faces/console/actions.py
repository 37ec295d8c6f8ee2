"""What a person does about a return. Each action happens once, whoever clicks and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app import clock
from returns_app.core.refusal import Refusal
from returns_app.faces.console.case import PAYOUTS, find, show_case
from returns_app.faces.console.desk import AnyRequest, here, locale_of, page
from returns_app.faces.security.typed import typed
from returns_app.journal.actors import Actor
from returns_app.journal.tasks import open_task_by_id
from returns_app.money import Money, MoneyError
from returns_app.returns.cancel import cancel
from returns_app.returns.deduct import decide_deduction
from returns_app.returns.note import write_note
from returns_app.returns.queries import ReturnSeen
from returns_app.returns.refusals import AlreadyDecided, DeductionTooHigh
from returns_app.returns.review import approve, reject
from returns_app.settlement.conclude import record_payout
from returns_app.settlement.retry import retry_refund
from returns_app.wording import refused

LONGEST_REASON = 500
LONGEST_NOTE = 2000
Verb = Callable[[ReturnSeen, Mapping[str, str], Actor, datetime], Awaitable[None]]


@post("/returns/{rma:str}/approve", status_code=303)
async def approve_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """Every item that waits is accepted; label and mail follow."""
    return await _act(request, rma, _approve, "approved")


@post("/returns/{rma:str}/reject/preview", status_code=200)
async def reject_preview(request: AnyRequest, rma: FromPath[str]) -> Response[str]:
    """The words as the shopper will read them, before anything happens."""
    seen = await find(request, rma)
    said = await _said(request)
    return await page(request, "reject.html", seen=seen, reason=said["reason"])


@post("/returns/{rma:str}/reject", status_code=303)
async def reject_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """Every item that waits is refused, in the words given."""
    return await _act(request, rma, _reject, "rejected")


@post("/returns/{rma:str}/cancel", status_code=303)
async def cancel_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """The return is called off, as long as nothing is on its way."""
    return await _act(request, rma, _cancel, "cancelled")


@post("/returns/{rma:str}/note", status_code=303)
async def note_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """Words for colleagues; the shopper never sees them."""
    return await _act(request, rma, _note, "noted")


@post("/returns/{rma:str}/deduction", status_code=303)
async def deduction_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """A proposed deduction is confirmed or changed (an amount) or dropped (nothing)."""
    return await _act(request, rma, _deduct, "deducted")


@post("/returns/{rma:str}/retry", status_code=303)
async def retry_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """A failed refund is planned anew under a key of its own."""
    return await _act(request, rma, _retry, "retried")


@post("/returns/{rma:str}/payout", status_code=303)
async def payout_now(request: AnyRequest, rma: FromPath[str]) -> Response[Any]:
    """A person paid another way and says under which reference."""
    return await _act(request, rma, _payout, "recorded")


HANDLERS = [
    approve_now, reject_preview, reject_now, cancel_now, note_now, deduction_now, retry_now, payout_now,
]  # fmt: skip


async def _act(request: AnyRequest, rma: str, verb: Verb, done: str) -> Response[Any]:
    """Do it and show the case; or say why not, with nothing typed lost."""
    seen = await find(request, rma)
    _, person = await here(request)
    said = await _said(request)
    try:
        await verb(seen, said, person.actor(), clock.now())
    except Refusal as refusal:
        problem = refused(refusal, locale_of(request))
        again = await find(request, rma)
        return await show_case(request, again, status=refusal.status, problem=problem, typed=said)
    return Redirect(f"/console/returns/{seen.rma}?done={done}", status_code=303)


async def _said(request: AnyRequest) -> dict[str, str]:
    form = await request.form()
    lines = {name: typed(form, name) for name in ("line", "amount", "refund", "task", "reference", "verdict")}
    return {
        **lines,
        "reason": _words(form, "reason", LONGEST_REASON),
        "note": _words(form, "note", LONGEST_NOTE),
    }


def _words(form: Any, name: str, most: int) -> str:
    """Several lines, as they were typed."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").replace("\x00", "").strip()[:most] if isinstance(value, str) else ""


async def _approve(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    await approve(seen.id, merchant=seen.merchant, actor=actor, at=at)


async def _reject(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    await reject(seen.id, reason=said["reason"], merchant=seen.merchant, actor=actor, at=at)


async def _cancel(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    await cancel(seen.id, merchant=seen.merchant, actor=actor, at=at)


async def _note(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    await write_note(seen.id, said["note"], merchant=seen.merchant, actor=actor, at=at)


async def _deduct(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    amount = Money.zero(seen.currency) if said["verdict"] == "drop" else _money(said["amount"], seen.currency)
    await decide_deduction(
        seen.id,
        _id(said["line"]),
        amount=amount.minor,
        reason=said["reason"],
        merchant=seen.merchant,
        actor=actor,
        at=at,
    )


def _money(text: str, currency: str) -> Money:
    """An amount as people type it: 12.50 or 12,50. Raises DeductionTooHigh for anything else."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        amount = Decimal(plain)
        return Money.of(amount, currency) if amount.is_finite() and 0 <= amount < 10**9 else _no_amount()
    except (InvalidOperation, MoneyError):
        return _no_amount()


def _no_amount() -> Money:
    raise DeductionTooHigh


async def _retry(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    await retry_refund(_id(said["refund"]), merchant=seen.merchant, actor=actor, at=at)


async def _payout(seen: ReturnSeen, said: Mapping[str, str], actor: Actor, at: datetime) -> None:
    task = await open_task_by_id(seen.merchant, _id(said["task"]))
    if task is None or task.return_id != seen.id or task.kind not in PAYOUTS:
        raise AlreadyDecided
    await record_payout(
        seen.id,
        task=task.subject,
        kind=task.kind,
        reference=said["reference"],
        merchant=seen.merchant,
        actor=actor,
        at=at,
    )


def _id(text: str) -> UUID:
    """An id from a form of ours. Raises AlreadyDecided for what is none: the form is stale."""
    try:
        return UUID(text)
    except ValueError:
        raise AlreadyDecided from None
