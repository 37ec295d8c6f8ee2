"""One call to the practice Stripe: what it works on, and the events it leaves behind."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from returns_app.practice.state import Document, State

API_VERSION = "2026-10-28.endive"
"""The version the pinned SDK speaks; a test holds the two together."""

SUBSCRIBED = ("refund.", "charge.refund", "charge.dispute.", "checkout.session.")
"""Events the app's webhook endpoint is signed up for; the others can only be listed."""


class Call(msgspec.Struct):
    """The hands of one command: its state, its key, and how its events are to be delivered."""

    state: State
    key: str | None = None
    request: str = ""
    deliveries: int = 1
    """How often each webhook is sent at least."""
    end_pending: bool = False
    hooks: list[int] = []
    """Positions of the webhooks this call has queued."""

    def tell(self, type: str, about: Document, previous: Mapping[str, Any] | None = None) -> None:
        """Record an event and promise its webhook; belongs in the transaction of the change."""
        data: Document = {"object": about}
        if previous is not None:
            data["previous_attributes"] = dict(previous)
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": self.request or None, "idempotency_key": self.key},
            "type": type,
        }
        self.state.put("event", event["id"], event)
        if type.startswith(SUBSCRIBED):
            body = json.dumps(event, indent=2)
            self.hooks += [self.state.queue_hook("stripe", body) for _ in range(self.deliveries)]


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def now() -> int:
    """Stripe's time: whole seconds since 1970."""
    return int(time.time())
