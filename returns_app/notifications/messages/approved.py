"""A person looked and said yes, at least to a part."""

from __future__ import annotations

from returns_app.core.lifecycle import LineDecision
from returns_app.notifications.messages.rejected import turned_down
from returns_app.notifications.messages.sending import next_step
from returns_app.notifications.told import Item, Letter, Told


async def approved(told: Told) -> Letter | None:
    """Nothing when the policy approved at once: the request's own mail has said so."""
    if told.data.get("at_once"):
        return None
    lines = [line for line in told.seen.lines if line.decision == LineDecision.ACCEPTED]
    return Letter(
        {
            "items": [Item(told.name(line), line.quantity) for line in lines],
            "turned_down": await turned_down(told),
            **await next_step(told),
        }
    )
