"""Tell the shop to send the other item: an order in a file and to a webhook, each once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import ExchangeState
from returns_app.exchanges.locked import LockedExchange, lock_exchange, move_exchange
from returns_app.journal.actors import SYSTEM
from returns_app.orders.stock import take_stock
from returns_app.settings import Settings


class ShopNotReached(ConnectionError):
    """The shop's webhook did not take the new order; it is tried again under the same id."""


async def send_out(exchange: UUID, *, settings: Settings, at: datetime) -> None:
    """Hand a released exchange to the shop as a new order. Repeatable: one order, one id.

    Raises ShopNotReached to be called again.
    """
    order = await _written(exchange, at)
    if order is None:
        return
    _file(order, settings.data / "outgoing-orders")
    if settings.order_webhook:
        await _post(order, settings, at)
    async with database.transaction():
        locked = await lock_exchange(exchange)
        if locked is None or locked.state != ExchangeState.RELEASED:
            return
        await take_stock(locked.product, locked.quantity)
        await database.connection().execute(
            "UPDATE outgoing_orders SET filed_at = coalesce(filed_at, $2),"
            " posted_at = CASE WHEN $3 THEN coalesce(posted_at, $2) END WHERE exchange = $1",
            exchange,
            at,
            settings.order_webhook is not None,
        )
        await database.connection().execute(
            "UPDATE exchanges SET sent_out_at = $2 WHERE id = $1", exchange, at
        )
        await move_exchange(locked, "send_out", Event.EXCHANGE_SENT, actor=SYSTEM, at=at)


class OutgoingOrder(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    body: dict[str, Any]


async def _written(exchange: UUID, at: datetime) -> OutgoingOrder | None:
    """The order's committed row: made at the first try, read again at every other."""
    async with database.transaction():
        locked = await lock_exchange(exchange)
        if locked is None or locked.state != ExchangeState.RELEASED:
            return None
        body = await _body(locked, at)
        row = await database.connection().fetchrow(
            "INSERT INTO outgoing_orders (id, merchant, exchange, body) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (exchange) DO UPDATE SET tries = outgoing_orders.tries + 1 RETURNING id, body",
            uuid4(),
            locked.merchant,
            exchange,
            msgspec.json.encode(body).decode(),
        )
        assert row is not None  # an upsert always gives its row
        return OutgoingOrder(row["id"], locked.number, msgspec.json.decode(row["body"]))


_ABOUT = """
SELECT o.number, o.email, o.ship_to, o.currency, r.rma, p.sku, p.title, p.options
FROM return_lines l JOIN returns r ON r.id = l.return_id JOIN orders o ON o.id = r."order", products p
WHERE l.id = $1 AND p.id = $2
"""


async def _body(exchange: LockedExchange, at: datetime) -> dict[str, Any]:
    row = await database.connection().fetchrow(_ABOUT, exchange.return_line, exchange.product)
    assert row is not None  # foreign keys hold all of it together
    return {
        "type": "exchange.order",
        "number": exchange.number,
        "return_number": row["rma"],
        "replaces_order": row["number"],
        "email": row["email"],
        "ship_to": msgspec.json.decode(row["ship_to"]),
        "lines": [
            {
                "sku": row["sku"],
                "title": row["title"],
                "options": msgspec.json.decode(row["options"]),
                "quantity": exchange.quantity,
            }
        ],
        "value": str(exchange.value.amount),
        "currency": row["currency"],
        "already_paid": True,
        "released_at": at.isoformat(),
    }


def _file(order: OutgoingOrder, folder: Path) -> None:
    """Whole or not at all: a reader of the folder never sees half an order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f".{order.number}.json.part"
    written.write_bytes(msgspec.json.format(msgspec.json.encode(order.body), indent=2))
    written.replace(folder / f"{order.number}.json")


async def _post(order: OutgoingOrder, settings: Settings, at: datetime) -> None:
    payload = msgspec.json.encode(order.body)
    headers = signed(str(order.id), payload, settings.order_webhook_secret, at)
    try:
        async with httpx.AsyncClient(timeout=15, follow_redirects=False) as client:
            answer = await client.post(settings.order_webhook or "", content=payload, headers=headers)
    except httpx.HTTPError as error:
        raise ShopNotReached(f"The shop's order webhook does not answer: {error}") from error
    if not answer.is_success:
        raise ShopNotReached(f"The shop's order webhook answered {answer.status_code}.")


def signed(id: str, payload: bytes, secret: str, at: datetime) -> dict[str, str]:
    """Headers of a webhook as Standard Webhooks describes: HMAC-SHA256 over id, time and body."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret else b""
    digest = hmac.new(key, b".".join((id.encode(), stamp.encode(), payload)), hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
