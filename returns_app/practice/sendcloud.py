"""A Sendcloud for practice: Returns API v3 as far as we use it, with labels, codes, cancelling and webhooks.

It answers to the key "practice" with the practice secret. What it commits is on the disk before
it answers, so an answer can get lost (`faults`) without the return getting lost.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from litestar import Request, Response, Router, get, patch, post
from litestar.connection import ASGIConnection
from litestar.enums import MediaType
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import Guard

from returns_app.practice.carrier import Move, Parcel, move, register
from returns_app.practice.carrier_label import carrier_label
from returns_app.practice.faults import Fault, Kind, take_faults
from returns_app.practice.http import HANG_UP
from returns_app.practice.state import Document, State
from returns_app.shipping.barcodes import qr_png

KEY = "practice"
PATH = "/sendcloud/api/v3"
ANNOUNCE = "POST /sendcloud/returns"
"""The call a fault names to meet announcements."""

RETURN = "sendcloud_return"
COST = 5.45
NUMBERS_FROM = 1751000
PARCELS_FROM = 88000
STATUS: dict[str, tuple[int, str]] = {
    "dropped_off": (3, "En route to sorting center"),
    "in_transit": (7, "Being sorted"),
    "delivered": (11, "Delivered"),
}
_POSTAL_CODES = {"NL": r"[1-9]\d{3} ?[A-Z]{2}", "DE": r"\d{5}", "BE": r"[1-9]\d{3}"}

Answer = Response[Any]
Page = Request[Any, Any, Any]


def sendcloud_router(state: State) -> Router:
    """Everything under PATH. The app's base address for it is the practice world's address + PATH."""

    @post("/returns/announce-synchronously")
    async def announce(request: Page) -> Answer:
        return await _with_mishaps(state, request, lambda body: announce_return(state, body))

    @get("/returns")
    async def list_returns(request: Page) -> Answer:
        return _listed(state, dict(request.query_params), str(request.url.with_replacements(query="")))

    @get("/returns/{number:int}")
    async def read_return(number: FromPath[int]) -> Answer:
        kept = state.get(RETURN, str(number))
        return Response(kept["return"]) if kept else _no_such("return")

    @patch("/returns/{number:int}/cancel")
    async def cancel(number: FromPath[int]) -> Answer:
        return cancel_return(state, number)

    @get("/parcels/{number:int}/documents/label")
    async def label(number: FromPath[int], request: Page) -> Answer:
        return _paper(state, number, request.headers.get("accept", ""))

    return Router(
        PATH,
        route_handlers=[announce, list_returns, read_return, cancel, label],
        guards=[_knows_key(state)],
    )


def announce_sendcloud(state: State, parcel: Parcel) -> None:
    """The tracking webhook of a move on the board; belongs in the move's transaction."""
    [kept] = [kept for kept in state.all(RETURN) if kept["return"]["tracking_number"] == parcel.tracking]
    number, message = STATUS[parcel.status]
    now = datetime.now(UTC)
    kept["return"]["status_history"].append(_history(message, now, len(kept["return"]["status_history"])))
    kept["return"]["is_cancellable"] = False
    if parcel.status == "delivered":
        kept["return"]["delivered_at_iso"] = now.isoformat()
    state.put(RETURN, str(kept["number"]), kept)
    body = json.dumps(_webhook(kept, number, message))
    signature = hmac.new(state.setting("secret").encode(), body.encode(), sha256).hexdigest()
    state.queue_hook("sendcloud", body, headers={"Sendcloud-Signature": signature})


def advance(state: State, tracking: str, status: Move) -> Parcel:
    """Press the carrier's button for a Sendcloud parcel. Raises carrier.UnknownParcel."""
    return move(state, tracking, status, {"sendcloud": announce_sendcloud})


def refuse_next(state: State, sentence: str) -> None:
    """The next announcement is refused with this sentence, as a carrier behind Sendcloud would."""
    state.keep_setting("sendcloud_refusal", sentence)


def announce_return(state: State, body: Document) -> Answer:
    """Commit a return and its parcel; refused as the API documents it, our reference a second time too."""
    if problem := _what_is_wrong(state, body):
        code, sentence = problem
        error = {"code": code, "request": "api/v3/returns/announce-synchronously", "message": sentence}
        return Response({"error": error}, status_code=400)
    with state.transaction():
        kept = _new_return(len(state.all(RETURN)), body)
        state.put(RETURN, str(kept["number"]), kept)
        told = kept["return"]
        register(
            state,
            Parcel(
                tracking=told["tracking_number"], carrier="sendcloud", reference=body.get("order_number", "")
            ),
        )
    made = {"return_id": kept["number"], "parcel_id": kept["parcel"], "multi_collo_ids": []}
    return Response(made, status_code=201)


def cancel_return(state: State, number: int) -> Answer:
    """202 while nothing was scanned, 409 afterwards."""
    kept = state.get(RETURN, str(number))
    if kept is None:
        return _no_such("return")
    if not kept["return"]["is_cancellable"]:
        error = {"field": "returns", "code": 409, "message": "Return is not cancellable."}
        return Response({"errors": [error]}, status_code=409)
    kept["return"]["is_cancellable"] = False
    kept["return"]["status_history"].append(_history("Cancelled", datetime.now(UTC), 1))
    state.put(RETURN, str(number), kept)
    return Response({"message": "Cancellation requested successfully"}, status_code=202)


async def _with_mishaps(state: State, request: Page, work: Callable[[Document], Answer]) -> Answer:
    """Do the work as the armed faults say: not at all, slowly, or without a word about it."""
    faults: Mapping[Kind, Fault] = take_faults(state, ANNOUNCE)
    if "rate_limit" in faults:
        return Response({"errors": [{"message": "Request was throttled."}]}, status_code=429)
    if "stored_500" in faults:
        return Response(b"Server Error (500)", status_code=500, media_type=MediaType.TEXT)
    if slow := faults.get("slow"):
        await asyncio.sleep(slow.seconds)
    answer = work(json.loads(await request.body()))
    if slow := faults.get("slow_answer"):
        await asyncio.sleep(slow.seconds)
    if "lose_answer" in faults:
        request.scope["extensions"][HANG_UP]()  # type: ignore[typeddict-item]  # our own server's extension
    return answer


def _what_is_wrong(state: State, body: Document) -> tuple[str, str] | None:
    if refusal := state.setting("sendcloud_refusal"):
        state.keep_setting("sendcloud_refusal", "")
        return "announcement_failed", refusal
    for name in ("from_address", "to_address", "ship_with", "weight"):
        if name not in body:
            return "required", f"{name}: This field is required."
    for address in (body["from_address"], body["to_address"]):
        shape = _POSTAL_CODES.get(address["country_code"], ".+")
        if not re.fullmatch(shape, address["postal_code"]):
            return "invalid_postal_code", "The postal code you provided is invalid."
    reference = body.get("external_reference")
    if reference and any(kept["external_reference"] == reference for kept in state.all(RETURN)):
        return "external_reference_used", "External reference has already been used in another return."
    return None


def _new_return(before: int, body: Document) -> Document:
    number, parcel, now = NUMBERS_FROM + before, PARCELS_FROM + before, datetime.now(UTC)
    label = f"https://panel.sendcloud.sc/api/v3/parcels/{parcel}/documents/label"
    option = body["ship_with"].get("shipping_option_code") or body["ship_with"].get("shipping_product_code")
    told = {name: body[name] for name in ("from_address", "to_address", "weight")} | {
        "shipping_product": {"code": option},
        "shipping_option": {"code": option},
        "collo_count": body.get("collo_count", 1),
        "parcel_items": body.get("parcel_items", []),
        "send_tracking_emails": body.get("send_tracking_emails", False),
        "label_url": label,
        "label": {"label_printer": label, "normal_printer": [f"{label}?paper_size=a4"] * 4},
        "label_cost": {"value": COST, "currency": "EUR"},
        "insurance": False,
        "tracking_number": f"3SPRAC{number:09d}",
        "tracking_url": f"https://tracking.example/3SPRAC{number:09d}",
        "is_cancellable": True,
        "status_history": [_history("Announced", now, 0)],
        "created_at": now.isoformat(),
        "delivered_at_iso": None,
        "order_number": body.get("order_number", ""),
        "delivery_option": body.get("delivery_option"),
        "status": "open",
    }
    return {
        "number": number,
        "parcel": parcel,
        "external_reference": body.get("external_reference"),
        "return": told,
    }


def _history(message: str, at: datetime, position: int) -> Document:
    return {
        "carrier_update_timestamp": at.isoformat(),
        "parcel_status_history_id": str(position + 1),
        "parent_status": message,
        "carrier_code": "practice",
        "carrier_message": message,
    }


def _listed(state: State, query: Mapping[str, str], address: str) -> Answer:
    """Forty or fewer per page, the oldest first, between two moments; the cursor is opaque to the caller."""
    if not {"from_date", "to_date"} <= query.keys():
        return Response(
            {"errors": [{"field": "from_date", "code": "required", "message": "This field is required."}]},
            status_code=400,
        )
    start, end = (query[name].replace(" ", "T") for name in ("from_date", "to_date"))
    found = [kept["return"] for kept in reversed(state.all(RETURN))]
    within = [told for told in found if start <= told["created_at"] <= end]
    size = min(int(query.get("page_size", 40)), 40)
    offset = int(base64.b64decode(query["cursor"]).decode().removeprefix("o=")) if "cursor" in query else 0
    page: Document = {"data": within[offset : offset + size]}
    if offset + size < len(within):
        cursor = base64.b64encode(f"o={offset + size}".encode()).decode()
        page["next"] = f"{address}?cursor={cursor}&page_size={size}"
    return Response(page)


def _paper(state: State, parcel: int, accept: str) -> Answer:
    kept = next((kept for kept in state.all(RETURN) if kept["parcel"] == parcel), None)
    if kept is None:
        return _no_such("Parcel")
    told = kept["return"]
    if "image/png" in accept:
        return Response(qr_png(told["tracking_number"]), media_type="image/png")
    to = told["to_address"]
    lines = [told["order_number"], to["name"], to["address_line_1"], f"{to['postal_code']} {to['city']}"]
    return Response(carrier_label(told["tracking_number"], lines), media_type="application/pdf")


def _webhook(kept: Document, number: int, message: str) -> Document:
    told, moment = kept["return"], time.time_ns() // 1_000_000
    sender = told["from_address"]
    return {
        "action": "parcel_status_changed",
        "timestamp": moment,
        "carrier_status_change_timestamp": moment,
        "parcel": {
            "id": kept["parcel"],
            "name": sender["name"],
            "city": sender["city"],
            "postal_code": sender["postal_code"],
            "tracking_number": told["tracking_number"],
            "status": {"id": number, "message": message},
            "order_number": told["order_number"],
            "is_return": True,
        },
    }


def _no_such(thing: str) -> Answer:
    error = {"code": "not_found", "status": "404", "detail": f"No {thing} matches the given query."}
    return Response({"errors": [error]}, status_code=404)


def _knows_key(state: State) -> Guard:
    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        right = base64.b64encode(f"{KEY}:{state.setting('secret')}".encode())
        given = connection.headers.get("authorization", "").removeprefix("Basic ")
        if not hmac.compare_digest(given.encode(), right):
            raise NotAuthorizedException("Invalid username/password.")

    return guard
