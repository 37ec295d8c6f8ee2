"""Orders and stock over the API: by key, once, and refused with a problem document."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from returns_app.merchants.api_keys import make_api_key
from returns_app.merchants.queries import Shop
from returns_app.orders import queries
from tests.faces.browser import Browser
from tests.faces.conftest import LONG_AGO
from tests.orders.makers import a_line, an_order


@pytest.fixture
async def key(shop: Shop) -> dict[str, str]:
    made = await make_api_key(shop.id, name="shop", at=LONG_AGO)
    return {"Authorization": f"Bearer {made.secret}"}


async def put(browser: Browser, key: dict[str, str], order: Any) -> httpx.Response:
    return await browser.http.put("/api/v1/orders", json=order, headers=key)


async def test_an_order_is_told_twice_and_made_once(
    browser: Browser, shop: Shop, key: dict[str, str]
) -> None:
    first, again = await put(browser, key, an_order()), await put(browser, key, an_order())
    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert first.json()["id"] == again.json()["id"]
    assert await queries.find_order(shop.id, "1001", "anna@example.com") is not None
    posted = await browser.http.post("/api/v1/orders", json=an_order(number="1002"), headers=key)
    assert posted.status_code == 201


@pytest.mark.parametrize(
    ("said", "status", "code", "words"),
    [
        ({"total": 43.95}, 400, "order_not_understood", "total: expected an amount as a text"),
        ({"total": "50.00"}, 422, "order_does_not_add_up", "together EUR 43.95, but its total is EUR 50.00"),
    ],
)
async def test_what_is_wrong_is_a_problem_document(
    browser: Browser, key: dict[str, str], said: dict[str, Any], status: int, code: str, words: str
) -> None:
    answer = await put(browser, key, an_order(**said))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert words in answer.json()["detail"]


async def test_nobody_tells_orders_without_a_key(browser: Browser, key: dict[str, str]) -> None:
    for headers in ({}, {"Authorization": f"Bearer rk_{uuid4()}"}, {"Authorization": "Basic x"}):
        assert (await put(browser, headers, an_order())).status_code == 401


async def test_stock_is_told_and_unknown_articles_are_named(browser: Browser, key: dict[str, str]) -> None:
    await put(browser, key, an_order(lines=[a_line(stock=1)]))
    stock = [{"sku": "SHIRT-M", "stock": 4}, {"sku": "NOPE", "stock": 1}]
    answer = await browser.http.put("/api/v1/stock", json=stock, headers=key)
    assert (answer.status_code, answer.json()) == (200, {"changed": 1, "unchanged": 0, "unknown": ["NOPE"]})


async def test_the_scheme_can_be_read(browser: Browser) -> None:
    answer = await browser.http.get("/api/v1/orders/schema.json")
    assert answer.status_code == 200
    assert "OrderTold" in answer.json()["$defs"]
