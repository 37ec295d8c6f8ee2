"""Ask to send something back: the wish is weighed again, its units are claimed, and it is on its way."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from returns_app import database
from returns_app.core.calendar import send_back_by
from returns_app.core.events import Event
from returns_app.core.lifecycle import LINE, LineDecision, ReturnState, decided, move
from returns_app.core.reference import rma_number
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.orders.stock import hold_stock, lock_products
from returns_app.policy import ENGINE_VERSION
from returns_app.returns.missing import missing_choice, missing_details, photo_wanted
from returns_app.returns.refusals import (
    ConsentMissing,
    LineClosed,
    MethodNotOffered,
    OfferChanged,
    SoldOut,
    UnitsTaken,
)
from returns_app.returns.weigh import Weighed, WeighedLine, today, weigh
from returns_app.returns.wish import Wish


class Requested(msgspec.Struct, frozen=True):
    """The return there is now; `new` is False when the same form was sent before."""

    id: UUID
    rma: str
    status: ReturnState
    new: bool


async def request(wish: Wish, *, merchant: UUID, actor: Actor, at: datetime) -> Requested:
    """Make a return of a complete wish. Sent twice, it is one return.

    Raises a Refusal that says what to do: nothing was written then.
    """
    async with database.transaction():
        # One order is decided by one request at a time; others wait here and then see its claims.
        await database.connection().execute(
            "SELECT 1 FROM orders WHERE merchant = $1 AND id = $2 FOR NO KEY UPDATE", merchant, wish.order
        )
        earlier = await _same_form(merchant, wish.key)
        if earlier is not None:
            return earlier
        weighed = await weigh(merchant, wish, at=at)
        await _check(weighed)
        return await _write(weighed, actor, at)


async def _same_form(merchant: UUID, key: str) -> Requested | None:
    row = await database.fetch_one(
        "SELECT id, rma, status FROM returns WHERE merchant = $1 AND key = $2", merchant, key
    )
    return Requested(row["id"], row["rma"], ReturnState(row["status"]), False) if row else None


# Everything the shopper was asked for --------------------------------------------------------------


async def _check(weighed: Weighed) -> None:
    for line in weighed.lines:
        await _check_line(weighed, line)
    if weighed.method is None and not weighed.nothing_to_send:
        raise MethodNotOffered
    if weighed.quote is None or weighed.fingerprint != weighed.wish.agreed:
        raise OfferChanged
    if weighed.wish.consent is None and any(
        line.resolution in ("credit", "exchange") and _has(line, "refund") for line in weighed.lines
    ):
        raise ConsentMissing


async def _check_line(weighed: Weighed, line: WeighedLine) -> None:
    if line.considered.decision.verdict == "refused":
        raise LineClosed(line=line.line.id, title=line.line.title)
    photo = photo_wanted(weighed, line) and await _photos(weighed.wish.key, line.line.id)
    for refusal in missing_details(weighed, line, photo=photo):
        raise refusal
    unchosen = missing_choice(line)
    if unchosen is not None:
        raise unchosen


async def _photos(draft: str, order_line: UUID) -> bool:
    found = await database.fetch(
        "SELECT 1 FROM return_photos WHERE draft = $1 AND order_line = $2 LIMIT 1", draft, order_line
    )
    return bool(found)


def _has(line: WeighedLine, resolution: str) -> bool:
    return any(offer.resolution == resolution for offer in line.offers)


# What is written -----------------------------------------------------------------------------------

_RETURN = """
INSERT INTO returns (id, merchant, "order", rma, key, status, ground, locale, currency, method, requested_at,
  requested_by, decided_at, send_back_by, policy_hash, quote, consent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

_LINE = """
INSERT INTO return_lines (id, return_id, position, order_line, quantity, units, reason, answers, note,
  decision, resolution, exchange_product)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


async def _write(weighed: Weighed, actor: Actor, at: datetime) -> Requested:
    return_id, rma = uuid4(), rma_number(secrets.randbits(64))
    decisions = [_decision(line) for line in weighed.lines]
    status = decided(decisions)
    await _write_return(weighed, return_id, rma, status, actor, at)
    await lock_products(product for line in weighed.lines if (product := _wanted(line)))
    for position, line in enumerate(weighed.lines):
        await _write_line(weighed, line, return_id, position, decisions[position], at)
    await _tell(weighed, return_id, status, actor, at)
    return Requested(return_id, rma, status, True)


def _decision(line: WeighedLine) -> LineDecision:
    verdict = line.considered.decision.verdict
    return move(LINE, LineDecision.ASKED, "accept" if verdict == "accepted" else "review")


async def _write_return(
    weighed: Weighed, return_id: UUID, rma: str, status: ReturnState, actor: Actor, at: datetime
) -> None:
    shop, wish, approved = weighed.shop, weighed.wish, status == ReturnState.APPROVED
    day = today(shop, at)
    deadline = send_back_by(day.day, shop.settings.send_back_days, day.holidays)
    consent = {**msgspec.to_builtins(wish.consent), "at": at.isoformat()} if wish.consent else None
    await database.connection().execute(
        _RETURN,
        return_id,
        shop.id,
        wish.order,
        rma,
        wish.key,
        status,
        "claim" if any(line.considered.ask.ground == "claim" for line in weighed.lines) else "return",
        wish.locale,
        weighed.situated.order.currency,
        weighed.method or "own",
        at,
        msgspec.json.encode(actor).decode(),
        at if approved else None,
        deadline if approved and not weighed.nothing_to_send else None,
        weighed.situated.published.hash,
        msgspec.json.encode(weighed.quote).decode(),
        msgspec.json.encode(consent).decode() if consent else None,
    )


async def _write_line(
    weighed: Weighed,
    line: WeighedLine,
    return_id: UUID,
    position: int,
    decision: LineDecision,
    at: datetime,
) -> None:
    return_line, wish = uuid4(), line.wish
    swapped_for = await _hold(line)
    await database.connection().execute(
        _LINE,
        return_line,
        return_id,
        position,
        line.line.id,
        wish.quantity,
        list(line.units),
        wish.reason,
        msgspec.json.encode(wish.answers).decode(),
        wish.note.strip(),
        decision,
        line.resolution,
        swapped_for,
    )
    await _claim(line, return_line)
    await _keep_decision(weighed, line, return_line, at)
    await database.connection().execute(
        "UPDATE return_photos SET return_line = $1, draft = NULL WHERE draft = $2 AND order_line = $3",
        return_line,
        weighed.wish.key,
        line.line.id,
    )


async def _hold(line: WeighedLine) -> UUID | None:
    """Set the other item aside in this very transaction, so that what was promised is there."""
    if line.resolution not in ("exchange", "replace"):
        return None
    product = _wanted(line)
    if product is None or not await hold_stock(product, line.wish.quantity):
        raise SoldOut(line=line.line.id, title=line.line.title)
    return product


def _wanted(line: WeighedLine) -> UUID | None:
    match line.resolution:
        case "exchange":
            return line.wish.product
        case "replace":
            return line.line.product
        case _:
            return None


async def _claim(line: WeighedLine, return_line: UUID) -> None:
    rows = [(uuid4(), line.line.id, unit, return_line) for unit in line.units]
    try:
        await database.connection().executemany(
            "INSERT INTO unit_claims (id, order_line, unit, return_line) VALUES ($1, $2, $3, $4)", rows
        )
    except asyncpg.UniqueViolationError:
        raise UnitsTaken(line=line.line.id, title=line.line.title) from None


_DECISION = """
INSERT INTO decisions
  (id, return_line, stage, at, facts, answers, explanation, verdict, policy_hash, engine)
VALUES ($1, $2, 'request', $3, $4, $5, $6, $7, $8, $9)
"""


async def _keep_decision(weighed: Weighed, line: WeighedLine, return_line: UUID, at: datetime) -> None:
    decision = line.considered.decision
    await database.connection().execute(
        _DECISION,
        uuid4(),
        return_line,
        at,
        msgspec.json.encode(line.considered.facts, order="sorted").decode(),
        msgspec.json.encode(decision.answers).decode(),
        msgspec.json.encode(decision.explanation).decode(),
        decision.verdict,
        weighed.situated.published.hash,
        ENGINE_VERSION,
    )


async def _tell(weighed: Weighed, return_id: UUID, status: ReturnState, actor: Actor, at: datetime) -> None:
    kinds = {
        ReturnState.APPROVED: Event.RETURN_APPROVED,
        ReturnState.IN_REVIEW: Event.RETURN_IN_REVIEW,
    }
    for kind in (Event.RETURN_REQUESTED, kinds[status]):
        await append(kind, merchant=weighed.shop.id, actor=actor, at=at, return_id=return_id, at_once=True)
    await database.connection().execute("DELETE FROM return_drafts WHERE key = $1", weighed.wish.key)
