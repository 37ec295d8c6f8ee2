"""What a person does at the practice Stripe: take payments, refund in the dashboard, decide what is open."""

from __future__ import annotations

from typing import Literal

import msgspec

from returns_app.practice.state import Document, State
from returns_app.practice.stripe_calls import Call
from returns_app.practice.stripe_checkout import expire_session, lapsed, pay_session
from returns_app.practice.stripe_errors import missing
from returns_app.practice.stripe_payments import (
    charge_of,
    close_dispute,
    create_intent,
    intent_named,
    open_dispute,
)
from returns_app.practice.stripe_refunds import (
    create_refund,
    fail_refund,
    refund_named,
    require_action,
    shown,
    succeed_refund,
)


class Seed(msgspec.Struct, frozen=True):
    """A payment for a demo order: `amount` in Stripe's smallest unit, `currency` in ISO 4217."""

    order_number: str
    amount: int
    currency: str
    method: str = "card"


class DashboardRefund(msgspec.Struct, frozen=True):
    payment_intent: str
    amount: int


class Payment(msgspec.Struct, frozen=True):
    """A line of the Stripe board."""

    intent: str
    description: str
    amount: str
    refunded: str
    method: str
    status: str
    refunds: list[Document]
    dispute: Document | None


def seed_payment(state: State, seed: Seed) -> Document:
    """A paid payment intent; the same seed gives the same one again."""
    name = f"{seed.order_number}/{seed.method}/{seed.amount}/{seed.currency.upper()}"
    if known := state.get("seed", name):
        return intent_named(state, known["intent"])
    form = {
        "amount": str(seed.amount),
        "currency": seed.currency.lower(),
        "payment_method": f"pm_{seed.method}",
        "allowed_payment_method_types": [seed.method],
        "description": f"Order {seed.order_number}",
        "metadata": {"order": seed.order_number},
        "confirm": "true",
    }
    with state.transaction():
        intent = create_intent(Call(state), form)
        state.put("seed", name, {"intent": intent["id"]})
    return intent


def refund_in_dashboard(state: State, wanted: DashboardRefund) -> Document:
    """A refund we did not ask for: it carries no metadata of ours."""
    with state.transaction():
        form = {"payment_intent": wanted.payment_intent, "amount": str(wanted.amount)}
        return create_refund(Call(state), form)


def decide_refund(
    state: State, id: str, outcome: Literal["succeeded", "failed", "requires_action"], reason: str
) -> Document:
    """End a pending refund, or fail one that had succeeded."""
    with state.transaction():
        refund = refund_named(state, id)
        match outcome:
            case "succeeded":
                return succeed_refund(Call(state), refund)
            case "requires_action":
                return require_action(Call(state), refund)
            case "failed":
                return fail_refund(Call(state), refund, reason)


def dispute_payment(state: State, intent: str) -> Document:
    """The shopper's bank disputes what is left of the payment."""
    with state.transaction():
        charge = charge_of(state, intent_named(state, intent))
        return open_dispute(Call(state), charge, charge["amount_captured"] - charge["amount_refunded"])


def decide_dispute(state: State, id: str, status: Literal["won", "lost"]) -> Document:
    with state.transaction():
        dispute = state.get("dispute", id)
        if dispute is None:
            raise missing("dispute", id, "id")
        return close_dispute(Call(state), dispute, status)


def pay_checkout(state: State, id: str, method: str) -> Document:
    with state.transaction():
        return pay_session(Call(state), id, method)


def expire_lapsed(state: State) -> None:
    """Close the checkout sessions whose time is over."""
    for session in lapsed(state):
        with state.transaction():
            expire_session(Call(state), session["id"], {})


def payments(state: State) -> list[Payment]:
    """The Stripe board, the newest payment first."""
    return [_payment(state, intent) for intent in state.all("payment_intent")]


def _payment(state: State, intent: Document) -> Payment:
    charge = state.get("charge", intent["latest_charge"] or "") or {}
    disputes = state.all("dispute", parent=charge.get("id", ""))
    return Payment(
        intent=intent["id"],
        description=intent["description"] or "",
        amount=shown(intent["amount"], intent["currency"]),
        refunded=shown(charge.get("amount_refunded", 0), intent["currency"]),
        method=charge.get("payment_method_details", {}).get("type", ""),
        status=intent["status"],
        refunds=[
            refund | {"shown": shown(refund["amount"], refund["currency"])}
            for refund in state.all("refund", parent=intent["id"])
        ],
        dispute=disputes[0] if disputes else None,
    )
