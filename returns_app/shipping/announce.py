"""Get a label for an approved return: row, call, answer; opened again, it is the same stored bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import LineDecision, ParcelState, ReturnState
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.jobs import Job, enqueue
from returns_app.journal.tasks import open_task
from returns_app.merchants.queries import Shop, merchant_by_id
from returns_app.merchants.settings import PostalAddress
from returns_app.returns.order_case import OrderCase, order_case
from returns_app.returns.queries import ReturnSeen, return_seen
from returns_app.shipping.carriers import (
    Absent,
    Address,
    Answer,
    AskItem,
    Carrier,
    Issued,
    LabelAsk,
    Refused,
    Unknown,
)
from returns_app.wording import item_name

PATIENCE = timedelta(minutes=2)

_WAITING = """
SELECT r.merchant, r.id FROM returns r LEFT JOIN parcels p ON p.return_id = r.id AND p.kind = 'return'
LEFT JOIN labels l ON l.parcel = p.id
WHERE r.status = 'approved' AND r.decided_at < $1
  AND (p.id IS NULL OR l.state IN ('planned', 'sending', 'unknown'))
  AND EXISTS (SELECT 1 FROM return_lines rl WHERE rl.return_id = r.id AND rl.decision = 'accepted'
              AND rl.resolution <> 'keep')
LIMIT 500
"""


class LabelNotSettled(RuntimeError):
    """The carrier could not answer yet; it is asked again for the same label."""


async def announce(return_id: UUID, *, merchant: UUID, carriers: Mapping[str, Carrier], at: datetime) -> None:
    """Make the parcel of an approved return and its label. Repeatable: one return, one label.

    Raises LabelNotSettled to be called again.
    """
    seen = await return_seen(merchant, return_id)
    to_come = [line for line in seen.accepted if line.resolution != "keep" and line.expected]
    if seen.status != ReturnState.APPROVED or not to_come:
        return
    shop = await merchant_by_id(merchant)
    label, fresh, ask = await _plan(seen, shop, carriers, at)
    if ask is None:
        return
    carrier = carriers[_carrier_name(shop, seen.method)]
    answer = await (carrier.announce(ask) if fresh else _ask_again(carrier, ask))
    await _record(label, ask, answer, seen, at)


async def _ask_again(carrier: Carrier, ask: LabelAsk) -> Answer:
    """After a crash or a lost answer the other side is read first."""
    found = await carrier.find(ask)
    return await carrier.announce(ask) if isinstance(found, Absent) else found


def _carrier_name(shop: Shop, method: str) -> str:
    return getattr(shop.settings.carriers, method, None) or "own"


async def _plan(
    seen: ReturnSeen, shop: Shop, carriers: Mapping[str, Carrier], at: datetime
) -> tuple[UUID, bool, LabelAsk | None]:
    """The committed rows. The label's id is None-safe: without a label to make, there is no ask."""
    async with database.transaction():
        here = database.connection()
        await here.execute("SELECT 1 FROM returns WHERE id = $1 FOR NO KEY UPDATE", seen.id)
        row = await here.fetchrow(
            "SELECT p.id AS parcel, l.id, l.state, l.request FROM parcels p LEFT JOIN labels l"
            " ON l.parcel = p.id WHERE p.return_id = $1 AND p.kind = 'return' ORDER BY p.created_at LIMIT 1",
            seen.id,
        )
        if row is not None and (row["id"] is None or row["state"] in ("ready", "failed", "cancelled")):
            return row["parcel"], False, None
        if row is not None:
            return row["id"], False, msgspec.json.decode(row["request"], type=LabelAsk)
        return await _first(seen, shop, at)


async def _first(seen: ReturnSeen, shop: Shop, at: datetime) -> tuple[UUID, bool, LabelAsk | None]:
    parcel, label = uuid4(), uuid4()
    here = database.connection()
    name = _carrier_name(shop, seen.method)
    await here.execute(
        "INSERT INTO parcels"
        ' (id, merchant, kind, return_id, "order", carrier, method, state, note, created_at)'
        " VALUES ($1, $2, 'return', $3, $4, $5, $6, $7, '', $8)",
        parcel,
        seen.merchant,
        seen.id,
        seen.order,
        name,
        seen.method,
        ParcelState.NONE,
        at,
    )
    ask = _ask(label, seen, await order_case(seen.merchant, seen.order), shop, at)
    await here.execute(
        "INSERT INTO labels (id, parcel, state, request, currency, problem, created_at)"
        " VALUES ($1, $2, 'sending', $3, $4, '', $5)",
        label,
        parcel,
        msgspec.json.encode(ask).decode(),
        seen.currency,
        at,
    )
    await append(
        Event.LABEL_REQUESTED,
        merchant=seen.merchant,
        actor=SYSTEM,
        at=at,
        return_id=seen.id,
        carrier=name,
        method=seen.method,
    )
    return label, True, ask


def _ask(label: UUID, seen: ReturnSeen, order: OrderCase, shop: Shop, at: datetime) -> LabelAsk:
    lines = [line for line in seen.lines if line.decision == LineDecision.ACCEPTED]
    weights = {line.id: order.line(line.order_line).weight for line in lines}
    return LabelAsk(
        id=str(label),
        asked_at=at,
        rma=seen.rma,
        method=msgspec.convert(seen.method, Any),
        sender=_shopper_address(order),
        receiver=_address(shop.settings.warehouse().address, shop.name),
        weight=max(100, sum(weights[line.id] * line.quantity for line in lines)),
        items=tuple(
            AskItem(
                name=item_name(line.title, line.options),
                quantity=line.quantity,
                value=order.line(line.order_line).unit_paid,
                weight=weights[line.id] or None,
                sku=line.sku,
            )
            for line in lines
            if line.resolution != "keep"
        ),
        merchant=shop.name,
        locale=seen.locale,
        order=seen.order_number,
        send_by=seen.send_back_by,
    )


def _address(place: PostalAddress, fallback: str) -> Address:
    told = {name: getattr(place, name) for name in Address.__struct_fields__}
    return Address(**{**told, "name": place.name or place.company or fallback})


def _shopper_address(order: OrderCase) -> Address:
    told = {name: str(order.ship_to.get(name) or "") for name in Address.__struct_fields__}
    return Address(
        **{
            **told,
            "name": told["name"] or order.shopper_name or "-",
            "country": told["country"] or order.country,
        }
    )


async def _record(label: UUID, ask: LabelAsk, answer: Answer, seen: ReturnSeen, at: datetime) -> None:
    async with database.transaction():
        row = await database.connection().fetchrow(
            "SELECT state, parcel FROM labels WHERE id = $1 FOR NO KEY UPDATE", label
        )
        if row is None or row["state"] in ("ready", "cancelled"):
            return
        match answer:
            case Issued():
                await _ready(label, row["parcel"], answer, seen, at)
            case Refused(sentence=sentence):
                await _failed(label, sentence, seen, at)
            case Unknown(sentence=sentence):
                await database.connection().execute(
                    "UPDATE labels SET state = 'unknown', problem = $2 WHERE id = $1", label, sentence
                )
    if isinstance(answer, Unknown):
        raise LabelNotSettled(answer.sentence)


async def _ready(label: UUID, parcel: UUID, issued: Issued, seen: ReturnSeen, at: datetime) -> None:
    here = database.connection()
    await here.execute(
        "UPDATE labels SET state = 'ready', pdf = $2, qr = $3, carrier_reference = $4, cost = $5,"
        " currency = coalesce($6, currency), expires_on = $7, answered_at = $8, problem = '' WHERE id = $1",
        label,
        issued.pdf,
        issued.qr,
        issued.carrier_reference,
        issued.cost.minor if issued.cost else None,
        issued.cost.currency if issued.cost else None,
        issued.expires,
        at,
    )
    await here.execute(
        "UPDATE parcels SET state = CASE WHEN state = 'none' THEN 'label_ready' ELSE state END,"
        " tracking = coalesce($2, tracking) WHERE id = $1",
        parcel,
        issued.tracking,
    )
    await append(
        Event.LABEL_READY,
        merchant=seen.merchant,
        actor=SYSTEM,
        at=at,
        return_id=seen.id,
        parcel=str(parcel),
        tracking=issued.tracking,
    )


async def _failed(label: UUID, sentence: str, seen: ReturnSeen, at: datetime) -> None:
    await database.connection().execute(
        "UPDATE labels SET state = 'failed', problem = $2, answered_at = $3 WHERE id = $1",
        label,
        sentence,
        at,
    )
    await open_task(
        "label.failed",
        str(label),
        merchant=seen.merchant,
        return_id=seen.id,
        sentence=f"The carrier made no label for {seen.rma}: {sentence}."
        " Correct the address or send one by hand.",
        at=at,
    )
    await append(
        Event.LABEL_FAILED,
        merchant=seen.merchant,
        actor=SYSTEM,
        at=at,
        return_id=seen.id,
        problem=sentence,
    )


async def announce_waiting(*, at: datetime) -> int:
    """Sweep: labels whose carrier has not answered, and approved returns without a parcel; how many."""
    rows = await database.fetch(_WAITING, at - PATIENCE)
    for row in rows:
        job = Job(name="label.announce", merchant=row["merchant"], return_id=row["id"])
        await enqueue(job, key=f"label.announce:sweep:{row['id']}")
    return len(rows)
