"""What every carrier can be asked, and what it may answer.

A label is first a committed row; its id is our reference at the carrier. After an `Unknown` the
caller asks `find`, never `announce` with another id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Protocol

import msgspec

from returns_app.money import Money

Method = Literal["label", "qr", "store", "own"]
"""Print a label; show a code at the counter; hand in at a store; send it one's own way."""

TrackingState = Literal["announced", "dropped_off", "in_transit", "delivered", "lost", "cancelled", "other"]


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A postal address. `country` is ISO 3166-1 alpha-2, `region` its ISO 3166-2 part or ''."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    company: str = ""
    house_number: str = ""
    extra: str = ""
    region: str = ""
    email: str = ""
    phone: str = ""


class AskItem(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing in the parcel; value and weight (grams) are per piece, for customs too."""

    name: str
    quantity: int
    value: Money | None = None
    weight: int | None = None
    sku: str = ""
    hs_code: str = ""
    origin: str = ""


class LabelAsk(msgspec.Struct, frozen=True, kw_only=True):
    """One label wanted. `id` is the label row's uuid: the same id is the same label, however often asked."""

    id: str
    asked_at: datetime
    rma: str
    method: Method
    sender: Address
    receiver: Address
    weight: int
    """Grams, the whole parcel."""
    items: tuple[AskItem, ...]
    merchant: str
    locale: str = "en"
    order: str = ""
    invoice: str = ""
    """Number of the outbound invoice, which customs wants outside the EU."""
    send_by: date | None = None
    logo: str = ""
    """A data: address of the merchant's logo, or '' for its name."""


class Issued(msgspec.Struct, frozen=True, kw_only=True, tag="issued"):
    """The label exists. `qr` is a PNG; `expires` is the last day the carrier takes it."""

    tracking: str | None
    carrier_reference: str
    pdf: bytes | None = None
    qr: bytes | None = None
    cost: Money | None = None
    expires: date | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """There will be no such label until something is changed; the sentence is the carrier's own."""

    sentence: str
    fields: dict[str, str] = {}


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """The carrier may or may not have done it. Ask `find`."""

    sentence: str


class Absent(msgspec.Struct, frozen=True, kw_only=True, tag="absent"):
    """The carrier surely knows no label of this ask: it may be announced, with the same id."""

    sentence: str = ""


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled"):
    """The carrier took the cancellation; the label must not be used any more."""


class TrackingNews(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a carrier told of a parcel. The same `event_id` is the same news, told again."""

    event_id: str
    tracking: str
    carrier_reference: str
    state: TrackingState
    at: datetime
    raw: dict[str, Any]


class BadSignature(Exception):
    """A webhook is not from the carrier it names, or was changed on its way."""

    status = 401
    code = "bad_signature"


class BadWebhook(Exception):
    """A webhook is signed, but is not what the carrier's documentation describes."""

    status = 400
    code = "bad_webhook"


Answer = Issued | Refused | Unknown
Found = Issued | Absent | Refused | Unknown
CancelAnswer = Cancelled | Refused | Unknown


class Carrier(Protocol):
    """A way to get labels. Its calls return an answer for whatever the other side does; they don't raise."""

    name: str
    methods: frozenset[Method]

    async def announce(self, ask: LabelAsk) -> Answer:
        """Make the label. Asking twice with one id never makes two."""
        ...

    async def find(self, ask: LabelAsk) -> Found:
        """Read from the other side what became of `announce`; changes nothing there."""
        ...

    async def cancel(self, reference: str) -> CancelAnswer:
        """Give the label back; `reference` is `Issued.carrier_reference`."""
        ...

    def read_webhook(self, headers: Mapping[str, str], payload: bytes, now: datetime) -> list[TrackingNews]:
        """The news in a webhook, none when it is about something else. Raises BadSignature, BadWebhook."""
        ...
