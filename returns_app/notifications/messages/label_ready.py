"""The label or code is there: how to send, and until when."""

from __future__ import annotations

from returns_app.notifications.messages.sending import paper, papers, to_send
from returns_app.notifications.told import Letter, Told


async def label_ready(told: Told) -> Letter:
    facts = await paper(told)
    return Letter({**facts, "items": to_send(told)}, papers(facts))
