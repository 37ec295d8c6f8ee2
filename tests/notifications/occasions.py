"""One return for each message, come as far as the message needs, by the verbs that bring it there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.lifecycle import RefundMove
from returns_app.exchanges.locked import lock_exchanges, move_exchange
from returns_app.exchanges.reserve import reserve
from returns_app.journal.actors import SHOPPER, SYSTEM
from returns_app.journal.append import append
from returns_app.journal.queries import timeline
from returns_app.merchants.queries import Shop
from returns_app.notifications.jobs import FOR_EVENT
from returns_app.notifications.write import write_message
from returns_app.refunds.move import lock_refund, move_refund
from returns_app.refunds.queries import refunds_of
from returns_app.returns.cancel import cancel
from returns_app.returns.deduct import decide_deduction
from returns_app.returns.expire import expire
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, Extra, receive
from returns_app.returns.request import request
from returns_app.returns.review import approve, reject
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.settings import Settings
from returns_app.settlement.settle import settle
from returns_app.shipping.barcodes import qr_png
from tests.makers import (
    AT,
    OWNER,
    SETTINGS,
    a_return,
    a_shop,
    agreed,
    an_order,
    line_ids,
    product_id,
    shoe,
    stock,
)

PDF = b"%PDF-1.7\nthe label as it is stored\n%%EOF\n"


class Occasion(msgspec.Struct, frozen=True):
    """What a message is written about: a return, and the event with its data."""

    kind: str
    shop: Shop
    return_id: UUID
    event: int
    data: dict[str, Any]

    async def written(self, settings: Settings, *, cause: str = "", at: datetime = AT) -> UUID | None:
        return await write_message(
            self.kind,
            cause=cause or f"event:{self.event}",
            merchant=self.shop.id,
            return_id=self.return_id,
            event=self.event,
            settings=settings,
            at=at,
            data=self.data,
        )


async def occasion(kind: str) -> Occasion:
    """A return at the point where `kind` is written."""
    shop, return_id = await _MAKERS[kind]()
    wanted = [event for event, written in FOR_EVENT.items() if written == kind]
    happened = [each for each in await timeline(shop.id, return_id) if each.kind in wanted][-1]
    return Occasion(kind, shop, return_id, happened.id, happened.data)


def shirt(**said: Any) -> dict[str, Any]:
    return {
        "sku": "LINEN-M",
        "title": "Linen overshirt",
        "options": {"colour": "sage green", "size": "M"},
        "quantity": 2,
        "unit_price": "44.95",
        "tax_rate": "21",
        "product_type": "apparel/tops",
        "stock": 3,
        "weight": 300,
        **said,
    }


async def three_ways(shop: Shop, *, method: str = "own") -> UUID:
    """Two shirts for money, one pair of shoes for another size, a bag for credit."""
    bag = shirt(sku="BAG", title="Canvas tote bag", options={}, quantity=1, unit_price="25.00")
    order = await an_order(shop, shirt(), shoe(), bag)
    await stock(shop, shoe(43))
    shirts, shoes, bags = await line_ids(order)
    lines = (
        LineWish(order_line=shirts, quantity=2, reason="too-large", resolution="refund"),
        LineWish(
            order_line=shoes,
            reason="too-small",
            resolution="exchange",
            product=await product_id(shop, "TRAIL-43"),
        ),
        LineWish(order_line=bags, reason="changed-mind", resolution="credit"),
    )
    consent = Consent("I choose this instead of money.", "1")
    wish = Wish(key=str(uuid4()), order=order, lines=lines, method=method, locale="nl", consent=consent)
    made = await request(await agreed(shop, wish), merchant=shop.id, actor=SHOPPER, at=AT)
    await reserve(made.id, merchant=shop.id, at=AT)
    return made.id


async def with_label(shop: Shop, return_id: UUID, *, qr: bool = False) -> None:
    """The parcel and its stored papers, as the carrier gave them."""
    parcel, seen = uuid4(), await return_seen(shop.id, return_id)
    await database.fetch(
        "INSERT INTO parcels"
        ' (id, merchant, kind, return_id, "order", carrier, method, tracking, state, note, created_at)'
        " VALUES ($1, $2, 'return', $3, $4, 'sendcloud', $5, '3SABCD1234567', 'label_ready', '', $6)",
        parcel,
        shop.id,
        return_id,
        seen.order,
        "qr" if qr else "label",
        AT,
    )
    await database.fetch(
        "INSERT INTO labels (id, parcel, state, request, pdf, qr, currency, problem, created_at, answered_at)"
        " VALUES ($1, $2, 'ready', '{}', $3, $4, 'EUR', '', $5, $5)",
        uuid4(),
        parcel,
        None if qr else PDF,
        qr_png(seen.rma) if qr else None,
        AT,
    )


async def happens(kind: Event, shop: Shop, return_id: UUID, **data: Any) -> None:
    """An event that another part of the program writes."""
    async with database.transaction():
        await append(kind, merchant=shop.id, actor=SYSTEM, at=AT, return_id=return_id, **data)


async def move_refunds(shop: Shop, return_id: UUID, move: RefundMove) -> None:
    for each in await refunds_of(shop.id, return_id):
        async with database.transaction():
            refund = await lock_refund(each.id)
            assert refund is not None
            await move_refund(refund, move, actor=SYSTEM, at=AT, problem="account closed" * (move == "fail"))


async def _requested() -> tuple[Shop, UUID]:
    shop = await a_shop()
    return shop, await three_ways(shop)


async def in_review() -> tuple[Shop, UUID]:
    """A business buyer's return: a person looks at it."""
    shop = await a_shop(policy="plain.toml")
    made = await a_return(shop, await an_order(shop, buyer="business"))
    return shop, made.id


async def _approved() -> tuple[Shop, UUID]:
    shop, return_id = await in_review()
    await approve(return_id, merchant=shop.id, actor=OWNER, at=AT)
    return shop, return_id


async def _rejected() -> tuple[Shop, UUID]:
    shop, return_id = await in_review()
    reason = "De zolen zijn buiten gedragen; dat zien we op de foto."
    await reject(return_id, reason=reason, merchant=shop.id, actor=OWNER, at=AT)
    return shop, return_id


async def _label_ready() -> tuple[Shop, UUID]:
    shop = await a_shop(settings=SETTINGS)
    return_id = await three_ways(shop, method="label")
    await with_label(shop, return_id)
    await happens(Event.LABEL_READY, shop, return_id)
    return shop, return_id


async def _received() -> tuple[Shop, UUID]:
    shop, return_id = await _requested()
    shirts, shoes, _bags = (await return_seen(shop.id, return_id)).lines
    counts = {shirts.id: Count(received=1, missing=1), shoes.id: Count(wrong=1)}
    extras = [Extra("A blue scarf")]
    await receive(return_id, counts, extras=extras, step="1", merchant=shop.id, actor=OWNER, at=AT)
    return shop, return_id


async def settled_all() -> tuple[Shop, UUID]:
    """One shirt missing, the bag worn: refund, exchange and credit, each with what changed."""
    shop, return_id = await _requested()
    lines = (await return_seen(shop.id, return_id)).lines
    shirts, shoes, bags = lines
    counts = {
        shirts.id: Count(received=1, missing=1),
        shoes.id: Count(received=1),
        bags.id: Count(received=1),
    }
    await receive(return_id, counts, step="1", merchant=shop.id, actor=OWNER, at=AT)
    judged = {
        shirts.id: Judged(grade="C", disposition="restock"),
        shoes.id: Judged(grade="A", disposition="restock"),
        bags.id: Judged(grade="A", disposition="restock"),
    }
    await grade(return_id, judged, step="2", merchant=shop.id, actor=OWNER, at=AT)
    for line in (await return_seen(shop.id, return_id)).lines:
        if line.verdict == "deduct":
            await decide_deduction(
                return_id,
                line.id,
                amount=500,
                reason="Vlek op de mouw",
                merchant=shop.id,
                actor=OWNER,
                at=AT,
            )
    await settle(return_id, merchant=shop.id, at=AT)
    await move_refunds(shop, return_id, "send")
    await move_refunds(shop, return_id, "succeed")
    await _send_out(return_id)
    await settle(return_id, merchant=shop.id, at=AT)
    return shop, return_id


async def _send_out(return_id: UUID) -> None:
    async with database.transaction():
        for exchange in await lock_exchanges(return_id):
            await move_exchange(exchange, "send_out", Event.EXCHANGE_SENT, actor=SYSTEM, at=AT)


async def _cancelled() -> tuple[Shop, UUID]:
    shop, return_id = await _label_ready()
    await cancel(return_id, merchant=shop.id, actor=SHOPPER, at=AT)
    return shop, return_id


async def _expired() -> tuple[Shop, UUID]:
    shop, return_id = await _requested()
    late = AT + timedelta(days=30)
    assert await expire(return_id, merchant=shop.id, day=late.date(), at=late)
    return shop, return_id


async def _reminder() -> tuple[Shop, UUID]:
    shop, return_id = await _label_ready()
    await happens(Event.REMINDER_DUE, shop, return_id)
    return shop, return_id


async def refund_failed_after_the_mail(settings: Settings) -> Occasion:
    """The shopper was told of a refund, and then it came back."""
    told = await occasion("settled")
    await told.written(settings)
    await move_refunds(told.shop, told.return_id, "fail")
    happened = [
        each for each in await timeline(told.shop.id, told.return_id) if each.kind == Event.REFUND_FAILED
    ][-1]
    return Occasion("refund_failed", told.shop, told.return_id, happened.id, happened.data)


_MAKERS: dict[str, Callable[[], Awaitable[tuple[Shop, UUID]]]] = {
    "requested": _requested,
    "approved": _approved,
    "rejected": _rejected,
    "label_ready": _label_ready,
    "received": _received,
    "settled": settled_all,
    "cancelled": _cancelled,
    "expired": _expired,
    "reminder": _reminder,
}
