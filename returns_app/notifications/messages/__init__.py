"""Every message to a shopper: one small function each, beside its letter in `templates/email/<kind>/`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from returns_app.notifications.messages.approved import approved
from returns_app.notifications.messages.cancelled import cancelled
from returns_app.notifications.messages.expired import expired
from returns_app.notifications.messages.label_ready import label_ready
from returns_app.notifications.messages.received import received
from returns_app.notifications.messages.refund_failed import refund_failed
from returns_app.notifications.messages.rejected import rejected
from returns_app.notifications.messages.reminder import reminder
from returns_app.notifications.messages.requested import requested
from returns_app.notifications.messages.settled import settled
from returns_app.notifications.told import Letter, Told

MESSAGES: Mapping[str, Callable[[Told], Awaitable[Letter | None]]] = {
    "requested": requested,
    "approved": approved,
    "rejected": rejected,
    "label_ready": label_ready,
    "received": received,
    "settled": settled,
    "cancelled": cancelled,
    "expired": expired,
    "reminder": reminder,
    "refund_failed": refund_failed,
}
"""None from a function: there is nothing to say after all."""
