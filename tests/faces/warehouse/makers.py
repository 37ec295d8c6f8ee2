"""Orders and returns as the bench meets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from returns_app import clock, database
from returns_app.journal.actors import SHOPPER, Actor
from returns_app.merchants.queries import StaffMember
from returns_app.orders.queries import lines
from returns_app.orders.scheme import OrderTold
from returns_app.orders.take_in import take_in
from returns_app.returns.request import Requested, request
from returns_app.returns.weigh import weigh
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.rulebook.publish import publish
from tests.faces.browser import Browser
from tests.faces.conftest import PASSWORD

POLICIES = Path(__file__).parents[3] / "policies"


async def publish_policy(merchant: UUID, name: str) -> None:
    file = POLICIES / f"{name}.toml"
    text = file.read_text()
    await publish(text, file=file.name, merchant=merchant, actor=Actor("system"), at=clock.now())


async def sign_in(browser: Browser, person: StaffMember) -> Browser:
    answer = await browser.post("/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


def a_line(sku: str = "SHIRT-M", **said: Any) -> dict[str, Any]:
    return {
        "sku": sku,
        "title": "Linen shirt",
        "product_type": "apparel/shirts",
        "options": {"size": "M", "colour": "white"},
        "quantity": 2,
        "unit_price": "20.00",
        "tax_rate": "21",
        "ean": "8712345678906",
        **said,
    }


async def an_order(merchant: UUID, number: str = "1001", *, at: datetime | None = None, **said: Any) -> UUID:
    """An order that was delivered five days ago and paid through Stripe."""
    now = at or clock.now()
    given = said.pop("lines", [a_line()])
    total = sum(float(line["unit_price"]) * line["quantity"] for line in given)
    told = {
        "number": number,
        "currency": "EUR",
        "ordered_at": (now - timedelta(days=9)).isoformat(),
        "dispatched_at": (now - timedelta(days=7)).isoformat(),
        "delivered_at": (now - timedelta(days=5)).isoformat(),
        "email": "anna@example.com",
        "total": f"{total:.2f}",
        "ship_to": {"name": "Anna de Wit", "street": "Kade", "house_number": "1", "country": "NL"},
        "lines": given,
        "payments": [
            {"method": "ideal", "gateway": "stripe", "reference": f"pi_{number}", "captured": f"{total:.2f}"}
        ],
        **said,
    }
    return (await take_in(msgspec.convert(told, OrderTold), merchant=merchant, at=now)).order


async def a_return(
    merchant: UUID,
    order: UUID,
    *,
    quantities: Sequence[int] | None = None,
    resolution: str = "refund",
    reason: str = "too-small",
    note: str = "",
    at: datetime | None = None,
) -> Requested:
    """The shopper asks to send lines of an order back, and the policy says yes."""
    now = at or clock.now()
    goods = [line for line in await lines(merchant, order) if line.kind == "goods"]
    amounts = quantities or [line.quantity for line in goods]
    wish = Wish(
        key=uuid4().hex,
        order=order,
        method="label",
        consent=Consent("yes", "1"),
        lines=tuple(
            LineWish(order_line=line.id, quantity=amount, reason=reason, resolution=resolution, note=note)
            for line, amount in zip(goods, amounts, strict=False)
            if amount
        ),
    )
    weighed = await weigh(merchant, wish, at=now)
    agreed = msgspec.structs.replace(wish, agreed=weighed.fingerprint)
    return await request(agreed, merchant=merchant, actor=SHOPPER, at=now)


async def a_parcel(merchant: UUID, return_id: UUID, tracking: str, state: str = "delivered") -> UUID:
    """A parcel of a return, as the carrier told of it."""
    parcel = uuid4()
    await database.fetch(
        "INSERT INTO parcels (id, merchant, kind, return_id, carrier, method, tracking, state, note,"
        " created_at, delivered_at) VALUES ($1, $2, 'return', $3, 'practice', 'label', $4, $5, '', $6, $6)",
        parcel,
        merchant,
        return_id,
        tracking,
        state,
        clock.now(),
    )
    return parcel


async def received(return_id: UUID) -> list[tuple[int, int, int]]:
    """What was counted, line by line: received, missing, wrong."""
    found = await database.fetch(
        "SELECT received, missing, wrong FROM return_lines WHERE return_id = $1 ORDER BY position", return_id
    )
    return [(row["received"], row["missing"], row["wrong"]) for row in found]
