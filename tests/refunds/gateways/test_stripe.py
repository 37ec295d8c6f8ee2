"""Stripe's answers and silences, as they count for the money."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from stripe.params import RefundCreateParams

from returns_app import clock
from returns_app.money import Money
from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from returns_app.refunds.gateways import (
    Accepted,
    AmountNotPayable,
    Busy,
    GatewayAway,
    RefundAttempt,
    Refused,
    Unknown,
)
from returns_app.refunds.gateways.stripe import StripeGateway, read_refund
from returns_app.refunds.gateways.stripe_amounts import from_stripe, to_stripe
from tests.practice.world import admin, practice_world
from tests.refunds.gateways.others import attempt, closing, stripe_gateway

TEN = Money(1000, "EUR")


@pytest.fixture
async def gateway(world: PracticeProcess) -> AsyncIterator[StripeGateway]:
    async with closing(stripe_gateway(world)) as opened:
        yield opened


@pytest.fixture
async def out(
    gateway: StripeGateway, practice: PracticeClient, request: pytest.FixtureRequest
) -> RefundAttempt:
    payment = await practice.seed_payment(request.node.name, 5000, "EUR")
    return await attempt(gateway, payment, TEN)


async def test_the_body_uses_names_stripe_knows_and_never_says_fraudulent(out: RefundAttempt) -> None:
    assert set(out.body) <= RefundCreateParams.__optional_keys__
    assert out.body["reason"] == "requested_by_customer"
    assert out.body["metadata"] == {"return": "RMA1", "refund": out.id}


async def test_a_charge_can_stand_for_the_payment(gateway: StripeGateway, out: RefundAttempt) -> None:
    async with closing(gateway):
        body = await gateway.body(id="r", payment_reference="ch_1", amount=TEN, told={})
    assert body["charge"] == "ch_1"
    assert "payment_intent" not in body


@pytest.mark.parametrize(
    ("fault", "answer", "made"),
    [
        ("rate_limit", Busy, 0),
        ("conflict", Busy, 0),
        ("stored_500", Unknown, 0),
        ("stored_500_after_work", Unknown, 1),
        ("lose_answer", Unknown, 1),
    ],
)
async def test_what_a_mishap_means(
    gateway: StripeGateway, practice: PracticeClient, out: RefundAttempt, fault: Any, answer: type, made: int
) -> None:
    await practice.fault(fault)
    told = await gateway.refund(out)
    assert isinstance(told, answer)
    assert told.sentence
    assert len(await practice.refunds(out.payment_reference)) == made
    found = await gateway.find(out)
    assert isinstance(found, Accepted) == bool(made)


async def test_a_time_out_is_unknown(
    world: PracticeProcess, gateway: StripeGateway, practice: PracticeClient, out: RefundAttempt
) -> None:
    await practice.fault("slow_answer", seconds=4)
    async with closing(stripe_gateway(world, patience=1.5)) as impatient:
        assert isinstance(await impatient.refund(out), Unknown)
    assert isinstance(await gateway.find(out), Accepted)


async def test_a_key_in_use_is_busy(
    gateway: StripeGateway, practice: PracticeClient, out: RefundAttempt
) -> None:
    await practice.fault("slow", seconds=2)
    first = asyncio.create_task(gateway.refund(out))
    await asyncio.sleep(0.5)
    assert isinstance(await gateway.refund(out), Busy)
    assert isinstance(await first, Accepted)


async def test_the_sdk_tries_again_under_the_same_key(
    world: PracticeProcess, practice: PracticeClient, out: RefundAttempt
) -> None:
    await practice.fault("lose_answer", times=2)
    async with closing(stripe_gateway(world, retries=2)) as patient:
        assert isinstance(await patient.refund(out), Accepted)
    assert len(await practice.refunds(out.payment_reference)) == 1


async def test_a_disputed_payment_is_refused_by_code(
    gateway: StripeGateway, practice: PracticeClient, out: RefundAttempt
) -> None:
    await practice.dispute(out.payment_reference)
    answer = await gateway.refund(out)
    assert isinstance(answer, Refused)
    assert answer.code == "charge_disputed"


async def test_a_payment_refunded_elsewhere_is_refused_by_code(
    gateway: StripeGateway, practice: PracticeClient, out: RefundAttempt
) -> None:
    await practice.refund_in_dashboard(out.payment_reference, 5000)
    answer = await gateway.refund(out)
    assert isinstance(answer, Refused)
    assert answer.code == "charge_already_refunded"
    [seen] = [
        one
        async for one in gateway.list_since(clock.now() - timedelta(minutes=5))
        if one.amount.minor == 5000
    ]
    assert seen.attempt is None


async def test_a_key_used_for_another_body_needs_a_look(gateway: StripeGateway, out: RefundAttempt) -> None:
    await gateway.refund(out)
    body = out.body | {"amount": 999}
    other = RefundAttempt(out.id, out.key, out.payment_reference, out.amount, body, out.created)
    assert isinstance(await gateway.refund(other), Unknown)


async def test_a_key_that_may_be_forgotten_is_read_before_it_is_sent(
    gateway: StripeGateway, world: PracticeProcess, practice: PracticeClient, out: RefundAttempt
) -> None:
    paid = await gateway.refund(out)
    await practice.lapse_keys()
    async with closing(stripe_gateway(world, lambda: clock.now() + timedelta(hours=25))) as next_day:
        assert await next_day.refund(out) == paid
        never_sent = await attempt(next_day, out.payment_reference, TEN)
        assert isinstance(await next_day.refund(never_sent), Accepted)
        await practice.fault("rate_limit", call="GET /v1/refunds")
        assert isinstance(await next_day.refund(never_sent), Busy)
    assert len(await practice.refunds(out.payment_reference)) == 2


async def test_a_refund_that_failed_later_is_found_failed(
    gateway: StripeGateway, practice: PracticeClient, out: RefundAttempt
) -> None:
    made = await gateway.refund(out)
    assert isinstance(made, Accepted)
    await practice.end_refund(made.gateway_id, "failed", "expired_or_canceled_card")
    found = await gateway.find(out)
    assert found == Accepted(made.gateway_id, "failed", "expired_or_canceled_card")


async def test_find_reads_past_the_first_page(gateway: StripeGateway, practice: PracticeClient) -> None:
    payment = await practice.seed_payment("pages", 5000, "EUR")
    first = await attempt(gateway, payment, Money(1, "EUR"))
    await gateway.refund(first)
    for _ in range(100):
        await practice.refund_in_dashboard(payment, 1)
    assert isinstance(await gateway.find(first), Accepted)


async def test_a_wrong_key_did_nothing_and_can_be_mended(world: PracticeProcess, out: RefundAttempt) -> None:
    async with closing(StripeGateway("sk_live_wrong", api=world.ready.url, retries=0)) as wrong:
        assert isinstance(await wrong.refund(out), Busy)
        with pytest.raises(GatewayAway):
            await wrong.find(out)


async def test_nobody_there_is_unknown_and_cannot_be_read(out: RefundAttempt) -> None:
    async with closing(StripeGateway("sk_test_1", api="http://127.0.0.1:9", retries=0)) as alone:
        assert isinstance(await alone.refund(out), Unknown)
        with pytest.raises(GatewayAway):
            await alone.find(out)


async def test_killed_between_commit_and_answer_exactly_one_refund_exists(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    async with (
        practice_world(folder) as first,
        admin(first) as practice,
        closing(stripe_gateway(first)) as gateway,
    ):
        payment = await practice.seed_payment("K1", 5000, "EUR")
        out = await attempt(gateway, payment, TEN)
        await practice.fault("slow_answer", seconds=30)
        asked = asyncio.create_task(gateway.refund(out))
        async with asyncio.timeout(10):
            while True:
                if await practice.refunds(payment):
                    break
                await asyncio.sleep(0.02)
        await first.kill()
        assert isinstance(await asked, Unknown)
    async with (
        practice_world(folder) as second,
        admin(second) as practice,
        closing(stripe_gateway(second)) as gateway,
    ):
        found = await gateway.find(out)
        assert isinstance(found, Accepted)
        assert await gateway.refund(out) == found
        assert len(await practice.refunds(payment)) == 1


def test_a_status_stripe_invents_later_counts_as_pending() -> None:
    told = {
        "id": "re_1",
        "status": "on_its_way",
        "amount": 5,
        "currency": "eur",
        "created": 1,
        "charge": "ch_1",
    }
    read = read_refund(told)
    assert (read.status, read.pending_reason, read.attempt) == ("pending", "on_its_way", None)
    assert read.payment_reference == "ch_1"


@pytest.mark.parametrize(
    ("amount", "number"),
    [
        (Money.of("12.34", "EUR"), 1234),
        (Money.of("9899", "JPY"), 9899),
        (Money.of("12.340", "KWD"), 12340),
        (Money.of("500", "ISK"), 50000),
        (Money.of("500", "UGX"), 50000),
        (Money.of("0.01", "USD"), 1),
    ],
)
def test_amounts_are_in_stripes_unit_and_come_back_the_same(amount: Money, number: int) -> None:
    assert to_stripe(amount) == number
    assert from_stripe(number, amount.currency.lower()) == amount


@pytest.mark.parametrize("amount", [Money.of("12.345", "KWD"), Money(0, "EUR"), Money(-5, "EUR")])
def test_amounts_stripe_cannot_pay_are_refused(amount: Money) -> None:
    with pytest.raises(AmountNotPayable):
        to_stripe(amount)
