"""The worker dies again and again while Stripe is being asked: in the end there is one refund."""

from __future__ import annotations

import asyncio

import pytest

from returns_app import clock, database
from returns_app.returns.queries import return_seen
from tests.makers import a_return, a_shop, an_order
from tests.stories.test_verbs_to_settled import received_and_graded, settled
from tests.stories.world import Machine

KILLS = 3


@pytest.mark.parametrize("fault", ["slow", "slow_answer"])
async def test_killed_between_the_row_and_the_answer_it_pays_once(world: Machine, fault: str) -> None:
    """`slow` dies before Stripe has done anything, `slow_answer` after it has and before it said so."""
    shop = await a_shop()
    reference = await world.practice.seed_payment(f"crash-{fault}", 8000, "EUR")
    asked = await a_return(shop, await an_order(shop, reference=reference), at=clock.now())
    await world.practice.fault(fault, times=KILLS, seconds=3, call="POST /v1/refunds")
    await received_and_graded(shop, asked.id)
    for kill in range(KILLS):
        await world.until(lambda kill=kill: _being_sent(kill + 1))
        await asyncio.sleep(0.3)
        world.worker.kill()
        world.worker.start()
    await settled(world, shop, asked.id)
    assert [refund["amount"] for refund in await world.practice.refunds(reference)] == [8000]
    row = await database.fetch_one("SELECT reserved, refunded FROM payments")
    assert row is not None
    assert tuple(row) == (0, 8000)
    assert (await return_seen(shop.id, asked.id)).status == "settled"


async def _being_sent(tries: int) -> bool:
    rows = await database.fetch("SELECT 1 FROM refunds WHERE state = 'sending' AND tries >= $1", tries)
    return bool(rows)
