"""Stripe's webhooks: only what is signed, and signed just now, becomes news."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import stripe

from returns_app.money import Money
from returns_app.refunds.gateways.contract import GatewayRefund
from returns_app.refunds.gateways.stripe import read_refund
from returns_app.refunds.gateways.stripe_amounts import from_stripe

TOLERANCE = timedelta(minutes=5)


class WebhookRefused(ValueError):
    """Not signed with our secret, or not from now. Nothing of it may be believed."""

    status = 400
    code = "webhook-refused"


class RefundNews(msgspec.Struct, frozen=True, tag="refund"):
    """A refund came to be or changed. Events arrive in any order: `find` tells the truth."""

    refund: GatewayRefund


class ChargeRefunded(msgspec.Struct, frozen=True, tag="charge_refunded"):
    """Of this payment so much has been refunded by now, by us or elsewhere."""

    payment_reference: str
    charge: str
    refunded: Money


class DisputeNews(msgspec.Struct, frozen=True, tag="dispute"):
    """The shopper's bank took money back, or gave it back: `open`, "won" or "lost" in `state`."""

    dispute: str
    payment_reference: str
    charge: str
    amount: Money
    state: str
    """ "open", "won", "lost" or "warning" (no money has moved yet)."""
    reason: str


class CheckoutNews(msgspec.Struct, frozen=True, tag="checkout"):
    """A payment page ended or was paid."""

    session: str
    reference: str | None
    payment_reference: str | None
    amount: Money | None
    state: str
    """ "paid", "processing", "failed" or "expired"."""


class OtherNews(msgspec.Struct, frozen=True, tag="other"):
    """Nothing we act on."""


About = RefundNews | ChargeRefunded | DisputeNews | CheckoutNews | OtherNews


class StripeNews(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook. The same `event_id` may come again."""

    event_id: str
    type: str
    created: datetime
    api_version: str | None
    about: About


def read_webhook(payload: bytes, header: str, secrets: Iterable[str], now: datetime) -> StripeNews:
    """The news in a webhook signed with one of `secrets` (several while they are rotated).

    Raises WebhookRefused on a wrong signature, a stamp more than five minutes old or ahead, or a
    body that is no event.
    """
    _check_signature(payload, header, secrets)
    _check_stamp(header, now)
    return read_stored(payload)


def read_stored(payload: bytes) -> StripeNews:
    """The news in a webhook that was checked when it came in. Raises WebhookRefused when it is no event."""
    try:
        event = json.loads(payload)
        return StripeNews(
            event_id=event["id"],
            type=event["type"],
            created=datetime.fromtimestamp(event["created"], UTC),
            api_version=event.get("api_version"),
            about=_about(event["type"], event["data"]["object"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise WebhookRefused("The body is no event of Stripe's.") from problem


def _check_signature(payload: bytes, header: str, secrets: Iterable[str]) -> None:
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(payload, header, secret, tolerance=None)
        except (stripe.SignatureVerificationError, UnicodeError, TypeError):
            continue  # TypeError: its comparison refuses text beyond ASCII in the header.
        return
    raise WebhookRefused("The signature does not match.")


def _check_stamp(header: str, now: datetime) -> None:
    """Stripe's own check lets stamps from the future pass."""
    stamps = [part.split("=")[1] for part in header.split(",") if part.startswith("t=")]
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        raise WebhookRefused("The stamp is not from now.")


def _about(type: str, told: Mapping[str, Any]) -> About:
    family = next((family for family in _READERS if type.startswith(family)), None)
    return _READERS[family](type, told) if family else OtherNews()


def _refund(type: str, told: Mapping[str, Any]) -> About:
    return RefundNews(read_refund(told))


def _charge(type: str, told: Mapping[str, Any]) -> About:
    refunded = from_stripe(told["amount_refunded"], told["currency"])
    return ChargeRefunded(told.get("payment_intent") or told["id"], told["id"], refunded)


def _dispute(type: str, told: Mapping[str, Any]) -> About:
    status: str = told["status"]
    state = status if status in ("won", "lost") else "warning" if status.startswith("warning_") else "open"
    return DisputeNews(
        dispute=told["id"],
        payment_reference=told.get("payment_intent") or told["charge"],
        charge=told["charge"],
        amount=from_stripe(told["amount"], told["currency"]),
        state=state,
        reason=told.get("reason") or "",
    )


def _checkout(type: str, told: Mapping[str, Any]) -> About:
    amount = told.get("amount_total")
    return CheckoutNews(
        session=told["id"],
        reference=told.get("client_reference_id"),
        payment_reference=told.get("payment_intent"),
        amount=None if amount is None else from_stripe(amount, told["currency"]),
        state=_checkout_state(type, told),
    )


def _checkout_state(type: str, told: Mapping[str, Any]) -> str:
    """A completed page may still wait for a slow payment method."""
    if type == "checkout.session.expired":
        return "expired"
    if type == "checkout.session.async_payment_failed":
        return "failed"
    return "paid" if told.get("payment_status") in ("paid", "no_payment_required") else "processing"


_READERS: dict[str, Callable[[str, Mapping[str, Any]], About]] = {
    "refund.": _refund,
    "charge.refund.": _refund,
    "charge.refunded": _charge,
    "charge.dispute.": _dispute,
    "checkout.session.": _checkout,
}
