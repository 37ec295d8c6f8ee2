"""A whole small shop for tests: a merchant with a policy, products in stock, and orders to return."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.journal.actors import SHOPPER, Actor
from returns_app.merchants.create import create_merchant
from returns_app.merchants.queries import Shop
from returns_app.merchants.settings import MerchantSettings, MethodCarriers, PostalAddress, Warehouse
from returns_app.orders.scheme import OrderTold
from returns_app.orders.take_in import take_in
from returns_app.returns.request import Requested, request
from returns_app.returns.weigh import weigh
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.rulebook.publish import publish

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = Actor("staff", "Olga Owner", "00000000-0000-0000-0000-00000000000a")
POLICIES = Path(__file__).parents[1] / "policies"
WAREHOUSE = Warehouse(
    key="main",
    name="Magazijn",
    address=PostalAddress(
        company="Winkel BV", street="Havenstraat", house_number="12", postal_code="3011 AA", city="Rotterdam"
    ),
)
SETTINGS = MerchantSettings(
    warehouses=(WAREHOUSE,),
    support_email="help@winkel.example",
    carriers=MethodCarriers(label="own", store="own", own="own"),
)


async def a_shop(
    slug: str = "winkel", *, policy: str = "fashion.toml", settings: MerchantSettings = SETTINGS
) -> Shop:
    """A Dutch shop whose published policy is one of the shipped ones."""
    shop = await create_merchant(
        slug=slug,
        name=slug.title(),
        currency="EUR",
        country="NL",
        locale="nl",
        timezone="Europe/Amsterdam",
        settings=settings,
        at=AT,
    )
    text = (POLICIES / policy).read_text()
    await publish(text, file=policy, merchant=shop.id, actor=OWNER, at=AT)
    return shop


def shoe(size: int = 42, **said: Any) -> dict[str, Any]:
    """A shoe of a family of sizes, in stock."""
    return {
        "sku": f"TRAIL-{size}",
        "family": "TRAIL",
        "title": "Trail shoe",
        "options": {"size": str(size)},
        "quantity": 1,
        "unit_price": "80.00",
        "tax_rate": "21",
        "product_type": "apparel/shoes",
        "stock": 5,
        "weight": 900,
        **said,
    }


async def an_order(
    shop: Shop,
    *lines: dict[str, Any],
    number: str = "1001",
    email: str = "anna@example.com",
    reference: str = "pi_1001",
    total: str | None = None,
    **said: Any,
) -> UUID:
    """An order of ten days ago, delivered five days ago, paid by card. One shoe unless told."""
    goods = list(lines) or [shoe()]
    worth = total or _sum(goods)
    order = {
        "number": number,
        "currency": "EUR",
        "ordered_at": "2026-11-10T10:00:00+01:00",
        "dispatched_at": "2026-11-12T10:00:00+01:00",
        "delivered_at": "2026-11-15T10:00:00+01:00",
        "total": worth,
        "email": email,
        "locale": "nl",
        "customer": {"key": email, "name": "Anna de Vries"},
        "ship_to": {
            "country": "NL",
            "name": "Anna de Vries",
            "street": "Dorpsstraat",
            "house_number": "1",
            "postal_code": "1234 AB",
            "city": "Utrecht",
        },
        "lines": goods,
        "payments": [{"method": "card", "gateway": "stripe", "reference": reference, "captured": worth}],
        **said,
    }
    taken = await take_in(msgspec.convert(order, OrderTold), merchant=shop.id, at=AT)
    return taken.order


def _sum(lines: list[dict[str, Any]]) -> str:
    cents = sum(round(float(line["unit_price"]) * 100) * line["quantity"] for line in lines)
    return f"{cents / 100:.2f}"


async def stock(shop: Shop, *products: dict[str, Any]) -> None:
    """Products in the shop's catalogue that nobody has bought yet."""
    await an_order(shop, *products, number=f"stock-{uuid4()}", email="nobody@example.com")


async def product_id(shop: Shop, sku: str) -> UUID:
    row = await database.fetch_one("SELECT id FROM products WHERE merchant = $1 AND sku = $2", shop.id, sku)
    assert row is not None
    return row["id"]


async def line_ids(order: UUID) -> list[UUID]:
    rows = await database.fetch('SELECT id FROM order_lines WHERE "order" = $1 ORDER BY position', order)
    return [row["id"] for row in rows]


async def a_wish(
    shop: Shop,
    order: UUID,
    resolution: str = "refund",
    *,
    method: str = "own",
    key: str | None = None,
    product: UUID | None = None,
    reason: str = "too-small",
    quantity: int = 1,
    at: datetime = AT,
) -> Wish:
    """A complete wish for the first line of an order, agreed to as it is quoted now."""
    [line, *_] = await line_ids(order)
    wish = Wish(
        key=key or str(uuid4()),
        order=order,
        lines=(
            LineWish(
                order_line=line, quantity=quantity, reason=reason, resolution=resolution, product=product
            ),
        ),
        method=method,
        locale="nl",
        consent=Consent("I choose this instead of money.", "1") if resolution != "refund" else None,
    )
    return await agreed(shop, wish, at=at)


async def agreed(shop: Shop, wish: Wish, *, at: datetime = AT) -> Wish:
    """The wish with the fingerprint of what its shopper would be shown."""
    weighed = await weigh(shop.id, wish, at=at)
    return msgspec.structs.replace(wish, agreed=weighed.fingerprint)


async def a_return(shop: Shop, order: UUID, resolution: str = "refund", **said: Any) -> Requested:
    """A return asked for by the shopper."""
    wish = await a_wish(shop, order, resolution, **said)
    return await request(wish, merchant=shop.id, actor=SHOPPER, at=said.get("at", AT))
