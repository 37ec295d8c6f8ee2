"""Payment intents and their charges, as far as a returns app needs them: paid, authorised, disputed."""

from __future__ import annotations

from typing import Any

from returns_app.practice.state import Document, State
from returns_app.practice.stripe_calls import Call, new_id, now
from returns_app.practice.stripe_errors import StripeRefusal, invalid, missing
from returns_app.practice.stripe_forms import (
    flag,
    metadata,
    one_of,
    positive,
    read,
    text,
    texts,
    tree,
)

CREATE = {
    "allowed_payment_method_types": texts,
    "amount": positive,
    "currency": text,
    "automatic_payment_methods": tree,
    "capture_method": one_of("automatic", "automatic_async", "manual"),
    "confirm": flag,
    "customer": text,
    "description": text,
    "expand": texts,
    "metadata": metadata,
    "payment_method": text,
    "receipt_email": text,
    "return_url": text,
}
CONFIRM = {"payment_method": text, "return_url": text, "expand": texts}
CAPTURE = {"amount_to_capture": positive, "expand": texts}
CANCEL = {"cancellation_reason": text, "expand": texts}

METHODS: dict[str, Document] = {
    "card": {"brand": "visa", "country": "NL", "exp_month": 8, "exp_year": 2030, "last4": "4242"},
    "ideal": {"bank": "ing", "bic": "INGBNL2A", "iban_last4": "6789"},
    "klarna": {"payment_method_category": "pay_later", "preferred_locale": "nl-NL"},
    "paypal": {"payer_email": "shopper@example.com", "payer_id": "PRACTICE"},
    "bancontact": {"bank_code": "VAPE", "iban_last4": "6061"},
}


def create_intent(call: Call, form: dict[str, Any]) -> Document:
    wanted = read(CREATE, form, required=("amount", "currency"))
    intent: Document = {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": wanted["amount"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "capture_method": wanted.get("capture_method", "automatic"),
        "client_secret": new_id("pi_secret"),
        "confirmation_method": "automatic",
        "created": now(),
        "currency": _currency(wanted["currency"]),
        "customer": wanted.get("customer"),
        "description": wanted.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": wanted.get("metadata", {}),
        "next_action": None,
        "payment_method": wanted.get("payment_method"),
        "payment_method_types": wanted.get("allowed_payment_method_types", ["card"]),
        "receipt_email": wanted.get("receipt_email"),
        "status": "requires_confirmation" if "payment_method" in wanted else "requires_payment_method",
    }
    call.tell("payment_intent.created", intent)
    return pay_intent(call, intent) if wanted.get("confirm") else _keep(call.state, intent)


def confirm_intent(call: Call, id: str, form: dict[str, Any]) -> Document:
    intent = intent_named(call.state, id)
    wanted = read(CONFIRM, form)
    _expect(intent, "requires_payment_method", "requires_confirmation")
    return pay_intent(
        call, intent | {"payment_method": wanted.get("payment_method", intent["payment_method"])}
    )


def pay_intent(call: Call, intent: Document) -> Document:
    """The shopper pays: a charge comes to be, held only when the intent says capture by hand."""
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.", stored=True
        )
    if "chargeDeclined" in intent["payment_method"]:
        raise StripeRefusal(402, "Your card was declined.", type="card_error", code="card_declined")
    held = intent["capture_method"] == "manual"
    charge = _charge(intent, captured=not held)
    call.state.put("charge", charge["id"], charge, parent=intent["id"])
    intent = intent | {
        "latest_charge": charge["id"],
        "amount_capturable": intent["amount"] if held else 0,
        "amount_received": 0 if held else intent["amount"],
        "status": "requires_capture" if held else "succeeded",
    }
    call.tell("charge.succeeded", charge)
    call.tell("payment_intent.amount_capturable_updated" if held else "payment_intent.succeeded", intent)
    return _keep(call.state, intent)


def capture_intent(call: Call, id: str, form: dict[str, Any]) -> Document:
    intent = intent_named(call.state, id)
    wanted = read(CAPTURE, form)
    _expect(intent, "requires_capture")
    amount = wanted.get("amount_to_capture", intent["amount_capturable"])
    if amount > intent["amount_capturable"]:
        raise invalid(
            "The amount to capture exceeds what is capturable.", code="amount_too_large", stored=True
        )
    charge = charge_of(call.state, intent) | {"captured": True, "amount_captured": amount}
    call.state.put("charge", charge["id"], charge)
    intent = intent | {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    call.tell("charge.captured", charge)
    call.tell("payment_intent.succeeded", intent)
    return _keep(call.state, intent)


def cancel_intent(call: Call, id: str, form: dict[str, Any]) -> Document:
    intent = intent_named(call.state, id)
    read(CANCEL, form)
    _expect(intent, "requires_payment_method", "requires_confirmation", "requires_capture")
    intent = intent | {"status": "canceled", "canceled_at": now(), "amount_capturable": 0}
    call.tell("payment_intent.canceled", intent)
    return _keep(call.state, intent)


def intent_named(state: State, id: str, *, param: str = "intent", status: int = 404) -> Document:
    intent = state.get("payment_intent", id)
    if intent is None:
        raise missing("payment_intent", id, param, status=status)
    return intent


def charge_named(state: State, id: str, *, param: str = "id", status: int = 404) -> Document:
    charge = state.get("charge", id)
    if charge is None:
        raise missing("charge", id, param, status=status)
    return charge


def charge_of(state: State, intent: Document) -> Document:
    """The charge that took the money. Refuses an intent nobody has paid yet."""
    if intent["latest_charge"] is None:
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            stored=True,
        )
    return charge_named(state, intent["latest_charge"])


def open_dispute(call: Call, charge: Document, amount: int) -> Document:
    """The bank takes the money back until the dispute is decided."""
    dispute: Document = {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": amount,
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "general",
        "status": "needs_response",
    }
    call.state.put("charge", charge["id"], charge | {"disputed": True})
    call.state.put("dispute", dispute["id"], dispute, parent=charge["id"])
    call.tell("charge.dispute.created", dispute)
    call.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(call: Call, dispute: Document, status: str) -> Document:
    """Decide it: "won" gives the money back to the merchant, "lost" leaves it with the shopper."""
    closed = dispute | {"status": status, "is_charge_refundable": status == "won"}
    call.state.put("dispute", closed["id"], closed)
    call.tell("charge.dispute.closed", closed, {"status": dispute["status"]})
    if status == "won":
        call.tell("charge.dispute.funds_reinstated", closed)
    return closed


def blocked_by_dispute(state: State, charge: Document) -> bool:
    return any(dispute["status"] != "won" for dispute in state.all("dispute", parent=charge["id"]))


def _charge(intent: Document, *, captured: bool) -> Document:
    method = _method(intent)
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if captured else 0,
        "amount_refunded": 0,
        "balance_transaction": new_id("txn"),
        "captured": captured,
        "created": now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {method: METHODS[method], "type": method},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": "succeeded",
    }


def _method(intent: Document) -> str:
    """The kind a test payment method stands for (`pm_card_visa` is a card)."""
    named = (method for method in METHODS if method in intent["payment_method"])
    return next(named, intent["payment_method_types"][0])


def _currency(code: str) -> str:
    if not (code.isascii() and code.isalpha() and len(code) == 3):
        raise invalid(f"Invalid currency: {code}.", param="currency")
    return code.lower()


def _expect(intent: Document, *states: str) -> None:
    if intent["status"] not in states:
        raise invalid(
            f"This PaymentIntent's state is {intent['status']}; it must be one of {', '.join(states)}.",
            code="payment_intent_unexpected_state",
            stored=True,
        )


def _keep(state: State, intent: Document) -> Document:
    state.put("payment_intent", intent["id"], intent)
    return intent
