"""What is due is given once, to the cent, as far as the return has come."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import msgspec
import pytest

from returns_app import database
from returns_app.credit.queries import credits_of
from returns_app.exchanges.queries import exchanges_of
from returns_app.exchanges.reserve import let_go, reserve
from returns_app.journal.actors import Actor
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.refunds.queries import refunds_of
from returns_app.returns.cancel import cancel
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.refusals import AlreadyReceived, TooLateToCancel
from returns_app.settlement.settle import settle
from tests.makers import AT, a_return, a_shop, an_order, product_id, shoe, stock

BENCH = Actor("staff", "Willem")


async def receive_all(shop: Shop, return_id: UUID, count: Count | None = None, step: str = "") -> bool:
    seen = await return_seen(shop.id, return_id)
    counts = {line.id: count or Count(received=line.quantity) for line in seen.lines}
    return await receive(return_id, counts, step=step or str(uuid4()), merchant=shop.id, actor=BENCH, at=AT)


async def grade_all(shop: Shop, return_id: UUID, condition: str = "A") -> None:
    seen = await return_seen(shop.id, return_id)
    judged = {line.id: Judged(grade=condition, disposition="restock") for line in seen.lines}
    await grade(return_id, judged, step=str(uuid4()), merchant=shop.id, actor=BENCH, at=AT)


async def test_money_waits_for_the_inspection_and_goes_once(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    assert not await settle(asked.id, merchant=shop.id, at=AT)
    await receive_all(shop, asked.id)
    assert not await settle(asked.id, merchant=shop.id, at=AT)
    await grade_all(shop, asked.id)
    given = await asyncio.gather(*(settle(asked.id, merchant=shop.id, at=AT) for _ in range(8)))
    assert sum(given) == 1
    [refund] = await refunds_of(shop.id, asked.id)
    assert (refund.amount, refund.state) == (Money(8000, "EUR"), "planned")
    row = await database.fetch_one("SELECT reserved, refunded FROM payments")
    assert row is not None
    assert tuple(row) == (8000, 0)
    assert (await return_seen(shop.id, asked.id)).status == "settling"


async def test_credit_comes_at_receipt_with_its_bonus_in_the_ledger(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop), "credit")
    await receive_all(shop, asked.id)
    assert await settle(asked.id, merchant=shop.id, at=AT)
    [credit] = await credits_of(shop.id, asked.id)
    assert (credit.balance.minor, credit.principal.minor, credit.bonus.minor) == (8800, 8000, 800)
    sums = await database.fetch("SELECT sum(amount) AS total FROM credit_entries GROUP BY posting")
    assert [row["total"] for row in sums] == [0, 0]
    assert (await return_seen(shop.id, asked.id)).status == "settled"


async def test_a_posting_that_does_not_balance_is_refused_by_the_database(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop), "credit")
    await receive_all(shop, asked.id)
    await settle(asked.id, merchant=shop.id, at=AT)
    posting = await database.fetch_one("SELECT id FROM credit_postings LIMIT 1")
    assert posting is not None
    with pytest.raises(Exception, match="does not balance"):
        await database.fetch(
            "INSERT INTO credit_entries (id, posting, account, lot, amount, currency)"
            " VALUES ($1, $2, 'breakage', 'principal', 1, 'EUR')",
            uuid4(),
            posting["id"],
        )


async def test_an_exchange_waits_for_its_scan_and_leaves_the_stock_right(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    await stock(shop, shoe(43))
    other = await product_id(shop, "TRAIL-43")
    asked = await a_return(shop, order, "exchange", product=other)
    await reserve(asked.id, merchant=shop.id, at=AT)
    await reserve(asked.id, merchant=shop.id, at=AT)
    await receive_all(shop, asked.id)
    assert await settle(asked.id, merchant=shop.id, at=AT)
    [exchange] = await exchanges_of(shop.id, asked.id)
    assert (exchange.state, exchange.quantity) == ("released", 1)
    row = await database.fetch_one("SELECT stock, reserved FROM products WHERE id = $1", other)
    assert row is not None
    assert tuple(row) == (5, 1)


async def test_cancelling_gives_units_and_stock_back(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    await stock(shop, shoe(43))
    other = await product_id(shop, "TRAIL-43")
    asked = await a_return(shop, order, "exchange", product=other)
    await reserve(asked.id, merchant=shop.id, at=AT)
    for _ in range(2):
        await cancel(asked.id, merchant=shop.id, actor=BENCH, at=AT)
        await let_go(asked.id, merchant=shop.id, at=AT)
    row = await database.fetch_one("SELECT reserved FROM products WHERE id = $1", other)
    assert row is not None
    assert row["reserved"] == 0
    assert (await a_return(shop, order)).new


async def test_what_came_is_too_late_to_cancel(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    await receive_all(shop, asked.id)
    with pytest.raises(TooLateToCancel):
        await cancel(asked.id, merchant=shop.id, actor=BENCH, at=AT)


async def test_three_announced_two_came_pays_two(db: str) -> None:
    """Scenario 41 (spree PR#14678): pay for what came, to the cent."""
    shop = await a_shop()
    order = await an_order(shop, shoe(quantity=3, unit_price="29.99", paid="89.98"), total="89.98")
    asked = await a_return(shop, order, quantity=3)
    await receive_all(shop, asked.id, Count(received=2, missing=1))
    await grade_all(shop, asked.id)
    await settle(asked.id, merchant=shop.id, at=AT)
    [refund] = await refunds_of(shop.id, asked.id)
    assert refund.amount == Money(3000 + 2999, "EUR")
    [row] = await database.fetch("SELECT differences FROM settlements")
    differences = msgspec.json.decode(row["differences"])
    assert differences["units"][0]["acted"] == 2


async def test_the_same_receipt_again_changes_nothing(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    done = await asyncio.gather(*(receive_all(shop, asked.id, step="one box") for _ in range(6)))
    assert sum(done) == 1
    [line] = (await return_seen(shop.id, asked.id)).lines
    assert line.received == 1


async def test_a_second_station_cannot_count_the_same_unit(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    answers = await asyncio.gather(
        receive_all(shop, asked.id), receive_all(shop, asked.id), return_exceptions=True
    )
    assert sorted(type(answer) for answer in answers if answer is not True) == [AlreadyReceived]


async def test_negative_counts_are_refused(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    with pytest.raises(AlreadyReceived):
        await receive_all(shop, asked.id, Count(received=2, missing=-1))


async def test_a_deduction_waits_for_a_person(db: str) -> None:
    from returns_app.journal.tasks import open_tasks
    from returns_app.returns.deduct import decide_deduction

    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    await receive_all(shop, asked.id)
    await grade_all(shop, asked.id, "C")
    assert not await settle(asked.id, merchant=shop.id, at=AT)
    [task] = await open_tasks(shop.id)
    assert (task.kind, task.data["amount"]) == ("deduction.proposed", 2000)
    [line] = (await return_seen(shop.id, asked.id)).lines
    await decide_deduction(
        asked.id, line.id, amount=1500, reason="worn outside", merchant=shop.id, actor=BENCH, at=AT
    )
    assert await settle(asked.id, merchant=shop.id, at=AT)
    [refund] = await refunds_of(shop.id, asked.id)
    assert refund.amount.minor == 6500
    assert await open_tasks(shop.id) == []
