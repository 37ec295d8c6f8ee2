"""What every gateway promises, tried on each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest

from returns_app import clock
from returns_app.money import Money
from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from returns_app.refunds.gateways import (
    GATEWAYS,
    Accepted,
    AmountNotPayable,
    Gateway,
    GatewayRefund,
    Refused,
    Unknown,
    open_gateways,
)
from returns_app.settings import read_settings
from tests.refunds.gateways.others import SIDES, OtherSide, attempt

EURO = Money(5000, "EUR")


@pytest.fixture(params=sorted(GATEWAYS))
def side(request: pytest.FixtureRequest, practice: PracticeClient, world: PracticeProcess) -> OtherSide:
    return SIDES[request.param](practice, world)


@pytest.fixture
async def gateway(side: OtherSide) -> AsyncIterator[Gateway]:
    opened = side.open(clock.now)
    yield opened
    await opened.close()


async def test_the_body_survives_the_database(gateway: Gateway) -> None:
    body = await gateway.body(id="r1", payment_reference="p1", amount=EURO, told={"return": "RMA1"})
    assert msgspec.json.decode(msgspec.json.encode(body)) == body


async def test_one_key_pays_once(side: OtherSide, gateway: Gateway) -> None:
    out = await attempt(gateway, await side.paid(EURO), Money(1200, "EUR"))
    first = await gateway.refund(out)
    assert isinstance(first, Accepted)
    assert first.status == "succeeded"
    assert await gateway.refund(out) == first
    assert await side.given_back(out.payment_reference) == [1200]


async def test_the_order_the_database_gives_the_body_in_does_not_matter(
    side: OtherSide, gateway: Gateway
) -> None:
    out = await attempt(gateway, await side.paid(EURO), Money(1200, "EUR"))
    first = await gateway.refund(out)
    turned = dict(reversed(out.body.items()))
    assert await gateway.refund(msgspec.structs.replace(out, body=turned)) == first


async def test_a_double_click_pays_once(side: OtherSide, gateway: Gateway) -> None:
    out = await attempt(gateway, await side.paid(EURO), Money(1200, "EUR"))
    await asyncio.gather(*(gateway.refund(out) for _ in range(5)))
    assert await side.given_back(out.payment_reference) == [1200]


async def test_two_refunds_of_the_same_amount_are_two(side: OtherSide, gateway: Gateway) -> None:
    payment = await side.paid(EURO)
    for _ in range(2):
        assert isinstance(await gateway.refund(await attempt(gateway, payment, Money(1200, "EUR"))), Accepted)
    assert await side.given_back(payment) == [1200, 1200]


async def test_more_than_was_paid_is_a_final_no(side: OtherSide, gateway: Gateway) -> None:
    payment = await side.paid(EURO)
    answer = await gateway.refund(await attempt(gateway, payment, Money(5001, "EUR")))
    assert isinstance(answer, Refused)
    assert answer.code
    assert answer.sentence
    assert await side.given_back(payment) == []


async def test_a_lost_answer_is_unknown_until_it_is_found(side: OtherSide, gateway: Gateway) -> None:
    out = await attempt(gateway, await side.paid(EURO), Money(1200, "EUR"))
    assert await gateway.find(out) is None
    await side.lose_answers(1)
    assert isinstance(await gateway.refund(out), Unknown)
    found = await gateway.find(out)
    assert isinstance(found, Accepted)
    assert await gateway.refund(out) == found
    assert await side.given_back(out.payment_reference) == [1200]


async def test_a_pending_refund_is_accepted_and_not_yet_paid(side: OtherSide, gateway: Gateway) -> None:
    out = await attempt(gateway, await side.paid(EURO), Money(1200, "EUR"))
    await side.end_pending()
    answer = await gateway.refund(out)
    assert isinstance(answer, Accepted)
    assert answer.status == "pending"


async def test_find_takes_no_other_refund_for_ours(side: OtherSide, gateway: Gateway) -> None:
    payment = await side.paid(EURO)
    await gateway.refund(await attempt(gateway, payment, Money(1200, "EUR")))
    assert await gateway.find(await attempt(gateway, payment, Money(1200, "EUR"))) is None


async def test_reconciliation_sees_what_was_given_back(side: OtherSide, gateway: Gateway) -> None:
    out = await attempt(gateway, await side.paid(EURO), Money(1234, "EUR"))
    answer = await gateway.refund(out)
    assert isinstance(answer, Accepted)
    seen = [one async for one in gateway.list_since(clock.now() - timedelta(minutes=5))]
    [ours] = [one for one in seen if one.attempt == out.id]
    assert isinstance(ours, GatewayRefund)
    assert (ours.gateway_id, ours.amount, ours.payment_reference) == (
        answer.gateway_id,
        out.amount,
        out.payment_reference,
    )
    assert [one async for one in gateway.list_since(clock.now() + timedelta(minutes=5))] == []


async def test_nothing_cannot_be_paid_back(gateway: Gateway) -> None:
    with pytest.raises(AmountNotPayable):
        await gateway.body(id="r1", payment_reference="p1", amount=Money.zero("EUR"), told={})


def test_settings_open_only_what_they_allow(tmp_path) -> None:
    assert open_gateways(read_settings({"RETURNS_DATA": str(tmp_path)})) == {}


async def test_a_key_in_the_settings_opens_stripe(tmp_path) -> None:
    settings = read_settings({"RETURNS_DATA": str(tmp_path), "STRIPE_SECRET_KEY": "sk_test_1"})
    opened = open_gateways(settings)
    assert list(opened) == ["stripe"]
    await opened["stripe"].close()
