"""Let the other item go out: its return has come as far as the policy asks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import EXCHANGE_HOLDS_STOCK, ExchangeState
from returns_app.exchanges.locked import lock_exchanges, move_exchange
from returns_app.journal.actors import Actor
from returns_app.money import Money
from returns_app.orders.stock import let_go_stock


class NothingSetAside(LookupError):
    """There is no stock set aside for this line, so its exchange cannot go out."""

    status = 409
    code = "nothing-set-aside"


async def release_exchange(
    return_id: UUID, return_line: UUID, *, units: int, value: Money, actor: Actor, at: datetime
) -> None:
    """Release the exchange of a line inside the running transaction, for the units that came.

    Stock set aside for units that did not come is let go. Raises NothingSetAside.
    """
    found = [each for each in await lock_exchanges(return_id) if each.return_line == return_line]
    if not found or found[0].state not in EXCHANGE_HOLDS_STOCK - {ExchangeState.RELEASED}:
        raise NothingSetAside("The item to send instead is not set aside.")
    exchange = found[0]
    if units < exchange.quantity:
        await let_go_stock(exchange.product, exchange.quantity - units)
    await database.connection().execute(
        "UPDATE exchanges SET quantity = $2, value = $3 WHERE id = $1", exchange.id, units, value.minor
    )
    await move_exchange(exchange, "release", Event.EXCHANGE_RELEASED, actor=actor, at=at)
