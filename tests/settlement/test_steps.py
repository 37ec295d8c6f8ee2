"""A return that comes in several boxes, or whose lines end differently, gives what was shown once."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from returns_app import database
from returns_app.credit.queries import credits_of
from returns_app.exchanges.reserve import reserve
from returns_app.journal.tasks import open_tasks
from returns_app.merchants.queries import Shop
from returns_app.money import Money, total
from returns_app.refunds.queries import refunds_of
from returns_app.returns.deduct import decide_deduction
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count
from returns_app.settlement.queries import settlements_of
from returns_app.settlement.settle import settle
from tests.makers import AT, an_order, line_ids, shoe
from tests.settlement.shops import BENCH, a_shop_that_says, ask, box, judge, rule

ONE = Count(received=1)
_minutes = itertools.count()


def later() -> datetime:
    """Each step a minute after the one before."""
    return AT + timedelta(minutes=next(_minutes))


async def refunded(shop: Shop, return_id: UUID) -> list[int]:
    return [refund.amount.minor for refund in await refunds_of(shop.id, return_id)]


def boot(**said: Any) -> dict[str, Any]:
    return shoe(sku="BOOT", family="BOOT", product_type="apparel/boots", unit_price="60.00", **said)


async def test_the_return_cost_is_that_of_the_whole_return_in_every_step(db: str) -> None:
    """The most generous line counts for the parcel, also when it was given before."""
    shop = await a_shop_that_says(return_shipping='{ refund = "3.95", credit = 0 }')
    order = await an_order(shop, shoe(), boot())
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "credit"), (other, "refund"))
    shown = (await return_seen(shop.id, asked.id)).quote
    assert shown.return_cost == Money(0, "EUR")
    await box(shop, asked.id, first=ONE)
    await settle(asked.id, merchant=shop.id, at=later())
    await box(shop, asked.id, second=ONE)
    await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [6000]


async def test_the_return_cost_is_taken_once_over_several_steps(db: str) -> None:
    shop = await a_shop_that_says(return_shipping='"3.95"')
    order = await an_order(shop, shoe(quantity=3), buyer="business")
    [line] = await line_ids(order)
    asked = await ask(shop, order, (line, "refund"), quantities={line: 3})
    for _ in range(3):
        await box(shop, asked.id, first=ONE)
        await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [8000 - 395, 8000, 8000]


async def test_a_swap_does_not_owe_what_the_money_of_its_return_will_pay(db: str) -> None:
    shop = await a_shop_that_says(
        return_shipping='"3.95"', pay_on='{ replace = "scan", refund = "inspection" }'
    )
    order = await an_order(shop, shoe(), boot(), buyer="business")
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "replace"), (other, "refund"))
    await reserve(asked.id, merchant=shop.id, at=AT)
    await box(shop, asked.id, first=ONE, second=ONE)
    await settle(asked.id, merchant=shop.id, at=later())
    await judge(shop, asked.id, second="A")
    await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [6000 - 395]
    assert [step.quote.due.minor for step in await settlements_of(shop.id, asked.id)] == [0, 0]


async def test_shipping_comes_back_with_the_last_step_whatever_that_line_says(db: str) -> None:
    """The most generous answer of the return counts, as it did when all of it was shown."""
    shop = await a_shop_that_says(
        rule("Boots", {"shipping_refund": '"none"'}, '{ product_type = "apparel/boots" }')
    )
    order = await an_order(shop, shoe(), boot(), total="145.00", shipping={"amount": "5.00"})
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "refund"), (other, "refund"))
    assert (await return_seen(shop.id, asked.id)).quote.refund.minor == 14500
    await box(shop, asked.id, first=ONE)
    await settle(asked.id, merchant=shop.id, at=later())
    await box(shop, asked.id, second=ONE)
    await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [8000, 6500]


async def test_shipping_comes_back_once_when_the_order_goes_back_in_two_returns(db: str) -> None:
    shop = await a_shop_that_says()
    order = await an_order(shop, shoe(), boot(), total="145.00", shipping={"amount": "5.00"})
    one, other = await line_ids(order)
    returns = [await ask(shop, order, (line, "refund")) for line in (one, other)]
    for asked in returns:
        await box(shop, asked.id, first=ONE)
    await asyncio.gather(*(settle(asked.id, merchant=shop.id, at=later()) for asked in returns))
    given = [amount for asked in returns for amount in await refunded(shop, asked.id)]
    assert (sum(given), sorted(given) in ([6000, 8500], [6500, 8000])) == (14500, True)


async def test_a_deduction_is_taken_once_however_many_boxes_come(db: str) -> None:
    shop = await a_shop_that_says(
        rule("Worn", {"verdict": '"deduct"'}, '{ grade = ["C", "D"] }'), pay_on='"inspection"'
    )
    order = await an_order(shop, shoe(quantity=2))
    [line] = await line_ids(order)
    asked = await ask(shop, order, (line, "refund"), quantities={line: 2})
    [seen] = (await return_seen(shop.id, asked.id)).lines
    await box(shop, asked.id, first=ONE)
    await judge(shop, asked.id, first="C")
    await decide_deduction(
        asked.id, seen.id, amount=2000, reason="worn", merchant=shop.id, actor=BENCH, at=AT
    )
    await settle(asked.id, merchant=shop.id, at=later())
    await box(shop, asked.id, first=ONE)
    await judge(shop, asked.id, first="A")
    await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [6000, 8000]


async def test_what_comes_in_a_later_box_is_judged_too(db: str) -> None:
    """Paid after inspection: the first unit's grade says nothing about the second."""
    shop = await a_shop_that_says(
        rule("Worn", {"verdict": '"deduct"'}, '{ grade = ["C", "D"] }'), pay_on='"inspection"'
    )
    order = await an_order(shop, shoe(quantity=2))
    [line] = await line_ids(order)
    asked = await ask(shop, order, (line, "refund"), quantities={line: 2})
    await box(shop, asked.id, first=ONE)
    await judge(shop, asked.id, first="A")
    await settle(asked.id, merchant=shop.id, at=later())
    await box(shop, asked.id, first=ONE)
    assert not await settle(asked.id, merchant=shop.id, at=later())
    await judge(shop, asked.id, first="D")
    assert not await settle(asked.id, merchant=shop.id, at=later())
    assert [task.kind for task in await open_tasks(shop.id)] == ["deduction.proposed"]


async def test_a_judgement_put_right_takes_its_proposal_back(db: str) -> None:
    shop = await a_shop_that_says(rule("Worn", {"verdict": '"deduct"'}, '{ grade = ["C", "D"] }'))
    order = await an_order(shop)
    asked = await ask(shop, order, ((await line_ids(order))[0], "refund"))
    await box(shop, asked.id, first=ONE)
    await judge(shop, asked.id, first="C")
    assert len(await open_tasks(shop.id)) == 1
    await judge(shop, asked.id, first="A")
    assert await open_tasks(shop.id) == []


async def test_nothing_is_deducted_from_a_claim_beside_an_ordinary_line(db: str) -> None:
    """BW 7:21: by the line's own reason, not by that of the return."""
    shop = await a_shop_that_says(rule("Worn", {"verdict": '"deduct"'}, '{ grade = ["C", "D"] }'))
    order = await an_order(shop, shoe(), boot())
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "refund"), (other, "refund"), reasons={one: "wrong-item"})
    await box(shop, asked.id, first=ONE, second=ONE)
    await judge(shop, asked.id, first="D", second="D")
    [task] = await open_tasks(shop.id)
    line = UUID(task.subject)
    assert (await return_seen(shop.id, asked.id)).lines[1].id == line
    await decide_deduction(asked.id, line, amount=3600, reason="worn", merchant=shop.id, actor=BENCH, at=AT)
    await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [8000 + 2400]


async def test_a_fee_and_a_bonus_in_money_count_once_per_line(db: str) -> None:
    shop = await a_shop_that_says(fee='{ refund = "5.00" }', credit_bonus='"7.00"')
    order = await an_order(shop, shoe(quantity=2), boot(quantity=2), buyer="business")
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "refund"), (other, "credit"), quantities={one: 2, other: 2})
    for _ in range(2):
        await box(shop, asked.id, first=ONE, second=ONE)
        await settle(asked.id, merchant=shop.id, at=later())
    assert await refunded(shop, asked.id) == [7500, 8000]
    credits = await credits_of(shop.id, asked.id)
    assert sorted(credit.bonus.minor for credit in credits) == [0, 700]


async def test_what_is_not_given_yet_is_not_told_as_changed(db: str) -> None:
    shop = await a_shop_that_says(return_shipping='"3.95"')
    order = await an_order(
        shop, shoe(quantity=2), boot(), total="225.00", shipping={"amount": "5.00"}, buyer="business"
    )
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "refund"), (other, "refund"), quantities={one: 2})
    for counts in ({"first": ONE}, {"second": ONE}, {"first": ONE}):
        await box(shop, asked.id, **counts)
        await settle(asked.id, merchant=shop.id, at=later())
    steps = await settlements_of(shop.id, asked.id)
    assert [(step.differences.units, step.differences.items, step.differences.sums) for step in steps] == [
        ((), (), {})
    ] * 3
    assert sum(await refunded(shop, asked.id)) == 22500 - 395


async def test_every_cent_that_changed_is_told_once_over_all_steps(db: str) -> None:
    shop = await a_shop_that_says()
    order = await an_order(shop, shoe(quantity=2), boot(), total="225.00", shipping={"amount": "5.00"})
    one, other = await line_ids(order)
    asked = await ask(shop, order, (one, "refund"), (other, "refund"), quantities={one: 2})
    await box(shop, asked.id, first=Count(received=1, missing=1))
    await settle(asked.id, merchant=shop.id, at=later())
    await box(shop, asked.id, second=ONE)
    await settle(asked.id, merchant=shop.id, at=later())
    first, last = await settlements_of(shop.id, asked.id)
    assert [(each.shown, each.acted) for each in first.differences.units] == [(2, 1)]
    assert [each.item for each in first.differences.items] == ["goods"]
    assert [each.item for each in last.differences.items] == ["shipping_refund"]
    gains = [each.gain for step in (first, last) for each in step.differences.items]
    assert total(gains, "EUR").minor == sum(await refunded(shop, asked.id)) - 22500


async def test_what_was_missing_may_lie_in_a_later_box(db: str) -> None:
    """Also when the return was settled without it."""
    shop = await a_shop_that_says()
    order = await an_order(shop, shoe(quantity=2))
    [line] = await line_ids(order)
    asked = await ask(shop, order, (line, "credit"), quantities={line: 2})
    await box(shop, asked.id, first=Count(received=1, missing=1))
    await settle(asked.id, merchant=shop.id, at=later())
    assert (await return_seen(shop.id, asked.id)).status == "settled"
    await box(shop, asked.id, first=ONE)
    assert await settle(asked.id, merchant=shop.id, at=later())
    seen = await return_seen(shop.id, asked.id)
    assert (seen.status, seen.lines[0].received, seen.lines[0].missing) == ("settled", 2, 0)
    assert [credit.balance.minor for credit in await credits_of(shop.id, asked.id)] == [8000, 8000]


async def test_paid_by_scan_and_then_missing_asks_a_person_once(db: str) -> None:
    """Also when all was paid before the box was opened."""
    shop = await a_shop_that_says(pay_on='"approval"')
    order = await an_order(shop, shoe(quantity=2))
    [line] = await line_ids(order)
    asked = await ask(shop, order, (line, "credit"), quantities={line: 2})
    await settle(asked.id, merchant=shop.id, at=later())
    assert (await return_seen(shop.id, asked.id)).status == "settled"
    await box(shop, asked.id, first=Count(received=1, missing=1))
    await settle(asked.id, merchant=shop.id, at=later())
    assert [task.kind for task in await open_tasks(shop.id)] == ["return.short"]
    await database.fetch("UPDATE journal_tasks SET open = false, done_at = now()")
    await settle(asked.id, merchant=shop.id, at=later())
    assert await open_tasks(shop.id) == []
