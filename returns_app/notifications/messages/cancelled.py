"""The return was called off; the shopper keeps everything."""

from __future__ import annotations

from returns_app.notifications.told import Item, Letter, Told
from returns_app.shipping.queries import parcels_of


async def cancelled(told: Told) -> Letter:
    parcels = await parcels_of(told.shop.id, told.seen.id)
    return Letter(
        {
            "items": [Item(told.name(line), line.quantity) for line in told.seen.lines],
            "has_paper": any(parcel.pdf or parcel.qr for parcel in parcels),
        }
    )
