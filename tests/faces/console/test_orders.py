"""From an order to a return for the shopper on the phone."""

from __future__ import annotations

from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser
from tests.faces.console.conftest import words
from tests.makers import a_return, a_shop, an_order


async def test_one_order_is_opened_at_once_by_number_or_mail(desk: Browser, shop: Shop) -> None:
    order = await an_order(shop, number="A-77")
    for said in ("a-77", "#A-77", "ANNA@example.com"):
        answer = await desk.get("/console/orders", params={"q": said})
        assert answer.headers["location"] == f"/console/orders/{order}", said
    assert "No order has this number" in (await desk.get("/console/orders?q=%25")).text


async def test_an_order_says_what_can_go_back_and_what_did(desk: Browser, shop: Shop) -> None:
    order = await an_order(shop)
    assert "1 can go back" in words((await desk.get(f"/console/orders/{order}")).text)
    await a_return(shop, order)
    text = words((await desk.get(f"/console/orders/{order}")).text)
    assert "All in a return, or sent back before" in text
    assert "Start a return for this shopper" not in text


async def test_a_return_is_started_for_the_shopper(desk: Browser, shop: Shop) -> None:
    order = await an_order(shop)
    answer = await desk.post(f"/console/orders/{order}/start", {})
    assert answer.headers["location"] == "/returns/winkel/choose"
    assert (await desk.get("/returns/winkel/choose")).status_code == 200
    assert (await desk.get("/console")).status_code == 200


async def test_another_shops_order_is_not_there(desk: Browser, shop: Shop) -> None:
    order = await an_order(await a_shop("elders"))
    assert (await desk.get(f"/console/orders/{order}")).status_code == 404
    assert (await desk.post(f"/console/orders/{order}/start", {})).status_code == 404
