"""Checkout sessions in payment mode: a page where the shopper pays a price difference."""

from __future__ import annotations

from typing import Any

from returns_app.practice.state import Document, State
from returns_app.practice.stripe_calls import Call, new_id, now
from returns_app.practice.stripe_errors import invalid, missing
from returns_app.practice.stripe_forms import (
    metadata,
    one_of,
    positive,
    read,
    text,
    texts,
    tree,
    trees,
    whole,
)
from returns_app.practice.stripe_payments import create_intent

CREATE = {
    "allowed_payment_method_types": texts,
    "cancel_url": text,
    "client_reference_id": text,
    "customer_email": text,
    "expand": texts,
    "expires_at": whole,
    "line_items": trees,
    "locale": text,
    "metadata": metadata,
    "mode": one_of("payment"),
    "payment_intent_data": tree,
    "success_url": text,
}
LINE_ITEM = {"price_data": tree, "quantity": positive}
PRICE = {"currency": text, "product_data": tree, "unit_amount": positive, "tax_behavior": text}
INTENT = {"description": text, "metadata": metadata, "receipt_email": text}

HALF_HOUR = 30 * 60
DAY = 24 * 60 * 60


def create_session(call: Call, form: dict[str, Any]) -> Document:
    wanted = read(CREATE, form, required=("line_items", "mode", "success_url"))
    currency, total = _total(wanted["line_items"])
    created = now()
    expires = wanted.get("expires_at", created + DAY)
    if not created + HALF_HOUR - 60 <= expires <= created + DAY + 60:
        raise invalid(
            "The `expires_at` must be between 30 minutes and 24 hours from now.", param="expires_at"
        )
    id = new_id("cs_test")
    session: Document = {
        "id": id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": wanted.get("cancel_url"),
        "client_reference_id": wanted.get("client_reference_id"),
        "created": created,
        "currency": currency,
        "customer_email": wanted.get("customer_email"),
        "expires_at": expires,
        "livemode": False,
        "locale": wanted.get("locale"),
        "metadata": wanted.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": wanted.get("allowed_payment_method_types", ["card", "ideal"]),
        "payment_status": "unpaid",
        "status": "open",
        "success_url": wanted["success_url"],
        "url": f"{call.state.setting('url')}/pay/{id}",
    }
    call.state.put("checkout.session", id, session)
    call.state.put("checkout.intent", id, read(INTENT, wanted.get("payment_intent_data", {})))
    return session


def expire_session(call: Call, id: str, form: dict[str, Any]) -> Document:
    read({"expand": texts}, form)
    session = _open(session_named(call.state, id))
    session |= {"status": "expired", "url": None}
    call.state.put("checkout.session", id, session)
    call.tell("checkout.session.expired", session)
    return session


def pay_session(call: Call, id: str, method: str) -> Document:
    """The shopper pays on the page."""
    session = _open(session_named(call.state, id))
    more = call.state.get("checkout.intent", id) or {}
    intent = create_intent(
        call,
        {
            "amount": str(session["amount_total"]),
            "currency": session["currency"],
            "payment_method": f"pm_{method}",
            "confirm": "true",
            **more,
        },
    )
    session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent["id"], "url": None}
    call.state.put("checkout.session", id, session)
    call.tell("checkout.session.completed", session)
    return session


def session_named(state: State, id: str) -> Document:
    session = state.get("checkout.session", id)
    if session is None:
        raise missing("checkout.session", id, "session")
    return session


def lapsed(state: State) -> list[Document]:
    """Open sessions whose time is over."""
    return [
        session
        for session in state.all("checkout.session")
        if session["status"] == "open" and session["expires_at"] <= now()
    ]


def _open(session: Document) -> Document:
    if session["status"] != "open":
        raise invalid(f"This Session is {session['status']}, not open.", stored=True)
    return session


def _total(items: list[dict[str, Any]]) -> tuple[str, int]:
    lines = [read(LINE_ITEM, item, required=("price_data", "quantity")) for item in items]
    prices = [read(PRICE, line["price_data"], required=("currency", "unit_amount")) for line in lines]
    currencies = {price["currency"].lower() for price in prices}
    if len(currencies) != 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    amounts = (line["quantity"] * price["unit_amount"] for line, price in zip(lines, prices, strict=True))
    return currencies.pop(), sum(amounts)
