"""The worker dies again and again while Stripe is being asked: in the end there is one refund."""

from __future__ import annotations

import asyncio

import pytest

from returns_app import clock, database
from returns_app.merchants.queries import Shop
from returns_app.practice.faults import Kind
from returns_app.returns.queries import return_seen
from tests.makers import a_return
from tests.stories.shop import Bought
from tests.stories.test_verbs_to_settled import received_and_graded, settled
from tests.stories.world import Machine

KILLS = 3


@pytest.mark.parametrize("fault", ["slow", "slow_answer"])
async def test_killed_between_the_row_and_the_answer_it_pays_once(
    world: Machine, shop: Shop, bought: Bought, fault: Kind
) -> None:
    """`slow` dies before Stripe has done anything, `slow_answer` after it has and before it said so."""
    asked = await a_return(shop, bought.order, at=clock.now())
    await world.practice.fault(fault, times=KILLS, seconds=3, call="POST /v1/refunds")
    await received_and_graded(shop, asked.id)
    for tries in range(1, KILLS + 1):
        if await world.until(lambda tries=tries: _sending_or_done(tries)) != "sending":
            break  # Read from Stripe after the first restart: it had been done.
        await asyncio.sleep(0.3)
        world.worker.kill()
        world.worker.start()
    else:
        assert fault == "slow"
    await settled(world, shop, asked.id)
    assert [refund["amount"] for refund in await world.practice.refunds(bought.payment)] == [8000]
    row = await database.fetch_one("SELECT reserved, refunded FROM payments")
    assert row is not None
    assert tuple(row) == (0, 8000)
    assert (await return_seen(shop.id, asked.id)).status == "settled"


async def _sending_or_done(tries: int) -> str:
    row = await database.fetch_one("SELECT state, tries FROM refunds")
    if row is None or (row["state"], row["tries"] >= tries) in (("sending", False), ("planned", False)):
        return ""
    return row["state"] if row["state"] in ("sending", "succeeded") else ""
