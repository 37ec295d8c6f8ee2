"""Sendcloud's Returns API v3: announce and wait, fetch the label or code, cancel, follow by webhook.

Source: sendcloud.dev/api/v3/returns and /webhooks, descriptions under Apache 2.0. What its texts
don't say and we therefore don't rely on: whether a return's own id or external reference is in
the object one reads back. So the order number we give carries our id too, and `find` looks there.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from returns_app.money import Money, exponent, round_half_up
from returns_app.shipping.carriers import (
    Absent,
    Answer,
    BadSignature,
    CancelAnswer,
    Cancelled,
    Found,
    Issued,
    LabelAsk,
    Method,
    Refused,
    TrackingNews,
    Unknown,
)
from returns_app.shipping.carriers.sendcloud_words import announcement, order_number, refusal, tracking_news

BASE = "https://panel.sendcloud.sc/api/v3"
PATIENCE = httpx.Timeout(30, connect=5)
"""Seconds; a synchronous announcement waits for the carrier."""
LARGEST_PAPER = 5 * 2**20
MOST_PAGES = 100
USED_BEFORE = "external reference has already been used"
_DOCUMENT = re.compile(r"/parcels/(\d+)/documents/")
_PAPERS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n"}


class Sendcloud:
    """Labels that any parcel point takes. `options` names the shipping option per method, as Sendcloud
    codes them ("postnl:standard/return"); a method without one is not offered. Close it at the end.
    """

    name = "sendcloud"

    def __init__(
        self,
        key: str,
        secret: str,
        *,
        options: Mapping[Method, str],
        base: str = BASE,
        contract: int | None = None,
        webhook_key: str = "",
        timeout: httpx.Timeout = PATIENCE,
    ) -> None:
        self.methods: frozenset[Method] = frozenset(options)
        self._options, self._contract = dict(options), contract
        self._webhook_key = (webhook_key or secret).encode()
        self._http = httpx.AsyncClient(
            base_url=base, auth=(key, secret), timeout=timeout, follow_redirects=False
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def announce(self, ask: LabelAsk) -> Answer:
        """One return, at Sendcloud and at the carrier behind it. Our id is refused there a second time."""
        if ask.method not in self._options:
            return Refused(sentence=f"Sendcloud has no shipping option set for {ask.method!r}.")
        body = announcement(ask, self._options[ask.method], self._contract)
        made = await self._call("POST", "/returns/announce-synchronously", json=body)
        match made:
            case Refused(sentence=sentence) if USED_BEFORE in sentence.lower():
                return await self._made_before(ask)
            case Refused() | Unknown():
                return made
            case {"return_id": int(return_id), "parcel_id": int(parcel_id)}:
                found = await self._call("GET", f"/returns/{return_id}")
                return await self._issued(ask, found, f"{return_id}/{parcel_id}")
        return Unknown(sentence="Sendcloud answered the announcement with something it does not document.")

    async def find(self, ask: LabelAsk) -> Found:
        """Looks through the returns of the days around the ask; the API has no search by our reference."""
        day, shape = timedelta(days=1), "%Y-%m-%d %H:%M:%S"
        query = {
            "from_date": (ask.asked_at - day).strftime(shape),
            "to_date": (ask.asked_at + 2 * day).strftime(shape),
            "page_size": "40",
        }
        for _ in range(MOST_PAGES):
            page = await self._call("GET", "/returns", params=query)
            if not isinstance(page, dict):
                return page
            for found in page.get("data") or []:
                if _is_of(found, ask):
                    return await self._issued(ask, found, _reference(found))
            cursor = parse_qs(urlsplit(page.get("next") or "").query).get("cursor")
            if not cursor:
                return Absent()
            query["cursor"] = cursor[0]
        return Unknown(sentence=f"Sendcloud has more returns of these days than {MOST_PAGES} pages.")

    async def cancel(self, reference: str) -> CancelAnswer:
        """Asks for it: not every carrier behind Sendcloud can, and then the refusal says so."""
        return_id = reference.partition("/")[0]
        if not return_id.isdigit():
            return Refused(
                sentence="Sendcloud did not tell its number for this return; cancel it in their panel."
            )
        done = await self._call("PATCH", f"/returns/{return_id}/cancel")
        return done if isinstance(done, Refused | Unknown) else Cancelled()

    def read_webhook(self, headers: Mapping[str, str], payload: bytes, now: datetime) -> list[TrackingNews]:
        """News of `parcel_status_changed`; the signature is the hex HMAC-SHA256 of the body under the key."""
        given = next((value for key, value in headers.items() if key.lower() == "sendcloud-signature"), "")
        right = hmac.new(self._webhook_key, payload, sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), given.encode()):
            raise BadSignature("The Sendcloud signature does not match.")
        return tracking_news(payload, now)

    async def _made_before(self, ask: LabelAsk) -> Answer:
        found = await self.find(ask)
        if isinstance(found, Absent):
            return Unknown(sentence="Sendcloud says our reference is used, but does not list its return yet.")
        return found

    async def _issued(self, ask: LabelAsk, found: Any, reference: str) -> Issued | Refused | Unknown:
        if not isinstance(found, dict):
            return (
                found
                if isinstance(found, Unknown)
                else Unknown(sentence="Sendcloud hides the return it made.")
            )
        if problem := _failure(found):
            return Refused(sentence=problem)
        if not found.get("tracking_number"):
            return Unknown(sentence="Sendcloud has the return, its carrier has not answered yet.")
        kind = "image/png" if ask.method == "qr" else "application/pdf"
        paper = await self._paper(reference.partition("/")[2], kind)
        if isinstance(paper, Unknown):
            return paper
        return Issued(
            tracking=found["tracking_number"],
            carrier_reference=reference,
            pdf=paper if kind == "application/pdf" else None,
            qr=paper if kind == "image/png" else None,
            cost=_money(found.get("label_cost")),
        )

    async def _paper(self, parcel_id: str, kind: str) -> bytes | Unknown:
        query = {"dpi": "300"} if kind == "image/png" else {"paper_size": "A6"}
        try:
            path = f"/parcels/{parcel_id}/documents/label"
            answer = await self._http.get(path, params=query, headers={"accept": kind})
        except httpx.HTTPError as problem:
            return Unknown(sentence=f"Sendcloud did not send the label ({type(problem).__name__}).")
        if not answer.is_success or not answer.content.startswith(_PAPERS[kind]):
            return Unknown(sentence=f"Sendcloud has no label ready ({answer.status_code}).")
        if len(answer.content) > LARGEST_PAPER:
            return Unknown(sentence=f"Sendcloud's label is larger than {LARGEST_PAPER} bytes.")
        return answer.content

    async def _call(self, method: str, path: str, **sent: Any) -> dict[str, Any] | Refused | Unknown:
        try:
            answer = await self._http.request(method, path, **sent)
        except httpx.HTTPError as problem:
            return Unknown(sentence=f"Sendcloud did not answer ({type(problem).__name__}).")
        if answer.status_code in (408, 425, 429) or answer.status_code >= 500 or answer.is_redirect:
            return Unknown(sentence=f"Sendcloud could not answer ({answer.status_code}).")
        if answer.is_client_error:
            return refusal(answer.status_code, answer.content)
        try:
            body = json.loads(answer.content, parse_float=Decimal)
        except ValueError:
            return Unknown(sentence="Sendcloud's answer cannot be read.")
        return body if isinstance(body, dict) else Unknown(sentence="Sendcloud's answer is not an object.")


def _is_of(found: Any, ask: LabelAsk) -> bool:
    return isinstance(found, dict) and (
        found.get("external_reference") == ask.id or found.get("order_number") == order_number(ask)
    )


def _reference(found: dict[str, Any]) -> str:
    """`return/parcel`; the return's number is '-' where Sendcloud keeps it to itself."""
    paper = (found.get("label") or {}).get("label_printer") or found.get("label_url") or ""
    parcel = _DOCUMENT.search(paper)
    return f"{found.get('id') or '-'}/{parcel[1] if parcel else ''}"


def _failure(found: dict[str, Any]) -> str:
    said = [error.get("detail") or error.get("title") or "" for error in found.get("errors") or []]
    history = found.get("status_history") or [{}]
    last = str(history[-1].get("parent_status", "")).lower()
    if last.startswith("cancel"):
        return "This return was cancelled at Sendcloud."
    if any(said) or last in ("announcement failed", "announcement-failed"):
        return " ".join(filter(None, said)) or "The carrier behind Sendcloud refused the return."
    return ""


def _money(price: Any) -> Money | None:
    match price:
        case {"value": Decimal() | int() as value, "currency": str(currency)}:
            return Money(round_half_up(Decimal(value).scaleb(exponent(currency))), currency)
    return None
