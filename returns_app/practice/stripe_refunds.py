"""Refunds: never more than what is left of the charge, and no final word before their time."""

from __future__ import annotations

from typing import Any

from returns_app.practice.state import Document, State
from returns_app.practice.stripe_calls import Call, new_id, now
from returns_app.practice.stripe_errors import StripeRefusal, invalid, missing
from returns_app.practice.stripe_forms import metadata, one_of, positive, read, text, texts
from returns_app.practice.stripe_payments import blocked_by_dispute, charge_named, charge_of, intent_named

CREATE = {
    "amount": positive,
    "charge": text,
    "expand": texts,
    "instructions_email": text,
    "metadata": metadata,
    "payment_intent": text,
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
}
UPDATE = {"metadata": metadata, "expand": texts}
CANCEL = {"expand": texts}

ZERO_DECIMAL = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
THREE_DECIMAL = {"BHD", "JOD", "KWD", "OMR", "TND"}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def create_refund(call: Call, form: dict[str, Any]) -> Document:
    wanted = read(CREATE, form)
    charge = _charge_to_refund(call.state, wanted)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = wanted.get("amount", left)
    _refuse_too_much(call.state, charge, amount, left)
    refund = _refund(charge, amount, wanted, pending=call.end_pending)
    call.state.put("refund", refund["id"], refund, parent=charge["payment_intent"])
    charge = _book(call.state, charge, amount)
    call.tell("refund.created", refund)
    call.tell("charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount})
    return refund


def update_refund(call: Call, id: str, form: dict[str, Any]) -> Document:
    """Only metadata can change; an empty value removes its key."""
    refund = refund_named(call.state, id)
    wanted = read(UPDATE, form)
    merged = refund["metadata"] | wanted.get("metadata", {})
    changed = {"metadata": {key: value for key, value in merged.items() if value != ""}}
    return _change(call, refund, changed, "refund.updated")


def cancel_refund(call: Call, id: str, form: dict[str, Any]) -> Document:
    """Possible only while the shopper still has to act."""
    refund = refund_named(call.state, id)
    read(CANCEL, form)
    if refund["status"] != "requires_action":
        raise invalid(
            f"You cannot cancel a refund with status {refund['status']}.",
            code="refund_unexpected_state",
            stored=True,
        )
    _book(call.state, charge_named(call.state, refund["charge"]), -refund["amount"])
    return _change(call, refund, {"status": "canceled"}, "refund.updated")


def refund_named(state: State, id: str) -> Document:
    refund = state.get("refund", id)
    if refund is None:
        raise missing("refund", id, "id")
    return refund


def succeed_refund(call: Call, refund: Document) -> Document:
    """A pending refund arrives."""
    return _change(call, refund, {"status": "succeeded", "pending_reason": None}, "refund.updated")


def require_action(call: Call, refund: Document) -> Document:
    """A pending refund waits for the shopper's bank details."""
    return _change(call, refund, {"status": "requires_action"}, "refund.updated")


def fail_refund(call: Call, refund: Document, reason: str) -> Document:
    """It fails, even after it had succeeded; the money is the merchant's again, nothing is tried anew."""
    if refund["status"] in ("failed", "canceled"):
        raise invalid(f"This refund is {refund['status']} already.", code="refund_unexpected_state")
    _book(call.state, charge_named(call.state, refund["charge"]), -refund["amount"])
    changed = {
        "status": "failed",
        "failure_reason": reason,
        "failure_balance_transaction": new_id("txn"),
        "pending_reason": None,
    }
    return _change(call, refund, changed, "refund.failed")


def shown(amount: int, currency: str) -> str:
    """The amount as Stripe writes it in its sentences."""
    code = currency.upper()
    places = 0 if code in ZERO_DECIMAL else 3 if code in THREE_DECIMAL else 2
    number = f"{amount // 10**places:,}" + (f".{amount % 10**places:0{places}d}" if places else "")
    return f"{SIGNS[code]}{number}" if code in SIGNS else f"{number} {code}"


def _charge_to_refund(state: State, wanted: dict[str, Any]) -> Document:
    if "payment_intent" in wanted:
        intent = intent_named(state, wanted["payment_intent"], param="payment_intent", status=404)
        return charge_of(state, intent)
    if "charge" in wanted:
        return charge_named(state, wanted["charge"], param="charge")
    raise invalid(
        "One of the following params should be provided for this request: payment_intent or charge.",
        code="parameter_missing",
    )


def _refuse_too_much(state: State, charge: Document, amount: int, left: int) -> None:
    if not charge["captured"]:
        raise invalid(
            f"Charge {charge['id']} has not been captured; cancel the PaymentIntent instead.",
            code="charge_not_refundable",
            stored=True,
        )
    if blocked_by_dispute(state, charge):
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            stored=True,
        )
    if left == 0:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded", stored=True
        )
    if amount > left:
        raise StripeRefusal(  # Stripe sends no code with this one, only the parameter.
            400,
            f"Refund amount ({shown(amount, charge['currency'])}) is greater than unrefunded amount"
            f" on charge ({shown(left, charge['currency'])})",
            param="amount",
        )


def _refund(charge: Document, amount: int, wanted: dict[str, Any], *, pending: bool) -> Document:
    method = charge["payment_method_details"]["type"]
    refund: Document = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "destination_details": {method: {"type": "refund"} if method == "card" else {}, "type": method},
        "metadata": wanted.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": wanted.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
    return refund | ({"pending_reason": "processing"} if pending else {})


def _book(state: State, charge: Document, amount: int) -> Document:
    """Move `amount` (negative: back) onto what has been refunded of the charge."""
    refunded = charge["amount_refunded"] + amount
    charge = charge | {"amount_refunded": refunded, "refunded": refunded == charge["amount_captured"]}
    state.put("charge", charge["id"], charge)
    return charge


def _change(call: Call, refund: Document, changed: dict[str, Any], event: str) -> Document:
    previous = {name: refund.get(name) for name in changed}
    merged = refund | changed
    refund = {name: value for name, value in merged.items() if name != "pending_reason" or value}
    call.state.put("refund", refund["id"], refund)
    call.tell(event, refund, previous)
    call.tell("charge.refund.updated", refund, previous)
    return refund
