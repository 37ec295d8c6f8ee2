"""Our words into Sendcloud's and back: the announcement, a refusal, the news of a webhook."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from returns_app.money import Money
from returns_app.shipping.carriers import (
    Address,
    AskItem,
    BadWebhook,
    LabelAsk,
    Refused,
    TrackingNews,
    TrackingState,
)

# The customs union of the EU as far as ISO country codes tell it (UCC art. 4; Monaco belongs to it).
_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK"
EU = frozenset(_EU.split())

# Sendcloud's parcel status numbers (GET /api/v2/parcels/statuses). The carrier's first scan of any kind
# is what proves sending, so "on its way to the sorting centre" counts as dropped off.
STATES: dict[int, TrackingState] = {
    **dict.fromkeys((1, 13, 999, 1000, 1001), "announced"),
    **dict.fromkeys((3, 22), "dropped_off"),
    **dict.fromkeys((4, 5, 6, 7, 8, 12, 91, 92, 62989, 62990), "in_transit"),
    **dict.fromkeys((10, 11, 93), "delivered"),
    **dict.fromkeys((1998, 1999, 2000, 2001), "cancelled"),
}


def announcement(ask: LabelAsk, option: str, contract: int | None) -> dict[str, Any]:
    """The body of POST /returns/announce-synchronously."""
    ship_with: dict[str, Any] = {"type": "shipping_option_code", "shipping_option_code": option}
    if contract is not None:
        ship_with["contract"] = contract
    return {
        "from_address": _address(ask.sender),
        "to_address": _address(ask.receiver),
        "ship_with": ship_with,
        "weight": {"value": max(ask.weight, 1), "unit": "g"},
        "collo_count": 1,
        "parcel_items": [_item(item) for item in ask.items],
        "send_tracking_emails": False,
        "order_number": order_number(ask),
        "external_reference": ask.id,
        "delivery_option": "drop_off_labelless" if ask.method == "qr" else "drop_off_point",
        **_customs(ask),
    }


def order_number(ask: LabelAsk) -> str:
    """The return number and the start of our id: readable in Sendcloud's panel, and ours alone."""
    return f"{ask.rma}-{ask.id[:8]}"


def refusal(status: int, body: bytes) -> Refused:
    """Sendcloud's own sentence, from any of the three shapes its descriptions give errors."""
    try:
        said = json.loads(body)
    except ValueError:
        said = {}
    errors = said.get("errors") if isinstance(said, dict) else None
    single = said.get("error") if isinstance(said, dict) else None
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    if isinstance(single, dict):
        listed.append(single)
    fields = {name: _sentence(error) for error in listed if (name := _field(error))}
    spoken = " ".join(filter(None, map(_sentence, listed)))
    return Refused(sentence=spoken or _plain_refusal(status), fields=fields)


def tracking_news(payload: bytes, now: datetime) -> list[TrackingNews]:
    """What a signed webhook tells of a parcel; none when it is about the integration or the shop."""
    try:
        told = json.loads(payload)
        if told.get("action") != "parcel_status_changed":
            return []
        parcel, stamp = told["parcel"], told.get("timestamp")
        status = int(parcel["status"]["id"])
        news = TrackingNews(
            event_id=f"sendcloud:{parcel['id']}:{status}:{stamp}",
            tracking=str(parcel.get("tracking_number") or ""),
            carrier_reference=str(parcel["id"]),
            state=STATES.get(status, "other"),
            at=_moment(told.get("carrier_status_change_timestamp") or stamp, now),
            raw=told,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadWebhook(f"Not a Sendcloud webhook: {type(problem).__name__} {problem}.") from None
    return [news]


def _address(address: Address) -> dict[str, str]:
    known = {
        "name": address.name or address.company,
        "company_name": address.company,
        "address_line_1": address.street,
        "house_number": address.house_number,
        "address_line_2": address.extra,
        "postal_code": address.postal_code,
        "city": address.city,
        "state_province_code": address.region,
        "country_code": address.country,
        "email": address.email,
        "phone_number": address.phone,
    }
    return {name: value for name, value in known.items() if value}


def _item(item: AskItem) -> dict[str, Any]:
    told: dict[str, Any] = {"description": item.name, "quantity": item.quantity}
    if item.weight:
        told["weight"] = {"value": item.weight, "unit": "g"}
    if item.value is not None:
        told["price"] = _price(item.value)
    texts = {"hs_code": item.hs_code, "origin_country": item.origin, "sku": item.sku}
    return told | {name: text for name, text in texts.items() if text}


def _price(value: Money) -> dict[str, Any]:
    return {"value": float(value.amount), "currency": value.currency}


def _customs(ask: LabelAsk) -> dict[str, Any]:
    """Needed as soon as the parcel crosses the EU's border; a return is always returned goods."""
    inside = {ask.sender.country, ask.receiver.country} <= EU
    if inside or ask.sender.country == ask.receiver.country or not ask.invoice:
        return {}
    return {
        "customs_invoice_nr": ask.invoice,
        "customs_information": {
            "invoice_number": ask.invoice[:40],
            "export_reason": "returned_goods",
            "export_type": "private",
        },
    }


def _sentence(error: dict[str, Any]) -> str:
    return str(error.get("message") or error.get("detail") or error.get("title") or "").strip()


def _field(error: dict[str, Any]) -> str:
    source = error.get("source")
    pointer = source.get("pointer") if isinstance(source, dict) else None
    return str(error.get("field") or pointer or "")


def _plain_refusal(status: int) -> str:
    if status in (401, 403):
        return "Sendcloud doesn't accept these API keys. Check the public and the secret key."
    return f"Sendcloud refused the request ({status}) without saying why."


def _moment(stamp: Any, now: datetime) -> datetime:
    """Sendcloud counts milliseconds since 1970, in its examples also seconds."""
    if not isinstance(stamp, int | float) or stamp <= 0:
        return now
    return datetime.fromtimestamp(stamp / 1000 if stamp > 10**11 else stamp, UTC)
