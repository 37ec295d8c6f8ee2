"""Whole returns per second, from the wish to the last cent, beside the published figures of a peer.

The verbs are called as the pages and the worker call them, on a database that commits to disk; carrier
and payment provider answer from memory, as the peer's provider did nothing. What a return sets off is
queued and not counted twice: the jobs are these very verbs. Mails are not written.

The peer is Medusa 2.21.2 on two cores, PostgreSQL 15 and the client on the same machine, medians of
three runs: a return over its admin API from begin to refund. Its figures were measured on another day;
ours with few and with many orders are measured in turns, so that their ratio is of one run.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from uuid import UUID, uuid4

import msgspec

from benchmarks.world import copied, heard, many_orders, order_ids, own_server, using, wal_position
from returns_app import clock, database, embedded
from returns_app.cli.migrate import migrate
from returns_app.journal.actors import SHOPPER, Actor
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.reactions import REACTIONS
from returns_app.refunds.gateways import Accepted, GatewayRefund, RefundAttempt
from returns_app.refunds.queries import refunds_of
from returns_app.refunds.send import send_refund
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.request import request
from returns_app.returns.weigh import weigh
from returns_app.returns.wish import LineWish, Wish
from returns_app.settlement.conclude import conclude
from returns_app.settlement.settle import settle
from returns_app.shipping.announce import announce
from returns_app.shipping.carriers import Absent, Cancelled, Issued, LabelAsk, Method, TrackingNews
from tests.makers import a_shop

FEW, MANY = 1_000, 100_000
ROUNDS = 3
SECONDS = 2.0
"""How long each figure of a round is measured."""
COUNTED = 20
"""Returns whose statements and log bytes are counted."""
BENCH = Actor("staff", "Willem")

PEER = "Medusa 2.21.2, published"
PEER_PER_SECOND = {(FEW, 1): 1.0, (FEW, 8): 1.24, (MANY, 1): 0.48, (MANY, 8): 0.58}
PEER_STATEMENTS, PEER_WAL, PEER_MEDIAN = 332, 59.0, 975
TIMES = 20
FLAT = 0.8


def run() -> list[dict[str, Any]]:
    """Returns per second, statements and kB of log per return, and how flat that is in orders."""
    with own_server() as data:
        return asyncio.run(_measure(data))


async def _measure(data: Path) -> list[dict[str, Any]]:
    use_reactions(REACTIONS)
    few, many, shop = await _two_shops(data)
    rates: dict[tuple[int, int], list[float]] = {place: [] for place in PEER_PER_SECOND}
    orders = {}
    for orders_there, url in ((FEW, few), (MANY, many)):
        async with using(url):
            orders[orders_there] = iter(await order_ids(shop, FEW))
    for _ in range(ROUNDS):
        for at_once in (1, 8):
            for orders_there, url in ((FEW, few), (MANY, many)):
                async with using(url):
                    rate = await _per_second(shop, orders[orders_there], at_once)
                rates[orders_there, at_once].append(rate)
    async with using(few):
        costs = await _counted(shop, orders[FEW])
    return [*_rate_rows(rates), *_flat_rows(rates), *_cost_rows(*costs)]


async def _two_shops(data: Path) -> tuple[str, str, Shop]:
    """The same shop twice, with few and with many orders."""
    few = embedded.url(data)
    await migrate(few)
    async with using(few):
        shop = await a_shop()
    await many_orders(few, shop, 1, FEW)
    many = await copied(data, "many")
    await many_orders(many, shop, FEW + 1, MANY)
    return few, many, shop


# One return ----------------------------------------------------------------------------------------


async def whole_return(shop: Shop, order: UUID) -> None:
    """A shopper wants money for the first article of an order, sends it, and gets it."""
    at, merchant = clock.now(), shop.id
    asked = await request(await _wish(shop, order, at), merchant=merchant, actor=SHOPPER, at=at)
    await announce(asked.id, merchant=merchant, carriers={"own": PaperCarrier()}, at=at)
    [line] = (await return_seen(merchant, asked.id)).lines
    counts = {line.id: Count(received=1)}
    await receive(asked.id, counts, step=str(uuid4()), merchant=merchant, actor=BENCH, at=at)
    judged = {line.id: Judged(grade="A", disposition="restock")}
    await grade(asked.id, judged, step=str(uuid4()), merchant=merchant, actor=BENCH, at=at)
    await settle(asked.id, merchant=merchant, at=at)
    for refund in await refunds_of(merchant, asked.id):
        await send_refund(refund.id, gateways={"stripe": GivingGateway()}, at=at)
    await conclude(asked.id, merchant=merchant, at=at)


async def _wish(shop: Shop, order: UUID, at: datetime) -> Wish:
    """What the shopper agrees to after one look."""
    row = await database.fetch_one('SELECT id FROM order_lines WHERE "order" = $1 AND position = 0', order)
    assert row is not None
    line = LineWish(order_line=row["id"], quantity=1, reason="too-small", resolution="refund")
    wish = Wish(key=str(uuid4()), order=order, lines=(line,), method="label", locale="nl")
    weighed = await weigh(shop.id, wish, at=at)
    return msgspec.structs.replace(wish, agreed=weighed.fingerprint)


class PaperCarrier:
    """Answers at once with a small paper."""

    name = "own"
    methods: frozenset[Method] = frozenset({"label"})

    async def announce(self, ask: LabelAsk) -> Issued:
        return Issued(tracking=ask.rma, carrier_reference=ask.id, pdf=b"%PDF-" + b"0" * 8_000)

    async def find(self, ask: LabelAsk) -> Absent:
        return Absent()

    async def cancel(self, reference: str) -> Cancelled:
        return Cancelled()

    def read_webhook(self, headers: Mapping[str, str], payload: bytes, now: datetime) -> list[TrackingNews]:
        return []


class GivingGateway:
    """Says yes to every refund."""

    name = "stripe"

    async def body(
        self, *, id: str, payment_reference: str, amount: Money, told: Mapping[str, str]
    ) -> dict[str, Any]:
        return {"payment_intent": payment_reference, "amount": amount.minor, "metadata": dict(told)}

    async def refund(self, attempt: RefundAttempt) -> Accepted:
        return Accepted(f"re_{attempt.id}", "succeeded")

    async def find(self, attempt: RefundAttempt) -> None:
        return None

    async def list_since(self, moment: datetime) -> AsyncIterator[GatewayRefund]:
        for none in ():
            yield none

    async def close(self) -> None:
        return None


# What is measured ----------------------------------------------------------------------------------


async def _per_second(shop: Shop, orders: Iterator[UUID], at_once: int) -> float:
    """Whole returns per second by so many people at once; the first ones warm the connections."""
    await asyncio.gather(*(whole_return(shop, next(orders)) for _ in range(at_once)))
    began = perf_counter()
    done = await asyncio.gather(*(_one_after_the_other(shop, orders, began) for _ in range(at_once)))
    return sum(done) / (perf_counter() - began)


async def _one_after_the_other(shop: Shop, orders: Iterator[UUID], began: float) -> int:
    done = 0
    while perf_counter() - began < SECONDS:
        await whole_return(shop, next(orders))
        done += 1
    return done


async def _counted(shop: Shop, orders: Iterator[UUID]) -> tuple[float, float, float]:
    """Statements, bytes of the server's log and seconds of our own processor time per return."""
    await whole_return(shop, next(orders))
    async with heard() as statements:
        for _ in range(2):
            await whole_return(shop, next(orders))
        await asyncio.sleep(0)
        statements.clear()
        before, spent = await wal_position(), process_time()
        for _ in range(COUNTED):
            await whole_return(shop, next(orders))
        spent, written = process_time() - spent, await wal_position() - before
        await asyncio.sleep(0)
        asked_for_position = 2
        return (len(statements) - asked_for_position) / COUNTED, written / COUNTED, spent / COUNTED


# As rows -------------------------------------------------------------------------------------------


def _rate_rows(rates: dict[tuple[int, int], list[float]]) -> Iterator[dict[str, Any]]:
    for (orders, at_once), measured in rates.items():
        value, peer = statistics.median(measured), PEER_PER_SECOND[orders, at_once]
        yield {
            "name": f"whole returns, {at_once} at once, {orders:,} orders",
            "value": round(value, 1),
            "unit": "returns/s",
            "beside": f"{PEER}: {peer}",
            "aim": f">= {TIMES * peer:g}",
            "ok": value >= TIMES * peer,
        }


def _flat_rows(rates: dict[tuple[int, int], list[float]]) -> Iterator[dict[str, Any]]:
    for at_once in (1, 8):
        pairs = zip(rates[MANY, at_once], rates[FEW, at_once], strict=True)
        ratio = statistics.median(many / few for many, few in pairs)
        peer = PEER_PER_SECOND[MANY, at_once] / PEER_PER_SECOND[FEW, at_once]
        yield {
            "name": f"rate with {MANY:,} orders over that with {FEW:,}, {at_once} at once",
            "value": round(ratio, 2),
            "unit": "ratio",
            "beside": f"{PEER}: {peer:.2f}",
            "aim": f">= {FLAT}",
            "ok": ratio >= FLAT,
        }


def _cost_rows(statements: float, log: float, spent: float) -> list[dict[str, Any]]:
    kilobytes = log / 1000
    return [
        {
            "name": f"SQL statements per whole return, {FEW:,} orders",
            "value": round(statements, 1),
            "unit": "statements",
            "beside": f"{PEER}: {PEER_STATEMENTS}",
            "aim": f"<= {PEER_STATEMENTS // 2}",
            "ok": statements <= PEER_STATEMENTS // 2,
        },
        {
            "name": f"write-ahead log per whole return, {FEW:,} orders",
            "value": round(kilobytes, 1),
            "unit": "kB",
            "beside": f"{PEER}: {PEER_WAL:g}",
            "aim": f"<= {PEER_WAL:g}",
            "ok": kilobytes <= PEER_WAL,
        },
        {
            "name": "the app's own processor time per whole return, whatever else the machine does",
            "value": round(spent * 1000, 1),
            "unit": "ms",
            "beside": f"{PEER}: {PEER_MEDIAN} from start to end",
            "aim": "",
            "ok": True,
        },
    ]


if __name__ == "__main__":
    for row in run():
        print(row)
