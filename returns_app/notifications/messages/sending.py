"""What a shopper needs to know to send a parcel, shared by the messages that speak of it."""

from __future__ import annotations

from typing import Any

from babel import Locale

from returns_app.merchants.settings import PostalAddress
from returns_app.notifications.told import Item, Told
from returns_app.shipping.queries import parcels_of


async def next_step(told: Told) -> dict[str, Any]:
    """The facts of `email/next.html`."""
    staying = [line.resolution == "keep" for line in told.seen.lines]
    return {
        "nothing_to_send": all(staying),
        "method": told.seen.method,
        "send_back_by": told.seen.send_back_by,
        "address": written_address(told.shop.settings.warehouse().address, told.shop.name, told.locale),
    }


async def paper(told: Told) -> dict[str, Any]:
    """The facts of `email/sending.html`, and which papers there are."""
    parcels = [parcel for parcel in await parcels_of(told.shop.id, told.seen.id) if parcel.label == "ready"]
    parcel = parcels[0] if parcels else None
    return {
        "method": told.seen.method,
        "send_back_by": told.seen.send_back_by,
        "has_label": bool(parcel and parcel.pdf),
        "has_qr": bool(parcel and parcel.qr and told.seen.method == "qr"),
        "tracking": parcel.tracking if parcel and parcel.tracking != told.seen.rma else None,
    }


def papers(facts: dict[str, Any]) -> tuple[str, ...]:
    """What is attached: the label, or the code for the counter."""
    if facts["has_qr"]:
        return ("qr",)
    return ("label",) if facts["has_label"] else ()


def to_send(told: Told) -> list[Item]:
    """The accepted items that travel."""
    return [Item(told.name(line), line.quantity) for line in told.seen.accepted if line.resolution != "keep"]


def written_address(place: PostalAddress, shop_name: str, locale: str) -> list[str]:
    """An address as it stands on a parcel, the country last and in the reader's language."""
    lines = [
        place.name or place.company or shop_name,
        place.company if place.name else "",
        " ".join(filter(None, [place.street, place.house_number])),
        place.extra,
        " ".join(filter(None, [place.postal_code, place.city])),
        place.region,
        Locale.parse(locale).territories.get(place.country, place.country),
    ]
    return [line for line in lines if line]
