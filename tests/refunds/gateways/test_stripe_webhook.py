"""Only what Stripe signed just now is news, and each kind is read for what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from returns_app.money import Money
from returns_app.refunds.gateways.stripe_webhook import (
    ChargeRefunded,
    CheckoutNews,
    DisputeNews,
    OtherNews,
    RefundNews,
    WebhookRefused,
    read_webhook,
)

SECRET = "whsec_now"
OLD_SECRET = "whsec_before"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# The shapes follow stripe/openapi's example objects of August 2026, cut to what is read.
REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 100,
    "charge": "ch_1",
    "created": 1234567890,
    "currency": "usd",
    "metadata": {"refund": "our-1"},
    "payment_intent": "pi_1",
    "status": "succeeded",
}
CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount_refunded": 9899,
    "currency": "jpy",
    "payment_intent": "pi_1",
}
DISPUTE = {
    "id": "dp_1",
    "object": "dispute",
    "amount": 1000,
    "charge": "ch_1",
    "currency": "usd",
    "payment_intent": None,
    "reason": "general",
    "status": "needs_response",
}
SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "amount_total": 2500,
    "client_reference_id": "x1",
    "currency": "eur",
    "payment_intent": "pi_2",
    "payment_status": "paid",
    "status": "complete",
}


def event(type: str, about: dict[str, Any]) -> bytes:
    told = {"id": "evt_1", "object": "event", "api_version": stripe.api_version, "created": 1764000000}
    return json.dumps({**told, "type": type, "data": {"object": about}}).encode()


def signed(payload: bytes, at: datetime = NOW, secret: str = SECRET) -> str:
    stamp = int(at.timestamp())
    return stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, stamp)


def news(type: str, about: dict[str, Any]) -> Any:
    payload = event(type, about)
    return read_webhook(payload, signed(payload), [SECRET], NOW).about


@pytest.mark.parametrize(
    "type", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"]
)
def test_a_refunds_news_carries_the_refund(type: str) -> None:
    told = news(type, REFUND)
    assert isinstance(told, RefundNews)
    refund = told.refund
    assert (refund.gateway_id, refund.attempt, refund.payment_reference) == ("re_1", "our-1", "pi_1")
    assert (refund.amount, refund.status) == (Money(100, "USD"), "succeeded")


def test_a_failed_refund_says_why() -> None:
    told = news("refund.failed", {**REFUND, "status": "failed", "failure_reason": "expired_or_canceled_card"})
    assert (told.refund.status, told.refund.failure_reason) == ("failed", "expired_or_canceled_card")


def test_a_refund_made_elsewhere_is_not_ours() -> None:
    assert news("refund.created", {**REFUND, "metadata": {}}).refund.attempt is None


def test_a_charges_news_says_how_much_is_refunded_by_now() -> None:
    assert news("charge.refunded", CHARGE) == ChargeRefunded("pi_1", "ch_1", Money(9899, "JPY"))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("needs_response", "open"),
        ("under_review", "open"),
        ("won", "won"),
        ("lost", "lost"),
        ("warning_needs_response", "warning"),
        ("warning_closed", "warning"),
    ],
)
def test_a_disputes_news_says_how_it_stands(status: str, state: str) -> None:
    told = news("charge.dispute.updated", {**DISPUTE, "status": status})
    assert told == DisputeNews("dp_1", "ch_1", "ch_1", Money(1000, "USD"), state, "general")


@pytest.mark.parametrize(
    ("type", "payment_status", "state"),
    [
        ("checkout.session.completed", "paid", "paid"),
        ("checkout.session.completed", "unpaid", "processing"),
        ("checkout.session.async_payment_succeeded", "paid", "paid"),
        ("checkout.session.async_payment_failed", "unpaid", "failed"),
        ("checkout.session.expired", "unpaid", "expired"),
    ],
)
def test_a_payment_pages_news_says_whether_it_was_paid(type: str, payment_status: str, state: str) -> None:
    told = news(type, {**SESSION, "payment_status": payment_status})
    assert told == CheckoutNews("cs_1", "x1", "pi_2", Money(2500, "EUR"), state)


def test_anything_else_is_nothing_to_act_on() -> None:
    payload = event("customer.created", {"id": "cus_1"})
    told = read_webhook(payload, signed(payload), [SECRET], NOW)
    assert told.about == OtherNews()
    assert (told.event_id, told.type, told.api_version) == ("evt_1", "customer.created", stripe.api_version)
    assert told.created == datetime.fromtimestamp(1764000000, UTC)


def test_either_secret_counts_while_they_are_rotated() -> None:
    payload = event("refund.created", REFUND)
    assert (
        read_webhook(payload, signed(payload, secret=OLD_SECRET), [SECRET, OLD_SECRET], NOW).event_id
        == "evt_1"
    )
    both = f"{signed(payload, secret='whsec_third')},v1={signed(payload).rpartition('=')[2]}"
    assert read_webhook(payload, both, [SECRET], NOW).event_id == "evt_1"


@pytest.mark.parametrize("apart", [timedelta(minutes=4, seconds=59), timedelta(minutes=-4, seconds=-59)])
def test_a_stamp_nearly_now_is_accepted(apart: timedelta) -> None:
    payload = event("refund.created", REFUND)
    assert read_webhook(payload, signed(payload, NOW + apart), [SECRET], NOW).event_id == "evt_1"


PAYLOAD = event("refund.created", REFUND)


@pytest.mark.parametrize(
    ("payload", "header", "secrets"),
    [
        pytest.param(PAYLOAD, signed(PAYLOAD, NOW - timedelta(minutes=6)), [SECRET], id="old"),
        pytest.param(PAYLOAD, signed(PAYLOAD, NOW + timedelta(minutes=6)), [SECRET], id="from the future"),
        pytest.param(PAYLOAD, signed(PAYLOAD, secret="whsec_else"), [SECRET], id="another secret"),
        pytest.param(PAYLOAD + b" ", signed(PAYLOAD), [SECRET], id="changed"),
        pytest.param(PAYLOAD, "", [SECRET], id="no header"),
        pytest.param(PAYLOAD, "t=now,v1=00", [SECRET], id="no stamp"),
        pytest.param(PAYLOAD, "t=1764000000,v1=é", [SECRET], id="beyond ASCII"),
        pytest.param(PAYLOAD, signed(PAYLOAD).replace("v1", "v0"), [SECRET], id="another scheme"),
        pytest.param(PAYLOAD, signed(PAYLOAD), [], id="no secret"),
        pytest.param(
            PAYLOAD, stripe.WebhookSignature.generate_signature_header("x", "y"), [""], id="empty secret"
        ),
        pytest.param(b"\xff\xfe", signed(PAYLOAD), [SECRET], id="not text"),
        pytest.param(b"not json", signed(b"not json"), [SECRET], id="not JSON"),
        pytest.param(b"[]", signed(b"[]"), [SECRET], id="no event"),
        pytest.param(b"{}", signed(b"{}"), [SECRET], id="empty"),
    ],
)
def test_what_is_not_signed_now_is_refused(payload: bytes, header: str, secrets: list[str]) -> None:
    with pytest.raises(WebhookRefused):
        read_webhook(payload, header, secrets, NOW)


def test_two_stamps_cannot_smuggle_an_old_body() -> None:
    payload = event("refund.created", REFUND)
    old = signed(payload, NOW - timedelta(days=1))
    fresh = f"t={int(NOW.timestamp())}"
    for header in (f"{fresh},{old}", f"{old},{fresh}"):
        with pytest.raises(WebhookRefused):
            read_webhook(payload, header, [SECRET], NOW)
