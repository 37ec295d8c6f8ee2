"""What was called off and comes all the same, what no policy is asked about, and two people at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.returns.cancel import cancel
from returns_app.returns.expire import expire, reopen
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.refusals import AlreadyDecided, LineClosed
from returns_app.returns.review import approve, reject
from returns_app.settlement.settle import settle
from tests.makers import AT, OWNER, a_return, a_shop, a_wish, an_order, line_ids, shoe
from tests.settlement.shops import a_shop_that_says, ask, rule

CARRIER = Actor("carrier")


async def test_what_nobody_had_decided_on_goes_to_a_person_when_it_comes_all_the_same(db: str) -> None:
    """Called off while it waited for a decision: its arrival is not a yes."""
    shop = await a_shop_that_says(accept='"review"')
    order = await an_order(shop, buyer="business")
    asked = await ask(shop, order, ((await line_ids(order))[0], "refund"))
    await cancel(asked.id, merchant=shop.id, actor=OWNER, at=AT)
    [line] = (await return_seen(shop.id, asked.id)).lines
    await receive(asked.id, {line.id: Count(received=1)}, step="box", merchant=shop.id, actor=OWNER, at=AT)
    assert not await settle(asked.id, merchant=shop.id, at=AT)
    seen = await return_seen(shop.id, asked.id)
    assert (seen.status, seen.lines[0].decision) == ("in_review", "in_review")
    await approve(asked.id, merchant=shop.id, actor=OWNER, at=AT)
    assert await settle(asked.id, merchant=shop.id, at=AT)


async def test_what_was_approved_is_approved_again(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    await cancel(asked.id, merchant=shop.id, actor=OWNER, at=AT)
    assert await reopen(asked.id, merchant=shop.id, actor=CARRIER, at=AT)
    seen = await return_seen(shop.id, asked.id)
    assert (seen.status, seen.lines[0].decision) == ("approved", "accepted")


async def test_what_is_in_another_return_by_now_stays_called_off(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    asked = await a_return(shop, order)
    await cancel(asked.id, merchant=shop.id, actor=OWNER, at=AT)
    await a_return(shop, order)
    assert not await reopen(asked.id, merchant=shop.id, actor=CARRIER, at=AT)
    assert (await return_seen(shop.id, asked.id)).status == "cancelled"


async def test_expiring_and_a_scan_at_once_leave_the_return_alive(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    late = AT + timedelta(days=90)
    for _ in range(3):
        await asyncio.gather(
            expire(asked.id, merchant=shop.id, day=late.date(), at=late),
            reopen(asked.id, merchant=shop.id, actor=CARRIER, at=late),
        )
        await reopen(asked.id, merchant=shop.id, actor=CARRIER, at=late)
        assert (await return_seen(shop.id, asked.id)).status == "approved"
        assert len(await database.fetch("SELECT 1 FROM unit_claims")) == 1


async def test_yes_and_no_at_once_is_one_of_them(db: str) -> None:
    shop = await a_shop_that_says(accept='"review"')
    order = await an_order(shop, buyer="business")
    asked = await ask(shop, order, ((await line_ids(order))[0], "refund"))
    answers = await asyncio.gather(
        approve(asked.id, merchant=shop.id, actor=OWNER, at=AT),
        reject(asked.id, reason="worn", merchant=shop.id, actor=OWNER, at=AT),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers if answer is not None] == [AlreadyDecided]


async def test_a_charge_cannot_be_sent_back(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop, total="82.00", charges=[{"name": "Gift wrap", "amount": "2.00"}])
    row = await database.fetch_one("SELECT id FROM order_lines WHERE kind = 'service'")
    assert row is not None
    with pytest.raises(LineClosed):
        await ask(shop, order, (row["id"], "refund"))


async def test_what_a_marketplace_pays_back_itself_is_not_asked_for_here(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop, settled_by="marketplace")
    with pytest.raises(LineClosed):
        await a_wish(shop, order)


async def test_what_the_bench_refused_is_the_shoppers_again(db: str) -> None:
    """A refused line holds no units: what breaks later can still be claimed."""
    shop = await a_shop_that_says(rule("Spoilt", {"verdict": '"refuse"'}, '{ grade = "D" }'))
    order = await an_order(shop, shoe(), buyer="business")
    asked = await ask(shop, order, ((await line_ids(order))[0], "refund"))
    [line] = (await return_seen(shop.id, asked.id)).lines
    await receive(asked.id, {line.id: Count(received=1)}, step="box", merchant=shop.id, actor=OWNER, at=AT)
    judged = {line.id: Judged(grade="D", disposition="back_to_shopper")}
    await grade(asked.id, judged, step=str(uuid4()), merchant=shop.id, actor=OWNER, at=AT)
    assert not await settle(asked.id, merchant=shop.id, at=AT)
    assert await database.fetch("SELECT 1 FROM unit_claims") == []
