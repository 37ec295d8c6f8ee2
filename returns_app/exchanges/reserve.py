"""Write down the other item of each exchange line; its stock was set aside with the request."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import EXCHANGE_HOLDS_STOCK, LINE_COUNTS, ExchangeState
from returns_app.exchanges.locked import lock_exchanges
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.tasks import open_task
from returns_app.merchants.queries import merchant_by_id
from returns_app.orders.stock import hold_stock, let_go_stock
from returns_app.returns.locked import LockedLine, LockedReturn, lock_return

SWAPS = ("exchange", "replace")

_INSERT = """
INSERT INTO exchanges
  (id, merchant, return_line, product, quantity, state, value, currency, reserved_until, number)
SELECT $1, $2, $3, p.id, $5::integer, $6, p.price * $5::integer, p.currency, $7, $8
FROM products p WHERE p.id = $4
"""


async def reserve(return_id: UUID, *, merchant: UUID, at: datetime) -> None:
    """Make the exchange rows of a return, or hold stock again for one that was reopened. Repeatable."""
    shop = await merchant_by_id(merchant)
    until = at + timedelta(days=shop.settings.exchange_hold_days)
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        known = {exchange.return_line: exchange for exchange in await lock_exchanges(return_id)}
        for number, line in enumerate(_swaps(locked), start=1):
            exchange = known.get(line.id)
            if exchange is None:
                await _first(locked, line, number, until, at)
            elif exchange.state == ExchangeState.FELL_THROUGH and line.decision in LINE_COUNTS:
                await _again(locked, line, exchange.id, until, at)


def _swaps(locked: LockedReturn) -> list[LockedLine]:
    return [line for line in locked.lines if line.resolution in SWAPS and line.exchange_product]


async def _first(locked: LockedReturn, line: LockedLine, number: int, until: datetime, at: datetime) -> None:
    """The request holds the stock; a line called off before we came gives it back here."""
    off = line.decision not in LINE_COUNTS
    state = ExchangeState.FELL_THROUGH if off else ExchangeState.RESERVED
    id, product = uuid4(), line.exchange_product
    assert product is not None  # _swaps lets only such lines through
    await database.connection().execute(
        _INSERT,
        id,
        locked.merchant,
        line.id,
        product,
        line.quantity,
        state,
        until,
        f"{locked.rma}-{number}",
    )
    if off:
        await let_go_stock(product, line.quantity)
        return
    await _tell(locked, id, until, at)


async def _again(locked: LockedReturn, line: LockedLine, id: UUID, until: datetime, at: datetime) -> None:
    product = line.exchange_product
    if product is None or not await hold_stock(product, line.quantity):
        await open_task(
            "exchange.sold_out",
            str(id),
            merchant=locked.merchant,
            return_id=locked.id,
            sentence=f"{locked.rma} came back to life, but its exchange item is sold out."
            " Ask the shopper to choose again.",
            at=at,
        )
        return
    await database.connection().execute(
        "UPDATE exchanges SET state = $2, reserved_until = $3, quantity = $4 WHERE id = $1",
        id,
        ExchangeState.RESERVED,
        until,
        line.quantity,
    )
    await _tell(locked, id, until, at)


async def _tell(locked: LockedReturn, id: UUID, until: datetime, at: datetime) -> None:
    await append(
        Event.EXCHANGE_RESERVED,
        merchant=locked.merchant,
        actor=SYSTEM,
        at=at,
        return_id=locked.id,
        exchange=str(id),
        until=until.isoformat(),
    )


async def let_go(return_id: UUID, *, merchant: UUID, at: datetime) -> None:
    """Give back the stock of lines that will not be exchanged after all. Repeatable."""
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        off = {line.id for line in locked.lines if line.decision not in LINE_COUNTS}
        for exchange in await lock_exchanges(return_id):
            if exchange.return_line in off and exchange.state in EXCHANGE_HOLDS_STOCK:
                await let_go_stock(exchange.product, exchange.quantity)
                await database.connection().execute(
                    "UPDATE exchanges SET state = $2 WHERE id = $1", exchange.id, ExchangeState.FELL_THROUGH
                )
                await append(
                    Event.EXCHANGE_FELL_THROUGH,
                    merchant=merchant,
                    actor=SYSTEM,
                    at=at,
                    return_id=return_id,
                    exchange=str(exchange.id),
                )


async def renew(return_id: UUID, *, merchant: UUID, at: datetime) -> None:
    """A carrier's scan gives every reservation of the return its full time again."""
    shop = await merchant_by_id(merchant)
    until = at + timedelta(days=shop.settings.exchange_hold_days)
    await database.fetch(
        "UPDATE exchanges x SET reserved_until = greatest(reserved_until, $3) FROM return_lines l"
        " WHERE l.id = x.return_line AND l.return_id = $1 AND x.merchant = $2 AND x.state = 'reserved'",
        return_id,
        merchant,
        until,
    )
