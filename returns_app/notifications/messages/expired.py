"""The send-back deadline passed and no parcel was seen."""

from __future__ import annotations

from returns_app.notifications.told import Item, Letter, Told


async def expired(told: Told) -> Letter:
    return Letter(
        {
            "items": [Item(told.name(line), line.quantity) for line in told.seen.lines],
            "send_back_by": told.seen.send_back_by,
        }
    )
