"""A box at the bench that no return announces: it is kept and shown, never a dead end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import ParcelState
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task, open_task
from returns_app.returns.receive import take_step
from returns_app.returns.refusals import ReturnNotFound


async def keep_unannounced(
    code: str,
    *,
    note: str,
    step: str,
    merchant: UUID,
    actor: Actor,
    at: datetime,
    order: UUID | None = None,
) -> UUID | None:
    """Keep a box under the code that was scanned, with the merchant's order it names, if it names one.
    The same `step` again gives None."""
    async with database.transaction():
        if not await take_step(step, merchant=merchant, at=at):
            return None
        parcel = await _keep("unannounced", code, note, order, merchant, at)
        await _tell(
            Event.PARCEL_UNANNOUNCED,
            parcel,
            f"A parcel came in that no return announces (scanned: {code or 'nothing'}). {note}".strip(),
            merchant,
            actor,
            at,
        )
        return parcel


async def keep_undeliverable(
    code: str, *, order: UUID, number: str, note: str, step: str, merchant: UUID, actor: Actor, at: datetime
) -> UUID | None:
    """Keep an order's own parcel that came back refused or undeliverable. The same `step` gives None."""
    async with database.transaction():
        if not await take_step(step, merchant=merchant, at=at):
            return None
        parcel = await _keep("undeliverable", code, note, order, merchant, at)
        await _tell(
            Event.PARCEL_UNDELIVERED,
            parcel,
            f"Order {number} came back refused or undeliverable (scanned: {code}). {note}".strip(),
            merchant,
            actor,
            at,
        )
        return parcel


async def _keep(kind: str, code: str, note: str, order: UUID | None, merchant: UUID, at: datetime) -> UUID:
    parcel = uuid4()
    await database.connection().execute(
        'INSERT INTO parcels (id, merchant, kind, "order", carrier, method, state, note,'
        " created_at, received_at)"
        " VALUES ($1, $2, $3, $4, 'unknown', 'own', $5, $6, $7, $7)",
        parcel,
        merchant,
        kind,
        order,
        ParcelState.RECEIVED,
        f"{code}\n{note}".rstrip(),
        at,
    )
    return parcel


async def _tell(kind: Event, parcel: UUID, sentence: str, merchant: UUID, actor: Actor, at: datetime) -> None:
    await open_task(kind, str(parcel), merchant=merchant, sentence=sentence, at=at)
    await append(kind, merchant=merchant, actor=actor, at=at, parcel=str(parcel))


async def match_parcel(parcel: UUID, return_id: UUID, *, merchant: UUID, actor: Actor, at: datetime) -> None:
    """Give a box without a return to the one it belongs to. Raises ReturnNotFound."""
    async with database.transaction():
        here = database.connection()
        known = await here.fetchval(
            "SELECT 1 FROM returns WHERE id = $1 AND merchant = $2", return_id, merchant
        )
        given = await here.fetchval(
            "UPDATE parcels SET return_id = $3 WHERE id = $1 AND merchant = $2 AND $4 RETURNING 1",
            parcel,
            merchant,
            return_id,
            bool(known),
        )
        if given is None:
            raise ReturnNotFound
        for task in (Event.PARCEL_UNANNOUNCED, Event.PARCEL_UNDELIVERED):
            await close_task(task, str(parcel), by=actor, at=at)
        await append(
            Event.PARCEL_MATCHED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=return_id,
            parcel=str(parcel),
        )
