"""What the demo shop's shoppers have sent back already, made by the same verbs as any return."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from returns_app.cli.demo_orders import (
    DAAN,
    FEMKE,
    LOTTE,
    MEES,
    NOOR,
    STUDIO,
    YUSUF,
    Bought,
    days_before,
)
from returns_app.core.dispositions import Grade, proposed
from returns_app.core.lifecycle import ReturnState
from returns_app.journal.actors import SHOPPER, Actor
from returns_app.merchants.queries import Role, Shop, staff_of
from returns_app.orders import queries as orders
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import ReturnSeen, return_seen, returns_of_order
from returns_app.returns.receive import Count, receive
from returns_app.returns.request import request
from returns_app.returns.review import reject
from returns_app.returns.weigh import weigh
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.shipping.found import keep_unannounced

_CONSENT = Consent("Ik kies dit in plaats van mijn geld terug.", "1")
_REJECTION = "Deze lampen zijn op maat bedrukt, daarom kunnen we ze niet terugnemen."
_STRAY_PARCEL = "3SLNWD0009999"


class SentBack(msgspec.Struct, frozen=True, kw_only=True):
    """The whole first line of an order, sent back; `then` is how far the shop has come with it."""

    order: Bought
    resolution: Literal["refund", "credit", "exchange"]
    reason: str
    days_ago: int
    """Days since it was asked for."""
    instead: str | None = None
    """SKU wanted in exchange."""
    then: Literal["nothing", "rejected", "received", "as new", "worn"] = "nothing"


RETURNS = (
    SentBack(
        order=Bought(number="10409", buyer=NOOR, goods=(("WAD-OATMEAL-L", 1),), days_ago=7),
        resolution="refund",
        reason="too-large",
        days_ago=1,
    ),
    SentBack(
        order=Bought(number="10404", buyer=FEMKE, goods=(("LOOF-WHITE-M", 1),), days_ago=9),
        resolution="exchange",
        reason="too-small",
        days_ago=2,
        instead="LOOF-WHITE-L",
    ),
    SentBack(
        order=Bought(number="10402", buyer=STUDIO, goods=(("KLEI", 6),), days_ago=10),
        resolution="credit",
        reason="changed-mind",
        days_ago=1,
    ),
    SentBack(
        order=Bought(number="10390", buyer=STUDIO, goods=(("UIL", 2),), days_ago=15),
        resolution="credit",
        reason="changed-mind",
        days_ago=8,
        then="rejected",
    ),
    SentBack(
        order=Bought(number="10395", buyer=YUSUF, goods=(("HEIDE", 1),), days_ago=12),
        resolution="credit",
        reason="changed-mind",
        days_ago=5,
        then="received",
    ),
    SentBack(
        order=Bought(number="10393", buyer=MEES, goods=(("DUIN-BLUE-43", 1),), days_ago=13),
        resolution="refund",
        reason="too-small",
        days_ago=4,
        then="received",
    ),
    SentBack(
        order=Bought(number="10388", buyer=LOTTE, goods=(("VEN", 1),), days_ago=16, paid_with="card"),
        resolution="refund",
        reason="better-price",
        days_ago=6,
        then="as new",
    ),
    SentBack(
        order=Bought(number="10385", buyer=DAAN, goods=(("DUIN-CORAL-44", 1),), days_ago=17),
        resolution="refund",
        reason="too-large",
        days_ago=7,
        then="worn",
    ),
)


async def make_returns(shop: Shop, now: datetime) -> None:
    """Ask for every return and bring it as far as it is, and leave one stray parcel at the bench.

    Again, it finishes what an interrupted run left and changes nothing else.
    """
    staff: dict[Role, Actor] = {member.role: member.actor() for member in await staff_of(shop.id)}
    for sent in RETURNS:
        seen = await _asked(shop, sent, now)
        if sent.then == "rejected":
            await _rejected(seen, sent, staff["agent"], now)
        elif sent.then != "nothing":
            await _at_the_bench(seen, sent, staff["warehouse"], now)
    await keep_unannounced(
        _STRAY_PARCEL,
        note="",
        step="demo-stray-parcel",
        merchant=shop.id,
        actor=staff["warehouse"],
        at=now,
    )


async def _asked(shop: Shop, sent: SentBack, now: datetime) -> ReturnSeen:
    order = await orders.find_order(shop.id, sent.order.number, sent.order.buyer.email)
    assert order is not None, "orders are made before what is sent back of them"
    there = await returns_of_order(shop.id, order.id)
    if there:
        return there[-1]
    at = days_before(now, sent.days_ago, hour=19)
    wish = await _wish(shop, sent, order.id)
    weighed = await weigh(shop.id, wish, at=at)
    agreed = msgspec.structs.replace(wish, agreed=weighed.fingerprint)
    asked = await request(agreed, merchant=shop.id, actor=SHOPPER, at=at)
    return await return_seen(shop.id, asked.id)


async def _wish(shop: Shop, sent: SentBack, order: UUID) -> Wish:
    line = (await orders.lines(shop.id, order))[0]
    instead = await orders.products_by_code(shop.id, sent.instead) if sent.instead else []
    return Wish(
        key=f"demo-{sent.order.number}",
        order=order,
        lines=(
            LineWish(
                order_line=line.id,
                quantity=line.quantity,
                reason=sent.reason,
                resolution=sent.resolution,
                product=instead[0].id if instead else None,
            ),
        ),
        method="label",
        locale=sent.order.buyer.locale,
        consent=None if sent.resolution == "refund" else _CONSENT,
    )


async def _rejected(seen: ReturnSeen, sent: SentBack, agent: Actor, now: datetime) -> None:
    if seen.status == ReturnState.IN_REVIEW:
        at = days_before(now, sent.days_ago - 1, hour=10)
        await reject(seen.id, reason=_REJECTION, merchant=seen.merchant, actor=agent, at=at)


async def _at_the_bench(seen: ReturnSeen, sent: SentBack, worker: Actor, now: datetime) -> None:
    """The box came in today; graded, when it is so far, right after."""
    step = f"demo-{sent.order.number}"
    box = {line.id: Count(received=line.quantity) for line in seen.lines}
    await receive(seen.id, box, step=f"{step}-received", merchant=seen.merchant, actor=worker, at=now)
    if sent.then == "received":
        return
    found = Grade.A if sent.then == "as new" else Grade.C
    judged = {line.id: Judged(grade=found, disposition=proposed(found)) for line in seen.lines}
    await grade(seen.id, judged, step=f"{step}-graded", merchant=seen.merchant, actor=worker, at=now)
