"""A label has lain unused for some days; it comes along once more."""

from __future__ import annotations

from returns_app.core.lifecycle import ReturnState
from returns_app.notifications.messages.sending import paper, papers, to_send
from returns_app.notifications.told import Letter, Told


async def reminder(told: Told) -> Letter | None:
    """Nothing when the return ended between the schedule's look and now."""
    if told.seen.status != ReturnState.APPROVED:
        return None
    facts = await paper(told)
    return Letter({**facts, "items": to_send(told)}, papers(facts))
