"""SQL statements of each page, beside the same page with ten times the data: the number must not grow.

Ten times the data is ten items in the order and in the return, and ten times the returns, boxes and
tasks in the shop. Every statement a page sends is counted, those of the session and the person
included; the page was opened once before, as a process is warm after its first visitor. There is one
connection: asyncpg asks each new one about the types it meets.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from litestar import Litestar
from structlog.testing import capture_logs

from benchmarks.whole_return import PaperCarrier
from benchmarks.world import heard, lately, quick_database, using
from returns_app import clock, database
from returns_app.core.events import Event
from returns_app.journal.actors import SHOPPER
from returns_app.journal.tasks import open_task
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Role, Shop
from returns_app.merchants.staff import add_staff
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.request import Requested, request
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.settlement.settle import settle
from returns_app.shipping.announce import announce
from tests.faces.browser import Browser, app_for_tests
from tests.faces.portal.walking import Walker, with_a_door
from tests.makers import OWNER, a_shop, agreed, an_order, line_ids, shoe

TIMES = 10
PASSWORD = "a long enough password"
Page = Callable[[], Awaitable[httpx.Response]]


def run() -> list[dict[str, Any]]:
    """Statements per page with ten times the data, beside those with one."""
    with quick_database("statements") as url, capture_logs():
        return asyncio.run(_measure(url, TIMES))


async def _measure(url: str, times: int) -> list[dict[str, Any]]:
    use_reactions(dict.fromkeys(Event, ()))
    with tempfile.TemporaryDirectory(prefix="returns-bench-") as folder:
        app = with_a_door(app_for_tests(Path(folder)))
        async with using(url, size=1):
            little = await _Walk(app, await a_shop("little"), 1).counted()
            much = await _Walk(app, await a_shop("much"), times).counted()
    return [_row(name, much[name], count, times) for name, count in little.items()]


def _row(name: str, much: int, little: int, times: int) -> dict[str, Any]:
    return {
        "name": f"statements of {name}, {times} times the data",
        "value": much,
        "unit": "statements",
        "beside": little,
        "aim": little,
        "ok": much <= little,
    }


class _Walk:
    """Through every face of one shop that has `size` of everything."""

    def __init__(self, app: Litestar, shop: Shop, size: int) -> None:
        self.app, self.shop, self.size = app, shop, size
        self.counts: dict[str, int] = {}

    async def counted(self) -> dict[str, int]:
        """Statements by page."""
        done = [await self._settled_return(f"{self.shop.slug}-done-{n}") for n in range(self.size)]
        here = [await self._delivered_return(f"{self.shop.slug}-here-{n}") for n in range(self.size)]
        for n in range(self.size):
            await self._waiting_return(f"{self.shop.slug}-waiting-{n}")
        async with heard() as statements:
            self.statements = statements
            await self._portal()
            await self._follow(done[0])
            await self._bench(here[0])
            await self._console(done[0])
        return self.counts

    # What there is

    async def _order(self, number: str, **said: Any) -> UUID:
        goods = [shoe(sku=f"{number}-{place}", family=f"FAMILY-{place}") for place in range(self.size)]
        told = {**lately(), "email": f"{number}@example.com", **said}
        return await an_order(self.shop, *goods, number=number, reference=f"pi_{number}", **told)

    async def _return(self, order: UUID, resolution: str = "refund") -> Requested:
        lines = tuple(
            LineWish(order_line=line, quantity=1, reason="too-small", resolution=resolution)
            for line in await line_ids(order)
        )
        consent = Consent("yes", "1")
        wish = Wish(key=uuid4().hex, order=order, lines=lines, method="label", locale="en", consent=consent)
        now = clock.now()
        wish = await agreed(self.shop, wish, at=now)
        return await request(wish, merchant=self.shop.id, actor=SHOPPER, at=now)

    async def _waiting_return(self, number: str) -> None:
        """A person must decide about it, and about the label of another."""
        asked = await self._return(await self._order(number, buyer="business"), "credit")
        await open_task(
            "label.failed",
            number,
            merchant=self.shop.id,
            return_id=asked.id,
            sentence="No label.",
            at=clock.now(),
        )

    async def _delivered_return(self, number: str) -> Requested:
        asked = await self._return(await self._order(number))
        await announce(asked.id, merchant=self.shop.id, carriers={"own": PaperCarrier()}, at=clock.now())
        await database.fetch(
            "UPDATE parcels SET state = 'delivered', delivered_at = $2 WHERE return_id = $1",
            asked.id,
            clock.now(),
        )
        return asked

    async def _settled_return(self, number: str) -> tuple[UUID, Requested]:
        order = await self._order(number)
        asked, at, merchant = await self._return(order), clock.now(), self.shop.id
        await announce(asked.id, merchant=merchant, carriers={"own": PaperCarrier()}, at=at)
        lines = [line.id for line in (await return_seen(merchant, asked.id)).lines]
        counts = dict.fromkeys(lines, Count(received=1))
        await receive(asked.id, counts, step=uuid4().hex, merchant=merchant, actor=OWNER, at=at)
        judged = dict.fromkeys(lines, Judged(grade="A", disposition="restock"))
        await grade(asked.id, judged, step=uuid4().hex, merchant=merchant, actor=OWNER, at=at)
        await settle(asked.id, merchant=merchant, at=at)
        return order, asked

    # Its pages

    async def _portal(self) -> None:
        order = await self._order(f"{self.shop.slug}-walked")
        walker, lines = Walker(self.app, self.shop, order), await line_ids(order)
        await self._count("find", lambda: walker.browser.get(f"{walker.base}/"))
        await walker.post("", {"order": "1001", "email": "anna@example.com"})
        await self._count("code", lambda: walker.get("code"))
        await walker.enter()
        await self._count("choose", lambda: walker.get("choose"))
        await walker.choose(*lines)
        await self._count("decide", lambda: walker.get("decide"))
        await walker.send("decide", {f"resolution-{line}": "refund" for line in lines})
        await self._count("send", lambda: walker.get("send"))
        await walker.send("send", {"method": "label"})
        await self._count("check", lambda: walker.get("check"))

    async def _follow(self, done: tuple[UUID, Requested]) -> None:
        order, asked = done
        walker = await Walker(self.app, self.shop, order).enter()
        await self._count("follow", lambda: walker.get(f"return/{asked.rma}"))

    async def _bench(self, asked: Requested) -> None:
        bench = await self._signed_in("warehouse")
        await self._count("bench today", lambda: bench.get("/warehouse/"))
        await self._count("bench scan", lambda: bench.post("/warehouse/scan", {"code": asked.rma}))
        await self._count("bench return", lambda: bench.get(f"/warehouse/return/{asked.id}"))

    async def _console(self, done: tuple[UUID, Requested]) -> None:
        desk, (_, asked) = await self._signed_in("owner"), done
        await self._count("console today", lambda: desk.get("/console/"))
        await self._count("console list", lambda: desk.get("/console/returns"))
        await self._count("console case", lambda: desk.get(f"/console/returns/{asked.rma}"))

    async def _signed_in(self, role: Role) -> Browser:
        email, browser = f"{role}@{self.shop.slug}.example", Browser(self.app)
        await add_staff(self.shop.id, email=email, name=role, role=role, password=PASSWORD, at=clock.now())
        await browser.post("/sign-in", {"email": email, "password": PASSWORD})
        return browser

    async def _count(self, name: str, page: Page) -> None:
        for _ in range(2):
            await asyncio.sleep(0)
            self.statements.clear()
            answer = await page()
            if answer.status_code not in (200, 303) or "again=yes" in answer.headers.get("location", ""):
                raise RuntimeError(f"{name} is not there to be counted: {answer.status_code}")
        await asyncio.sleep(0)
        self.counts[name] = len(self.statements)


if __name__ == "__main__":
    for row in run():
        print(row)
