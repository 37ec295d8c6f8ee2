"""Follow a parcel: each thing a carrier tells moves it forward, once, and never back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import PARCEL, ParcelMove, ParcelState, may, move
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.inbound import mark_worked, read_inbound
from returns_app.shipping.carriers import Carrier, TrackingNews

CARRIER = Actor("carrier")

MOVES: dict[str, ParcelMove] = {
    "dropped_off": "drop_off",
    "in_transit": "transit",
    "delivered": "deliver",
    "lost": "lose",
}
"""What a carrier's word means for a parcel; other words are kept and move nothing."""


async def hear_carrier(inbound: str, *, source: str, carriers: Mapping[str, Carrier], at: datetime) -> None:
    """Work one stored tracking webhook; it was verified when it came in."""
    arrived = await read_inbound(inbound)
    carrier = carriers[source]
    for news in carrier.read_webhook(arrived.headers, arrived.payload, arrived.received_at):
        await record_tracking(news, carrier=carrier.name, at=at)
    await mark_worked(arrived.id, at)


_PARCEL = """
SELECT p.* FROM parcels p LEFT JOIN labels l ON l.parcel = p.id
WHERE p.carrier = $1 AND (p.tracking = $2 OR l.carrier_reference = $3)
ORDER BY p.created_at DESC LIMIT 1 FOR NO KEY UPDATE OF p
"""


async def record_tracking(news: TrackingNews, *, carrier: str, at: datetime) -> bool:
    """Keep one message and move its parcel; False when it is known or about no parcel of ours."""
    async with database.transaction():
        here = database.connection()
        parcel = await here.fetchrow(_PARCEL, carrier, news.tracking, news.carrier_reference)
        if parcel is None:
            return False
        new = await here.fetchval(
            "INSERT INTO tracking_news (id, parcel, external_id, state, at, told)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (parcel, external_id) DO NOTHING RETURNING 1",
            uuid4(),
            parcel["id"],
            news.event_id,
            news.state,
            news.at,
            msgspec.json.encode(news.raw).decode(),
        )
        if new is None or news.state not in MOVES:
            return False
        return await _move(parcel, MOVES[news.state], news.at, CARRIER, at)


async def _move(parcel, event: ParcelMove, moment: datetime, actor: Actor, at: datetime) -> bool:
    state = ParcelState(parcel["state"])
    if not may(PARCEL, state, event):
        return False  # An older scan told late, or the same told again.
    target = move(PARCEL, state, event)
    await database.connection().execute(
        "UPDATE parcels SET state = $2, dropped_off_at = coalesce(dropped_off_at, $3),"
        " delivered_at = coalesce(delivered_at, $4), received_at = coalesce(received_at, $5) WHERE id = $1",
        parcel["id"],
        target,
        moment if target != ParcelState.LOST else None,
        moment if target == ParcelState.DELIVERED else None,
        moment if target == ParcelState.RECEIVED else None,
    )
    await append(
        Event.PARCEL_MOVED,
        merchant=parcel["merchant"],
        actor=actor,
        at=at,
        return_id=parcel["return_id"],
        parcel=str(parcel["id"]),
        state=target,
    )
    return True


async def parcel_received(
    return_id: UUID, *, parcel: UUID | None, merchant: UUID, actor: Actor, at: datetime
) -> None:
    """The bench has the box: the named parcel, or else the return's oldest one still under way."""
    async with database.transaction():
        row = await database.connection().fetchrow(
            "SELECT * FROM parcels WHERE merchant = $1 AND return_id = $2 AND ($3::uuid IS NULL OR id = $3)"
            " AND state <> 'received' ORDER BY created_at LIMIT 1 FOR NO KEY UPDATE",
            merchant,
            return_id,
            parcel,
        )
        if row is not None:
            await _move(row, "receive", at, actor, at)
