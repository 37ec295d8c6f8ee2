"""Webhooks arrive signed, at least once, until somebody says yes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
import stripe

from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from tests.practice.world import Ear, Told


def of_type(type: str) -> Callable[[Told], bool]:
    return lambda told: json.loads(told.body).get("type") == type


async def refunded(practice: PracticeClient, amount: int = 5) -> str:
    """A refund made in the dashboard, to have something to tell of."""
    intent = await practice.seed_payment(f"H{time.monotonic_ns()}", 5000, "EUR")
    return (await practice.refund_in_dashboard(intent, amount))["id"]


async def test_a_refund_is_told_with_a_signature_stripe_accepts(
    world: PracticeProcess, practice: PracticeClient, app: Ear
) -> None:
    refund = await refunded(practice)
    [told] = await app.hears(of_type("refund.created"))
    assert told.path == "/hooks/stripe"
    header, secret = told.headers["stripe-signature"], world.ready.stripe_webhook_secret
    event = stripe.Webhook.construct_event(told.body, header, secret)
    assert (event.type, event.data.object.id, event.api_version) == (
        "refund.created",
        refund,
        stripe.api_version,
    )
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(told.body + b" ", header, secret)
    [charge] = await app.hears(of_type("charge.refunded"))
    assert json.loads(charge.body)["data"]["object"]["amount_refunded"] == 5
    assert json.loads(charge.body)["data"]["previous_attributes"] == {"amount_refunded": 0}


async def test_a_hook_nobody_took_comes_again_with_a_new_stamp(practice: PracticeClient, app: Ear) -> None:
    app.statuses = [500, 503, 500, 500]
    await refunded(practice)
    told = await app.hears(of_type("refund.created"), count=2)
    assert told[0].body == told[1].body
    await practice.hooks_arrived()
    assert len(app.told) == 6
    assert {hook.outcome for hook in await practice.hooks()} == {"delivered"}


async def test_a_refund_that_fails_after_it_succeeded_gives_the_money_back(
    practice: PracticeClient, app: Ear
) -> None:
    refund = await refunded(practice, 700)
    failed = await practice.end_refund(refund, "failed", "expired_or_canceled_card")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    [told] = await app.hears(of_type("refund.failed"))
    event = json.loads(told.body)
    assert event["data"]["previous_attributes"]["status"] == "succeeded"
    await app.hears(of_type("charge.refund.updated"))
    again = await practice.refund_in_dashboard(failed["payment_intent"], 5000)
    assert again["amount"] == 5000


async def test_a_dispute_and_its_end_are_told(practice: PracticeClient, app: Ear) -> None:
    intent = await practice.seed_payment(f"D{time.monotonic_ns()}", 5000, "EUR")
    dispute = await practice.dispute(intent)
    await app.hears(of_type("charge.dispute.created"))
    await practice.end_dispute(dispute["id"], "lost")
    [closed] = await app.hears(of_type("charge.dispute.closed"))
    assert json.loads(closed.body)["data"]["object"]["status"] == "lost"


async def test_held_hooks_wait_for_their_release(practice: PracticeClient, app: Ear) -> None:
    await practice.hold_hooks()
    await refunded(practice)
    with pytest.raises(TimeoutError):
        await app.hears(of_type("refund.created"), within=0.3)
    await practice.release_hooks()
    await app.hears(of_type("refund.created"))


async def test_events_the_app_is_not_signed_up_for_are_only_listed(
    practice: PracticeClient, app: Ear
) -> None:
    await refunded(practice)
    await practice.hooks_arrived()
    assert "payment_intent.succeeded" in {event["type"] for event in await practice.events()}
    assert {json.loads(told.body)["type"] for told in app.told} == {"refund.created", "charge.refunded"}
