"""Write down the other item of each exchange line; its stock was set aside with the request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import EXCHANGE_HOLDS_STOCK, LINE_COUNTS, ExchangeState
from returns_app.exchanges.locked import LockedExchange, lock_exchanges, move_exchange
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task, open_task
from returns_app.merchants.queries import Shop, merchant_by_id
from returns_app.orders.stock import hold_stock, let_go_stock, lock_products
from returns_app.returns.locked import LockedLine, LockedReturn, lock_return

SWAPS = ("exchange", "replace")
_SET_ASIDE = EXCHANGE_HOLDS_STOCK - {ExchangeState.RELEASED}

_INSERT = """
INSERT INTO exchanges
  (id, merchant, return_line, product, quantity, state, value, currency, reserved_until, number)
SELECT $1, $2, $3, p.id, $5::integer, $6, p.price * $5::integer, p.currency, $7, $8
FROM products p WHERE p.id = $4
"""


async def reserve(return_id: UUID, *, merchant: UUID, at: datetime) -> None:
    """Make the exchange rows of a return, or hold stock again for one that was reopened. Repeatable."""
    shop = await merchant_by_id(merchant)
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        await _first_rows(locked, shop, at)
        await set_aside(locked, locked.lines, shop, at)


def _hold_until(shop: Shop, at: datetime) -> datetime:
    return at + timedelta(days=shop.settings.exchange_hold_days)


async def _first_rows(locked: LockedReturn, shop: Shop, at: datetime) -> None:
    swaps = [line for line in locked.lines if line.resolution in SWAPS and line.exchange_product]
    known = {exchange.return_line for exchange in await lock_exchanges(locked.id)}
    new = [(number, line) for number, line in enumerate(swaps, start=1) if line.id not in known]
    await lock_products(line.exchange_product for _, line in new if line.exchange_product)
    for number, line in new:
        await _first(locked, line, number, _hold_until(shop, at), at)


def _off(line: LockedLine) -> bool:
    """Nothing will be swapped: it was called off or refused, or none of it came."""
    return line.decision not in LINE_COUNTS or line.coming == 0


async def _first(locked: LockedReturn, line: LockedLine, number: int, until: datetime, at: datetime) -> None:
    """The request holds the stock; a line called off before we came gives it back here."""
    off = _off(line)
    state = ExchangeState.FELL_THROUGH if off else ExchangeState.RESERVED
    id, product = uuid4(), line.exchange_product
    assert product is not None  # _first_rows lets only such lines through
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


async def set_aside(
    locked: LockedReturn, lines: Sequence[LockedLine], shop: Shop, at: datetime
) -> frozenset[UUID]:
    """Which of these lines have their other item ready, inside the running transaction.

    One that fell through while its line counts again is set aside anew, or a person is asked.
    """
    exchanges = {each.return_line: each for each in await lock_exchanges(locked.id)}
    mine = [(line, exchanges[line.id]) for line in lines if line.id in exchanges]
    again = [
        (line, exchange)
        for line, exchange in mine
        if exchange.state == ExchangeState.FELL_THROUGH and not _off(line)
    ]
    await lock_products(exchange.product for _, exchange in again)
    held = {line.id for line, exchange in again if await _again(locked, line, exchange, shop, at)}
    ready = {line.id for line, exchange in mine if exchange.state in _SET_ASIDE}
    return frozenset(ready | held)


async def _again(
    locked: LockedReturn, line: LockedLine, exchange: LockedExchange, shop: Shop, at: datetime
) -> bool:
    if not await hold_stock(exchange.product, line.coming):
        await open_task(
            "exchange.sold_out",
            str(exchange.id),
            merchant=locked.merchant,
            return_id=locked.id,
            sentence=f"{locked.rma} came back to life, but its exchange item is sold out."
            " Ask the shopper to choose again.",
            at=at,
        )
        return False
    until = _hold_until(shop, at)
    await database.connection().execute(
        "UPDATE exchanges SET state = $2, reserved_until = $3, quantity = $4 WHERE id = $1",
        exchange.id,
        ExchangeState.RESERVED,
        until,
        line.coming,
    )
    await close_task("exchange.sold_out", str(exchange.id), by=SYSTEM, at=at)
    await _tell(locked, exchange.id, until, at)
    return True


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
        off = {line.id for line in locked.lines if _off(line)}
        exchanges = await lock_exchanges(return_id)
        # A released one is being told to the shop: its stock is taken, not let go.
        going = [each for each in exchanges if each.return_line in off and each.state in _SET_ASIDE]
        await lock_products(exchange.product for exchange in going)
        for exchange in going:
            await let_go_stock(exchange.product, exchange.quantity)
            await move_exchange(exchange, "fall_through", Event.EXCHANGE_FELL_THROUGH, actor=SYSTEM, at=at)


async def renew(return_id: UUID, *, merchant: UUID, at: datetime) -> None:
    """A carrier's scan gives every reservation of the return its full time again."""
    shop = await merchant_by_id(merchant)
    await database.fetch(
        "UPDATE exchanges x SET reserved_until = greatest(reserved_until, $3) FROM return_lines l"
        " WHERE l.id = x.return_line AND l.return_id = $1 AND x.merchant = $2 AND x.state = 'reserved'",
        return_id,
        merchant,
        _hold_until(shop, at),
    )
