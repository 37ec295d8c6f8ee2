"""The other item leaves once, its stock never leaks, and what can't be swapped keeps nothing else waiting."""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec
import pytest

from returns_app import database
from returns_app.exchanges.queries import exchanges_of
from returns_app.exchanges.reserve import let_go, reserve
from returns_app.journal.tasks import open_tasks
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Shop
from returns_app.reactions import REACTIONS
from returns_app.refunds.queries import refunds_of
from returns_app.returns.cancel import cancel
from returns_app.returns.expire import reopen
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count
from returns_app.returns.request import Requested, request
from returns_app.returns.review import reject
from returns_app.settlement.settle import settle
from tests.makers import AT, a_shop, a_wish, agreed, an_order, line_ids, product_id, shoe, stock
from tests.settlement.shops import BENCH, LATE, a_shop_that_says, ask, box, rule

ONE = Count(received=1)


class Swap:
    """A return that swaps its first line for TRAIL-43, of which there are `there`."""

    def __init__(self, shop: Shop, asked: Requested, other: UUID) -> None:
        self.shop, self.asked, self.other = shop, asked, other

    async def settle(self) -> bool:
        return await settle(self.asked.id, merchant=self.shop.id, at=AT)

    async def reserve(self) -> None:
        await reserve(self.asked.id, merchant=self.shop.id, at=AT)

    async def let_go(self) -> None:
        await let_go(self.asked.id, merchant=self.shop.id, at=AT)

    async def state(self) -> tuple[str, str, int]:
        """The exchange, the return, and how much stock is set aside."""
        [exchange] = await exchanges_of(self.shop.id, self.asked.id)
        seen = await return_seen(self.shop.id, self.asked.id)
        return exchange.state, seen.status, await self.reserved()

    async def reserved(self) -> int:
        row = await database.fetch_one("SELECT reserved FROM products WHERE id = $1", self.other)
        assert row is not None
        return row["reserved"]


async def a_swap(quantity: int = 1, *, there: int = 5, beside: bool = False, **house: str) -> Swap:
    shop = await a_shop_that_says(**house)
    lines = [shoe(quantity=quantity), *([shoe(sku="BOOT", family="BOOT")] if beside else [])]
    order = await an_order(shop, *lines)
    await stock(shop, shoe(43, stock=there))
    other = await product_id(shop, "TRAIL-43")
    first, *more = await line_ids(order)
    asked = await ask(
        shop,
        order,
        (first, "exchange"),
        *((line, "refund") for line in more),
        quantities={first: quantity},
        products={first: other},
    )
    return Swap(shop, asked, other)


async def test_a_swap_in_two_boxes_goes_out_once_with_all_of_it(db: str) -> None:
    one = await a_swap(2)
    await one.reserve()
    await box(one.shop, one.asked.id, first=ONE)
    assert not await one.settle()
    await box(one.shop, one.asked.id, first=ONE)
    assert await one.settle()
    assert await one.state() == ("released", "settling", 2)


async def test_a_swap_of_which_one_is_missing_goes_out_with_the_rest(db: str) -> None:
    one = await a_swap(2)
    await one.reserve()
    await box(one.shop, one.asked.id, first=Count(received=1, missing=1))
    assert await one.settle()
    assert await one.state() == ("released", "settling", 1)


@pytest.mark.parametrize("reserved_late", [False, True])
async def test_a_swap_of_which_nothing_came_gives_its_stock_back(db: str, reserved_late: bool) -> None:
    one = await a_swap(2)
    if not reserved_late:
        await one.reserve()
    await box(one.shop, one.asked.id, first=Count(missing=1, wrong=1))
    await one.settle()
    await one.let_go()
    await one.reserve()
    await one.settle()
    assert await one.state() == ("fell_through", "settled", 0)


async def test_a_missing_swap_that_turns_up_is_set_aside_again(db: str) -> None:
    one = await a_swap()
    await one.reserve()
    await box(one.shop, one.asked.id, first=Count(missing=1))
    await one.let_go()
    await one.settle()
    await box(one.shop, one.asked.id, first=ONE)
    assert await one.settle()
    assert await one.state() == ("released", "settling", 1)


async def test_a_sold_out_swap_does_not_keep_the_other_lines_waiting(db: str) -> None:
    one = await a_swap(there=1, beside=True)
    await one.reserve()
    await cancel(one.asked.id, merchant=one.shop.id, actor=BENCH, at=AT)
    await one.let_go()
    await database.fetch("UPDATE products SET stock = 0 WHERE id = $1", one.other)
    await box(one.shop, one.asked.id, first=ONE, second=ONE)
    await one.reserve()
    assert await one.settle()
    assert [refund.amount.minor for refund in await refunds_of(one.shop.id, one.asked.id)] == [8000]
    assert [task.kind for task in await open_tasks(one.shop.id)] == ["exchange.sold_out"]
    assert await one.state() == ("fell_through", "settling", 0)
    await database.fetch("UPDATE products SET stock = 1 WHERE id = $1", one.other)
    assert await one.settle()
    assert await one.state() == ("released", "settling", 1)
    assert await open_tasks(one.shop.id) == []


async def test_settling_before_the_reservation_is_written_waits_for_it(db: str) -> None:
    one = await a_swap(beside=True)
    await box(one.shop, one.asked.id, first=ONE, second=ONE)
    assert await one.settle()
    await one.reserve()
    assert await one.settle()
    assert await one.state() == ("released", "settling", 1)


async def test_cancelled_and_come_all_the_same_holds_stock_once(db: str) -> None:
    """Jobs of both events in any order, and twice."""
    one = await a_swap(2)
    await cancel(one.asked.id, merchant=one.shop.id, actor=BENCH, at=AT)
    await reopen(one.asked.id, merchant=one.shop.id, actor=BENCH, at=AT)
    for step in (one.let_go, one.reserve, one.let_go, one.reserve):
        await step()
    assert await one.state() == ("reserved", "approved", 2)


async def test_two_requests_that_want_the_same_items_crosswise_both_get_them(db: str) -> None:
    """Stock is locked in order of SKU, so nobody waits in a circle."""
    shop = await a_shop()
    await stock(shop, shoe(43, stock=90), shoe(44, stock=90))
    products = [await product_id(shop, sku) for sku in ("TRAIL-43", "TRAIL-44")]
    wishes = []
    for number in range(16):
        order = await an_order(shop, shoe(), shoe(41), number=f"x{number}")
        lines = await line_ids(order)
        wish = await a_wish(shop, order, "exchange", product=products[0], key=f"k{number}")
        [first] = wish.lines
        mine = products if number % 2 else products[::-1]
        pairs = zip(lines, mine, strict=True)
        both = [msgspec.structs.replace(first, order_line=line, product=each) for line, each in pairs]
        wishes.append(await agreed(shop, msgspec.structs.replace(wish, lines=tuple(both))))
    answers = await asyncio.gather(
        *(request(wish, merchant=shop.id, actor=BENCH, at=AT) for wish in wishes), return_exceptions=True
    )
    assert [answer for answer in answers if not isinstance(answer, Requested)] == []
    rows = await database.fetch("SELECT reserved FROM products WHERE id = ANY($1)", products)
    assert [row["reserved"] for row in rows] == [16, 16]


async def test_a_swap_refused_beside_an_accepted_line_gives_its_stock_back(db: str) -> None:
    """The return is approved then, so the line's own rejection has to say it."""
    use_reactions(REACTIONS)
    shop = await a_shop_that_says(rule("Doubt", {"accept": '"review"'}, '{ reason = "too-large" }'))
    order = await an_order(shop, shoe(), shoe(41), **LATE)
    await stock(shop, shoe(43))
    other = await product_id(shop, "TRAIL-43")
    one, doubtful = await line_ids(order)
    asked = await ask(
        shop,
        order,
        (one, "refund"),
        (doubtful, "exchange"),
        products={doubtful: other},
        reasons={doubtful: "too-large"},
    )
    swap = Swap(shop, asked, other)
    await swap.reserve()
    await database.fetch("DELETE FROM jobs")
    await reject(asked.id, reason="Worn.", merchant=shop.id, actor=BENCH, at=AT)
    rows = await database.fetch("SELECT entrypoint FROM jobs")
    assert "exchange.let_go" in {row["entrypoint"] for row in rows}
    await swap.let_go()
    assert await swap.state() == ("fell_through", "approved", 0)
