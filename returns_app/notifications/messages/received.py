"""A parcel was opened and counted: what was there, what was not, what is still awaited."""

from __future__ import annotations

from typing import Any

from returns_app.notifications.read import found_extras
from returns_app.notifications.told import Item, Letter, Told
from returns_app.returns.queries import ReturnLineSeen


async def received(told: Told) -> Letter:
    """Tells of the one box the event is about; what is awaited is of the whole return."""
    counts: dict[str, dict[str, int]] = told.data.get("counts", {})
    lines = [(line, counts[str(line.id)]) for line in told.seen.lines if _any(counts.get(str(line.id)))]
    extras = await _extras(told)
    return Letter(
        {
            "counted": [_counted(told, line, count) for line, count in lines],
            "extras": extras,
            "awaited": [
                Item(told.name(line), line.expected)
                for line in told.seen.accepted
                if line.expected and line.resolution != "keep"
            ],
            "all_well": not extras and not any(count["missing"] + count["wrong"] for _, count in lines),
        }
    )


def _any(count: dict[str, int] | None) -> bool:
    return bool(count and sum(count.values()))


def _counted(told: Told, line: ReturnLineSeen, count: dict[str, Any]) -> Item:
    _ = told.gettext
    notes = (
        (_("%(num)s received"), count["received"]),
        (_("%(num)s not in the parcel"), count["missing"]),
        (_("%(num)s a different item"), count["wrong"]),
    )
    said = tuple(words % {"num": number} for words, number in notes if number)
    return Item(told.name(line), line.quantity, said)


async def _extras(told: Told) -> list[Item]:
    """The newest of what was found are this box's."""
    number = int(told.data.get("extras", 0))
    found = await found_extras(told.shop.id, told.seen.id) if number else []
    return [Item(description, quantity) for description, quantity in found[-number:]] if number else []
