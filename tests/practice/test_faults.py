"""Each mishap happens as announced, and as often."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest
import stripe

from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from tests.practice.test_stripe_api import sdk_for
from tests.practice.world import SECRET, Ear, admin, practice_world


@pytest.fixture(scope="module")
async def sdk(world: PracticeProcess) -> AsyncIterator[stripe.StripeClient]:
    async with sdk_for(world) as client:
        yield client


@pytest.fixture
async def intent(practice: PracticeClient) -> str:
    return await practice.seed_payment(f"F{time.monotonic_ns()}", 5000, "EUR")


async def refund(sdk: stripe.StripeClient, intent: str, amount: int = 5) -> stripe.Refund:
    return await sdk.v1.refunds.create_async(
        {"payment_intent": intent, "amount": amount}, {"idempotency_key": f"key-{intent}"}
    )


async def test_a_lost_answer_leaves_the_work_done(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("lose_answer")
    with pytest.raises(stripe.APIConnectionError):
        await refund(sdk, intent)
    [made] = await practice.refunds(intent)
    assert (await refund(sdk, intent)).id == made["id"]
    assert len(await practice.refunds(intent)) == 1


async def test_the_sdks_own_retry_after_a_lost_answer_pays_once(
    world: PracticeProcess, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("lose_answer", times=2)
    async with sdk_for(world, retries=2) as retrying:
        made = await refund(retrying, intent)
    assert [one["id"] for one in await practice.refunds(intent)] == [made.id]
    assert await practice.faults() == []


async def test_a_stored_500_is_replayed_and_nothing_is_done(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("stored_500")
    for _ in range(3):
        with pytest.raises(stripe.APIError) as problem:
            await refund(sdk, intent)
        assert problem.value.http_status == 500
    assert await practice.refunds(intent) == []


async def test_a_stored_500_after_work_hides_a_refund(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("stored_500_after_work")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            await refund(sdk, intent)
    assert len(await practice.refunds(intent)) == 1


async def test_a_conflict_and_a_rate_limit_do_nothing_and_are_not_stored(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("conflict")
    with pytest.raises(stripe.APIError) as problem:
        await refund(sdk, intent)
    assert problem.value.http_status == 409
    assert problem.value.error is not None
    assert problem.value.error.code == "idempotency_key_in_use"
    await practice.fault("rate_limit")
    with pytest.raises(stripe.RateLimitError):
        await refund(sdk, intent)
    assert await practice.refunds(intent) == []
    assert (await refund(sdk, intent)).amount == 5


async def test_a_running_key_is_in_use(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("slow", seconds=0.5)
    first = asyncio.create_task(refund(sdk, intent))
    await asyncio.sleep(0.2)
    with pytest.raises(stripe.APIError) as problem:
        await refund(sdk, intent)
    assert problem.value.http_status == 409
    assert (await first).id == (await refund(sdk, intent)).id


async def test_a_refund_ends_pending_until_it_is_decided(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str, app: Ear
) -> None:
    await practice.fault("end_pending")
    made = await refund(sdk, intent, 4000)
    assert (made.status, made.pending_reason) == ("pending", "processing")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": 2000})
    await practice.end_refund(made.id, "succeeded")
    assert (await sdk.v1.refunds.retrieve_async(made.id)).status == "succeeded"
    await app.hears(lambda told: json.loads(told.body)["type"] == "refund.updated")


async def test_a_refund_can_be_cancelled_only_while_the_shopper_must_act(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str
) -> None:
    await practice.fault("end_pending")
    made = await refund(sdk, intent, 5000)
    with pytest.raises(stripe.InvalidRequestError, match="status pending"):
        await sdk.v1.refunds.cancel_async(made.id)
    await practice.end_refund(made.id, "requires_action")
    assert (await sdk.v1.refunds.cancel_async(made.id)).status == "canceled"
    assert (await sdk.v1.refunds.create_async({"payment_intent": intent})).amount == 5000


async def test_the_webhook_can_come_before_the_answer(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str, app: Ear
) -> None:
    await practice.fault("webhook_first")
    await practice.fault("slow_answer", seconds=0.5)
    asked = asyncio.create_task(refund(sdk, intent))
    [told] = await app.hears(lambda told: json.loads(told.body)["type"] == "refund.created")
    assert not asked.done()
    assert (await asked).id == json.loads(told.body)["data"]["object"]["id"]


async def test_the_webhook_can_come_twice(
    sdk: stripe.StripeClient, practice: PracticeClient, intent: str, app: Ear
) -> None:
    await practice.fault("webhook_twice")
    await refund(sdk, intent)
    told = await app.hears(lambda told: json.loads(told.body)["type"] == "refund.created", count=2)
    assert told[0].body == told[1].body


async def test_killed_between_commit_and_answer_it_still_knows(
    tmp_path_factory: pytest.TempPathFactory, app: Ear
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    async with practice_world(folder, app.url) as first, admin(first) as practice, sdk_for(first) as sdk:
        intent = await practice.seed_payment("K1", 5000, "EUR")
        await practice.hold_hooks()
        await practice.fault("slow_answer", seconds=30)
        asked = asyncio.create_task(refund(sdk, intent))
        async with asyncio.timeout(10):
            while True:
                if made := await practice.refunds(intent):
                    break
                await asyncio.sleep(0.02)
        await first.kill()
        with pytest.raises(stripe.APIConnectionError):
            await asked
    app.told.clear()
    async with practice_world(folder) as second, admin(second) as practice, sdk_for(second) as sdk:
        assert second.ready.secret == SECRET
        assert (await refund(sdk, intent)).id == made[0]["id"]
        assert len(await practice.refunds(intent)) == 1
        await practice.release_hooks()
        await app.hears(lambda told: json.loads(told.body)["type"] == "refund.created")


async def test_it_ends_with_its_starters_input(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with practice_world(tmp_path_factory.mktemp("orphan")) as process:
        assert process.process.stdin is not None
        process.process.stdin.close()
        assert await asyncio.wait_for(process.process.wait(), 10) == 0
