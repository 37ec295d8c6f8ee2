"""The shop is told of an exchange once: a whole file, and a signed webhook under one id."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from returns_app import clock, database
from returns_app.exchanges.queries import exchanges_of
from returns_app.exchanges.reserve import reserve
from returns_app.exchanges.send_out import ShopNotReached, send_out
from returns_app.merchants.queries import Shop
from returns_app.settings import Settings
from returns_app.settlement.settle import settle
from tests.makers import AT, a_return, a_shop, an_order, product_id, shoe, stock
from tests.practice.world import Ear, ear
from tests.settlement.test_settle import receive_all

SECRET = base64.b64encode(b"a secret the shop and we share").decode()


@pytest.fixture
async def shops_ear() -> AsyncIterator[Ear]:
    async with ear() as hearing:
        yield hearing


async def released() -> tuple[Shop, UUID, UUID]:
    """An exchange of one shoe for another size that may go out: shop, exchange and new product."""
    shop = await a_shop()
    order = await an_order(shop)
    await stock(shop, shoe(43))
    other = await product_id(shop, "TRAIL-43")
    asked = await a_return(shop, order, "exchange", product=other)
    await reserve(asked.id, merchant=shop.id, at=AT)
    await receive_all(shop, asked.id)
    await settle(asked.id, merchant=shop.id, at=AT)
    [exchange] = await exchanges_of(shop.id, asked.id)
    return shop, exchange.id, other


async def stock_of(product: UUID) -> tuple[int, int]:
    row = await database.fetch_one("SELECT stock, reserved FROM products WHERE id = $1", product)
    assert row is not None
    return row["stock"], row["reserved"]


async def test_the_order_is_filed_whole_and_the_stock_taken_once(db: str, tmp_path: Path) -> None:
    _, exchange, other = await released()
    settings = Settings(data=tmp_path)
    for _ in range(3):
        await send_out(exchange, settings=settings, at=clock.now())
    [file] = (tmp_path / "outgoing-orders").iterdir()
    order = msgspec.json.decode(file.read_bytes())
    assert order["lines"] == [
        {"sku": "TRAIL-43", "title": "Trail shoe", "options": {"size": "43"}, "quantity": 1}
    ]
    assert (order["replaces_order"], order["already_paid"], order["value"]) == ("1001", True, "80.00")
    assert order["ship_to"]["city"] == "Utrecht"
    assert await stock_of(other) == (4, 0)


async def test_the_webhook_is_signed_and_keeps_its_id_until_it_is_taken(
    db: str, tmp_path: Path, shops_ear: Ear
) -> None:
    _, exchange, other = await released()
    shops_ear.statuses = [500, 200]
    settings = Settings(
        data=tmp_path, order_webhook=f"{shops_ear.url}/orders", order_webhook_secret=f"whsec_{SECRET}"
    )
    with pytest.raises(ShopNotReached):
        await send_out(exchange, settings=settings, at=clock.now())
    assert await stock_of(other) == (5, 1)
    await send_out(exchange, settings=settings, at=clock.now())
    await send_out(exchange, settings=settings, at=clock.now())
    first, second = shops_ear.told
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    signed = f"{second.headers['webhook-id']}.{second.headers['webhook-timestamp']}.".encode() + second.body
    right = base64.b64encode(hmac.new(base64.b64decode(SECRET), signed, hashlib.sha256).digest()).decode()
    assert second.headers["webhook-signature"] == f"v1,{right}"
    assert await stock_of(other) == (4, 0)


async def test_a_shop_that_does_not_answer_is_tried_again(db: str, tmp_path: Path) -> None:
    _, exchange, other = await released()
    settings = Settings(data=tmp_path, order_webhook="http://127.0.0.1:9/orders")
    with pytest.raises(ShopNotReached, match="does not answer"):
        await send_out(exchange, settings=settings, at=clock.now())
    assert await stock_of(other) == (5, 1)
