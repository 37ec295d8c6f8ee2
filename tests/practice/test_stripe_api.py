"""The practice Stripe, spoken to by Stripe's own SDK."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import stripe
from stripe.params import (
    ChargeListParams,
    EventListParams,
    PaymentIntentCancelParams,
    PaymentIntentCaptureParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    RefundCancelParams,
    RefundCreateParams,
    RefundListParams,
    RefundUpdateParams,
)
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem
from stripe.params.checkout import SessionCreateParamsLineItemPriceData as PriceData
from stripe.params.checkout import SessionCreateParamsPaymentIntentData as IntentData

from returns_app.practice import stripe_checkout, stripe_lists, stripe_payments, stripe_refunds
from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from returns_app.practice.stripe_calls import API_VERSION
from returns_app.refunds.gateways.stripe import StripeWire


@pytest.fixture(scope="module")
async def sdk(world: PracticeProcess) -> AsyncIterator[stripe.StripeClient]:
    async with sdk_for(world) as client:
        yield client


class sdk_for:
    def __init__(self, world: PracticeProcess, key: str | None = None, retries: int = 0) -> None:
        self.wire = StripeWire(10, loopback=True)
        self.client = stripe.StripeClient(
            key or world.ready.stripe_key,
            base_addresses={"api": world.ready.url},
            max_network_retries=retries,
            http_client=self.wire,
        )

    async def __aenter__(self) -> stripe.StripeClient:
        return self.client

    async def __aexit__(self, *_: object) -> None:
        await self.wire.close_async()


async def paid(
    practice: PracticeClient, amount: int = 5000, currency: str = "EUR", method: str = "card"
) -> str:
    order = f"T{time.monotonic_ns()}"
    return await practice.seed_payment(order, amount, currency, method)


async def test_a_paid_intent_and_its_charge_can_be_read(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await sdk.v1.payment_intents.retrieve_async(await paid(practice, 5000, "EUR", "ideal"))
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 5000, "eur")
    charge = await sdk.v1.charges.retrieve_async(str(intent.latest_charge))
    assert charge.payment_intent == intent.id
    assert charge.payment_method_details.to_dict()["type"] == "ideal"


async def test_the_same_seed_gives_the_same_payment(practice: PracticeClient) -> None:
    assert await practice.seed_payment("S1", 100, "EUR") == await practice.seed_payment("S1", 100, "EUR")
    assert await practice.seed_payment("S1", 100, "EUR") != await practice.seed_payment("S2", 100, "EUR")


async def test_an_intent_is_created_confirmed_held_and_captured_by_the_sdk(sdk: stripe.StripeClient) -> None:
    wanted: Any = {"amount": 1200, "currency": "eur", "capture_method": "manual", "metadata": {"order": "1"}}
    intent = await sdk.v1.payment_intents.create_async(wanted)
    assert intent.status == "requires_payment_method"
    held = await sdk.v1.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})
    assert (held.status, held.amount_capturable) == ("requires_capture", 1200)
    with pytest.raises(stripe.InvalidRequestError, match="not been captured"):
        await sdk.v1.refunds.create_async({"payment_intent": intent.id})
    taken = await sdk.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": 1000})
    assert (taken.status, taken.amount_received) == ("succeeded", 1000)
    refund = await sdk.v1.refunds.create_async({"payment_intent": intent.id})
    assert refund.amount == 1000


async def test_an_intent_nobody_paid_can_be_cancelled_but_not_refunded(sdk: stripe.StripeClient) -> None:
    intent = await sdk.v1.payment_intents.create_async({"amount": 1200, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        await sdk.v1.refunds.create_async({"payment_intent": intent.id})
    assert (await sdk.v1.payment_intents.cancel_async(intent.id)).status == "canceled"


async def test_a_declined_card_is_a_card_error(sdk: stripe.StripeClient) -> None:
    wanted: Any = {
        "amount": 1,
        "currency": "eur",
        "payment_method": "pm_card_chargeDeclined",
        "confirm": True,
    }
    with pytest.raises(stripe.CardError) as refused:
        await sdk.v1.payment_intents.create_async(wanted)
    assert refused.value.code == "card_declined"


async def test_partial_refunds_add_up_and_the_rest_is_the_default(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice)
    first = await sdk.v1.refunds.create_async(
        {
            "payment_intent": intent,
            "amount": 1500,
            "reason": "requested_by_customer",
            "metadata": {"refund": "r1"},
        }
    )
    assert (first.status, first.amount, first.reason) == ("succeeded", 1500, "requested_by_customer")
    assert first.metadata is not None
    assert first.metadata.to_dict() == {"refund": "r1"}
    rest = await sdk.v1.refunds.create_async({"charge": str(first.charge)})
    assert rest.amount == 3500
    charge = await sdk.v1.charges.retrieve_async(str(first.charge))
    assert (charge.amount_refunded, charge.refunded) == (5000, True)


@pytest.mark.parametrize(
    ("amount", "currency", "sentence"),
    [
        (5001, "EUR", r"Refund amount \(€50\.01\) is greater than unrefunded amount on charge \(€50\.00\)"),
        (9900, "JPY", r"Refund amount \(¥9,900\) is greater than unrefunded amount on charge \(¥5,000\)"),
        (
            5010,
            "KWD",
            r"Refund amount \(5\.010 KWD\) is greater than unrefunded amount on charge \(5\.000 KWD\)",
        ),
    ],
)
async def test_more_than_is_left_is_refused_as_stripe_refuses_it(
    sdk: stripe.StripeClient, practice: PracticeClient, amount: int, currency: str, sentence: str
) -> None:
    intent = await paid(practice, 5000, currency)
    with pytest.raises(stripe.InvalidRequestError, match=sentence) as refused:
        await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": amount})
    assert (refused.value.param, refused.value.code, refused.value.http_status) == ("amount", None, 400)


async def test_a_charge_already_refunded_says_so(sdk: stripe.StripeClient, practice: PracticeClient) -> None:
    intent = await paid(practice)
    await sdk.v1.refunds.create_async({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"


async def test_simultaneous_refunds_never_exceed_the_charge(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice)
    tries = [sdk.v1.refunds.create_async({"payment_intent": intent, "amount": 2000}) for _ in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, stripe.Refund) for one in done) == 2
    assert sum(refund["amount"] for refund in await practice.refunds(intent)) == 4000


async def test_a_disputed_charge_cannot_be_refunded_until_the_dispute_is_won(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice)
    dispute = await practice.dispute(intent)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_disputed"
    await practice.end_dispute(dispute["id"], "won")
    assert (await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": 1})).amount == 1


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"payment_intent": "pi_none"}, "payment_intent", "resource_missing"),
        ({"charge": "ch_none"}, "charge", "resource_missing"),
        ({"amount": 5}, None, "parameter_missing"),
        ({"payment_intent": "PI", "amount": 0}, "amount", "parameter_invalid_integer"),
        ({"payment_intent": "PI", "amount": -5}, "amount", "parameter_invalid_integer"),
        ({"payment_intent": "PI", "amount": "0.5"}, "amount", "parameter_invalid_integer"),
        ({"payment_intent": "PI", "reason": "return"}, "reason", None),
        ({"payment_intent": "PI", "quantity": 1}, "quantity", "parameter_unknown"),
        ({"payment_intent": "PI", "metadata": {"k": "v" * 501}}, "metadata", None),
    ],
)
async def test_a_wrong_request_is_refused_by_name(
    sdk: stripe.StripeClient,
    practice: PracticeClient,
    body: dict[str, Any],
    param: str | None,
    code: str | None,
) -> None:
    intent = await paid(practice)
    body = {name: intent if value == "PI" else value for name, value in body.items()}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await sdk.v1.refunds.create_async(body)  # type: ignore[arg-type]  # wrong on purpose
    assert (refused.value.param, refused.value.code) == (param, code)
    assert await practice.refunds(intent) == []


async def test_a_refund_can_be_read_changed_and_expanded(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice)
    refund = await sdk.v1.refunds.create_async(
        {"payment_intent": intent, "amount": 7, "metadata": {"a": "1", "b": "2"}}
    )
    changed = await sdk.v1.refunds.update_async(refund.id, {"metadata": {"b": "", "c": "3"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    read = await sdk.v1.refunds.retrieve_async(refund.id, {"expand": ["charge"]})
    assert isinstance(read.charge, stripe.Charge)
    assert read.charge.amount_refunded == 7


async def test_refunds_of_a_payment_come_in_pages_the_newest_first(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent, other = await paid(practice), await paid(practice)
    await sdk.v1.refunds.create_async({"payment_intent": other, "amount": 9})
    for amount in range(1, 8):
        await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": amount})
    page = await sdk.v1.refunds.list_async({"payment_intent": intent, "limit": 3})
    assert [refund.amount for refund in page.data] == [7, 6, 5]
    assert page.has_more
    assert [refund.amount async for refund in page.auto_paging_iter()] == [7, 6, 5, 4, 3, 2, 1]
    before = await sdk.v1.refunds.list_async({"payment_intent": intent, "ending_before": page.data[2].id})
    assert [refund.amount for refund in before.data] == [7, 6]
    later = await sdk.v1.refunds.list_async({"created": {"gt": int(time.time()) + 60}})
    assert later.data == []


async def test_intents_and_events_are_listed(sdk: stripe.StripeClient, practice: PracticeClient) -> None:
    intent = await paid(practice)
    await sdk.v1.refunds.create_async({"payment_intent": intent, "amount": 5})
    newest = (await sdk.v1.payment_intents.list_async({"limit": 1})).data[0]
    assert newest.id == intent
    events = await sdk.v1.events.list_async({"types": ["refund.created", "charge.refunded"], "limit": 2})
    assert {event.type for event in events.data} == {"refund.created", "charge.refunded"}
    assert {event.api_version for event in events.data} == {stripe.api_version}
    read = await sdk.v1.events.retrieve_async(events.data[0].id)
    assert read.to_dict() == events.data[0].to_dict()


async def test_the_same_key_replays_the_answer_and_refunds_once(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice)
    body: Any = {"payment_intent": intent, "amount": 5, "metadata": {"a": "1", "b": "2"}}
    again: Any = {"metadata": {"b": "2", "a": "1"}, "amount": 5, "payment_intent": intent}
    first = await sdk.v1.refunds.create_async(body, {"idempotency_key": f"k-{intent}"})
    second = await sdk.v1.refunds.create_async(again, {"idempotency_key": f"k-{intent}"})
    assert first.to_dict() == second.to_dict()
    assert second.last_response is not None
    assert second.last_response.headers["idempotent-replayed"] == "true"
    assert len(await practice.refunds(intent)) == 1


async def test_the_same_key_with_other_parameters_is_an_idempotency_error(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice)
    await sdk.v1.refunds.create_async(
        {"payment_intent": intent, "amount": 5}, {"idempotency_key": f"k-{intent}"}
    )
    with pytest.raises(stripe.IdempotencyError):
        await sdk.v1.refunds.create_async(
            {"payment_intent": intent, "amount": 6}, {"idempotency_key": f"k-{intent}"}
        )


async def test_a_refusal_after_work_began_is_replayed_but_a_validation_error_is_not(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    intent = await paid(practice, 100)
    too_much: Any = {"payment_intent": intent, "amount": 101}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as refused:
            await sdk.v1.refunds.create_async(too_much, {"idempotency_key": f"a-{intent}"})
    assert refused.value.headers is not None
    assert refused.value.headers["idempotent-replayed"] == "true"
    wrong: Any = {"payment_intent": intent, "amount": -1}
    with pytest.raises(stripe.InvalidRequestError):
        await sdk.v1.refunds.create_async(wrong, {"idempotency_key": f"b-{intent}"})
    right: Any = {"payment_intent": intent, "amount": 1}
    assert (await sdk.v1.refunds.create_async(right, {"idempotency_key": f"b-{intent}"})).amount == 1


async def test_a_lapsed_key_is_a_new_one(sdk: stripe.StripeClient, practice: PracticeClient) -> None:
    intent = await paid(practice)
    for _ in range(2):
        await sdk.v1.refunds.create_async(
            {"payment_intent": intent, "amount": 5}, {"idempotency_key": "lapsing"}
        )
        await practice.lapse_keys()
    assert len(await practice.refunds(intent)) == 2


async def test_a_checkout_session_is_made_paid_and_tells_its_intent(
    sdk: stripe.StripeClient, practice: PracticeClient
) -> None:
    session = await _session(sdk)
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 2500)
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(str(session.url))
        assert "Pay €25.00" in page.text
        answer = await browser.post(str(session.url))
    assert answer.headers["location"] == f"http://shop.test/thanks?session={session.id}"
    read = await sdk.v1.checkout.sessions.retrieve_async(session.id)
    assert (read.status, read.payment_status) == ("complete", "paid")
    intent = await sdk.v1.payment_intents.retrieve_async(str(read.payment_intent))
    assert intent.amount_received == 2500
    assert intent.metadata is not None
    assert intent.metadata.to_dict() == {"exchange": "x1"}
    with pytest.raises(stripe.InvalidRequestError, match="is complete, not open"):
        await sdk.v1.checkout.sessions.expire_async(session.id)


async def test_an_expired_checkout_session_takes_no_money(sdk: stripe.StripeClient) -> None:
    session = await _session(sdk)
    assert (await sdk.v1.checkout.sessions.expire_async(session.id)).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="30 minutes"):
        await _session(sdk, expires_at=int(time.time()) + 60)


async def _session(sdk: stripe.StripeClient, **more: Any) -> stripe.checkout.Session:
    price = {"currency": "eur", "unit_amount": 1250, "product_data": {"name": "Price difference"}}
    wanted: Any = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 2}],
        "success_url": "http://shop.test/thanks?session={CHECKOUT_SESSION_ID}",
        "client_reference_id": "x1",
        "payment_intent_data": {"metadata": {"exchange": "x1"}},
    }
    return await sdk.v1.checkout.sessions.create_async({**wanted, **more})


async def test_a_wrong_key_and_an_unknown_path_are_refused(world: PracticeProcess) -> None:
    async with sdk_for(world, "sk_live_really") as live:
        with pytest.raises(stripe.AuthenticationError):
            await live.v1.refunds.list_async()
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"authorization": f"Bearer {world.ready.stripe_key}"}
        answer = await client.get(f"{world.ready.url}/v1/payouts", headers=headers)
        assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
        assert (await client.get(f"{world.ready.url}/v1/refunds")).status_code == 401
        assert (await client.get(f"{world.ready.url}/_practice/mails")).status_code == 401


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (stripe_refunds.CREATE, RefundCreateParams),
        (stripe_refunds.UPDATE, RefundUpdateParams),
        (stripe_refunds.CANCEL, RefundCancelParams),
        (stripe_payments.CREATE, PaymentIntentCreateParams),
        (stripe_payments.CONFIRM, PaymentIntentConfirmParams),
        (stripe_payments.CAPTURE, PaymentIntentCaptureParams),
        (stripe_payments.CANCEL, PaymentIntentCancelParams),
        (stripe_checkout.CREATE, SessionCreateParams),
        (stripe_checkout.LINE_ITEM, SessionCreateParamsLineItem),
        (stripe_checkout.PRICE, PriceData),
        (stripe_checkout.INTENT, IntentData),
        ({**stripe_lists.PAGED, **stripe_lists.FILTERS["refund"]}, RefundListParams),
        ({**stripe_lists.PAGED, **stripe_lists.FILTERS["payment_intent"]}, PaymentIntentListParams),
        ({**stripe_lists.PAGED, **stripe_lists.FILTERS["charge"]}, ChargeListParams),
        ({**stripe_lists.PAGED, **stripe_lists.FILTERS["event"]}, EventListParams),
    ],
)
def test_every_parameter_taken_is_one_of_stripes(ours: dict[str, Any], theirs: Any) -> None:
    assert set(ours) <= theirs.__required_keys__ | theirs.__optional_keys__


def test_events_carry_the_version_the_sdk_speaks() -> None:
    assert stripe.api_version == API_VERSION
