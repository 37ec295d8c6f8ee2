"""A person looked and said no, in words the shopper can read."""

from __future__ import annotations

from uuid import UUID

from returns_app.core.lifecycle import LineDecision
from returns_app.notifications.told import Item, Letter, Told
from returns_app.returns.queries import decisions


async def rejected(told: Told) -> Letter:
    return Letter({"turned_down": await turned_down(told)})


async def turned_down(told: Told) -> list[Item]:
    """The rejected items, each with the person's reason, else with the note of the policy."""
    lines = [line for line in told.seen.lines if line.decision == LineDecision.REJECTED]
    notes = await _policy_notes(told) if lines else {}
    return [
        Item(
            told.name(line), line.quantity, tuple(filter(None, [line.decided_because or notes.get(line.id)]))
        )
        for line in lines
    ]


async def _policy_notes(told: Told) -> dict[UUID, str]:
    return {
        decision.return_line: decision.answers.note.in_(told.locale)
        for decision in await decisions(told.shop.id, told.seen.id)
        if decision.answers.note
    }
