"""Our own label: says whose parcel it is, buys no transport. Also the pattern for a new carrier."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from returns_app.shipping.barcodes import BarcodeTextUnfit, qr_png
from returns_app.shipping.carriers import (
    Answer,
    BadSignature,
    BadWebhook,
    Cancelled,
    Found,
    Issued,
    LabelAsk,
    Method,
    Refused,
    TrackingNews,
    TrackingState,
    Unknown,
)
from returns_app.shipping.paper import label_data
from returns_app.shipping.render import LabelNotRendered

Render = Callable[[str, Mapping[str, Any]], Awaitable[bytes]]

TOLERANCE = timedelta(minutes=5)
SIGNATURE = "practice-signature"


class _Move(msgspec.Struct):
    id: str
    tracking: str
    status: TrackingState
    at: datetime


class OwnLabel:
    """The design labels/a6, made here. Without a network there is nothing to be unsure about.

    `hook_secret` belongs to whoever may tell how own parcels move, in practice mode the carrier
    board; without one every webhook is refused.
    """

    name = "own"
    methods: frozenset[Method] = frozenset({"label", "store", "own"})

    def __init__(self, render: Render, *, design: str = "a6", hook_secret: str = "") -> None:
        self._render, self._design, self._hook_secret = render, design, hook_secret

    async def announce(self, ask: LabelAsk) -> Answer:
        """The label's bytes. Its tracking number is the return number, which is in the barcode."""
        if ask.method not in self.methods:
            return Refused(sentence="This label has to be printed: no carrier would know its code.")
        try:
            pdf = await self._render(self._design, label_data(ask))
            return Issued(tracking=ask.rma, carrier_reference=ask.id, pdf=pdf, qr=qr_png(ask.rma))
        except BarcodeTextUnfit as unfit:
            return Refused(sentence=f"{unfit}.", fields={"rma": str(unfit)})
        except LabelNotRendered as problem:
            return Unknown(sentence=str(problem))

    async def find(self, ask: LabelAsk) -> Found:
        """The same label again: nothing was kept elsewhere, so making it is reading it."""
        return await self.announce(ask)

    async def cancel(self, reference: str) -> Cancelled:
        """Nothing was bought, so there is nothing to give back."""
        return Cancelled()

    def read_webhook(self, headers: Mapping[str, str], payload: bytes, now: datetime) -> list[TrackingNews]:
        """One move: {"id", "tracking", "status", "at"}, signed `t=<seconds>,v1=<hex>` over "<t>.<body>"."""
        self._check(_header(headers, SIGNATURE), payload, now)
        try:
            move = msgspec.json.decode(payload, type=_Move)
            raw = msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.DecodeError as problem:
            raise BadWebhook(f"The body cannot be read: {problem}.") from None
        at = move.at if move.at.tzinfo else move.at.replace(tzinfo=UTC)
        news = TrackingNews(
            event_id=f"own:{move.id}",
            tracking=move.tracking,
            carrier_reference="",
            state=move.status,
            at=at,
            raw=raw,
        )
        return [news]

    def _check(self, header: str, payload: bytes, now: datetime) -> None:
        try:
            parts = dict(part.split("=", 1) for part in header.split(","))
            stamp, given = int(parts["t"]), parts["v1"]
        except (KeyError, ValueError):
            raise BadSignature("The signature is missing or cannot be read.") from None
        right = hmac.new(self._hook_secret.encode(), b"%d." % stamp + payload, sha256).hexdigest()
        if not self._hook_secret or not hmac.compare_digest(right.encode(), given.encode()):
            raise BadSignature("The signature does not match.")
        if abs(now.timestamp() - stamp) > TOLERANCE.total_seconds():
            raise BadSignature("The signature is not from now.")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
