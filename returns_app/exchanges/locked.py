"""An exchange held fast while it is moved on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import EXCHANGE, ExchangeMove, ExchangeState, move
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.money import Money


class LockedExchange(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    merchant: UUID
    return_id: UUID
    return_line: UUID
    product: UUID
    quantity: int
    state: ExchangeState
    value: Money
    number: str


_LOCK = """
SELECT x.*, l.return_id FROM exchanges x JOIN return_lines l ON l.id = x.return_line
WHERE {which} ORDER BY l.position FOR NO KEY UPDATE OF x
"""


async def lock_exchanges(return_id: UUID) -> list[LockedExchange]:
    """The exchanges of a return, locked in the order of its lines."""
    rows = await database.connection().fetch(_LOCK.format(which="l.return_id = $1"), return_id)
    return [_exchange(row) for row in rows]


async def lock_exchange(id: UUID) -> LockedExchange | None:
    rows = await database.connection().fetch(_LOCK.format(which="x.id = $1"), id)
    return _exchange(rows[0]) if rows else None


def _exchange(row) -> LockedExchange:
    same = ("id", "merchant", "return_id", "return_line", "product", "quantity", "number")
    return LockedExchange(
        **{name: row[name] for name in same},
        state=ExchangeState(row["state"]),
        value=Money(row["value"], row["currency"]),
    )


async def move_exchange(
    exchange: LockedExchange, event: ExchangeMove, told: Event, *, actor: Actor, at: datetime
) -> None:
    """Move an exchange on inside the running transaction, and tell. Raises IllegalMove."""
    target = move(EXCHANGE, exchange.state, event)
    await database.connection().execute("UPDATE exchanges SET state = $2 WHERE id = $1", exchange.id, target)
    await append(
        told,
        merchant=exchange.merchant,
        actor=actor,
        at=at,
        return_id=exchange.return_id,
        exchange=str(exchange.id),
        number=exchange.number,
    )
