"""Doors for webhooks: believed only when signed, stored once, answered at once, worked by a job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, post
from litestar.exceptions import NotFoundException

from returns_app import clock
from returns_app.journal.inbound import store_inbound
from returns_app.refunds.gateways.stripe_webhook import read_webhook
from returns_app.shipping.carriers import Carrier, TrackingNews

LARGEST_HOOK = 1024 * 1024
_KEPT_HEADERS = ("content-type", "stripe-signature", "sendcloud-signature", "sendcloud-timestamp")

AnyRequest = Request[Any, Any, Any]


@post("/hooks/stripe", status_code=200)
async def stripe_hook(request: AnyRequest) -> Response[bytes]:
    """An event of Stripe's. Raises WebhookRefused when its signature or stamp does not hold."""
    payload, now = await request.body(), clock.now()
    secrets = request.app.state.settings.stripe_webhook_secrets
    news = read_webhook(payload, request.headers.get("stripe-signature", ""), secrets, now)
    await store_inbound("stripe", news.event_id, payload=payload, headers=_kept(request), at=now)
    return _taken()


@post("/hooks/sendcloud", status_code=200)
async def sendcloud_hook(request: AnyRequest) -> Response[bytes]:
    return await _from_carrier(request, door="sendcloud", name="sendcloud")


@post("/hooks/practice-carrier", status_code=200)
async def practice_carrier_hook(request: AnyRequest) -> Response[bytes]:
    """In practice mode the carrier board says how parcels with our own label move."""
    return await _from_carrier(request, door="practice-carrier", name="own")


def router() -> Router:
    return Router(
        "/",
        route_handlers=[stripe_hook, sendcloud_hook, practice_carrier_hook],
        request_max_body_size=LARGEST_HOOK,
    )


async def _from_carrier(request: AnyRequest, *, door: str, name: str) -> Response[bytes]:
    """A carrier's news. Raises BadSignature or BadWebhook; a carrier we don't use has no door."""
    carriers: Mapping[str, Carrier] = request.app.state.outside.carriers
    if name not in carriers:
        raise NotFoundException
    payload, headers, now = await request.body(), _kept(request), clock.now()
    news = carriers[name].read_webhook(headers, payload, now)
    if news:
        await store_inbound(door, _event_id(news, payload), payload=payload, headers=headers, at=now)
    return _taken()


def _event_id(news: list[TrackingNews], payload: bytes) -> str:
    """The carrier's own id of the event where there is one of a fitting length."""
    if len(news) == 1 and 0 < len(news[0].event_id) <= 200:
        return news[0].event_id
    return hashlib.sha256(payload).hexdigest()


def _kept(request: AnyRequest) -> dict[str, str]:
    """What a job needs of the headers to read the webhook again; nothing else is kept."""
    names = {*_KEPT_HEADERS, *(name for name in request.headers if name.endswith("-signature"))}
    return {name: request.headers[name] for name in sorted(names) if name in request.headers}


def _taken() -> Response[bytes]:
    return Response(b"", status_code=200, media_type="text/plain")
