"""Twice, at once, and too much: what was counted stays counted once."""

from __future__ import annotations

import asyncio

from litestar import Litestar

from returns_app import database
from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser
from tests.faces.conftest import person
from tests.faces.warehouse.makers import a_return, an_order, received, sign_in
from tests.faces.warehouse.scanner import band, band_text, confirmed, judged, opened


async def test_the_same_step_again_changes_nothing(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    form = await opened(bench, asked.id)
    await confirmed(bench, asked.id, form, received_0=1)
    page = await confirmed(bench, asked.id, form, received_0=1)
    assert band(page) == "Done already"
    assert "by wim. Nothing was added a second time." in band_text(page)
    assert await received(asked.id) == [(1, 0, 0)]


async def test_a_double_click_counts_once(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    form = await opened(bench, asked.id)
    pages = await asyncio.gather(*(confirmed(bench, asked.id, form, received_0=1) for _ in range(4)))
    assert sorted(band(page) for page in pages) == ["Counted"] + ["Done already"] * 3
    assert await received(asked.id) == [(1, 0, 0)]


async def test_of_two_stations_one_wins_and_the_other_is_told(
    app: Litestar, bench: Browser, shop: Shop
) -> None:
    second = await sign_in(Browser(app), await person(shop, "ada", "warehouse"))
    asked = await a_return(shop.id, await an_order(shop.id))
    forms = [await opened(station, asked.id) for station in (bench, second)]
    pages = await asyncio.gather(
        confirmed(bench, asked.id, forms[0], received_0=2),
        confirmed(second, asked.id, forms[1], received_0=2),
    )
    assert sorted(page.status_code for page in pages) == [200, 409]
    [lost] = [page for page in pages if page.status_code == 409]
    assert band(lost) == "Not counted"
    assert "nothing of yours was added" in band_text(lost)
    assert await received(asked.id) == [(2, 0, 0)]


async def test_more_than_announced_is_refused_with_what_to_do(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=5)
    assert page.status_code == 409
    assert "add it as extra" in band_text(page)
    assert await received(asked.id) == [(0, 0, 0)]


async def test_nothing_counted_is_said(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await confirmed(bench, asked.id, await opened(bench, asked.id))
    assert (page.status_code, band(page)) == (422, "Not counted")
    assert "Count at least one item" in band_text(page)


async def test_judging_twice_judges_once(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=2)
    assert band(await judged(bench, page, look="B", complete="yes")) == "Done"
    assert band(await judged(bench, page, look="D", complete="yes")) == "Done already"
    [line] = await database.fetch("SELECT grade FROM return_lines")
    assert line["grade"] == "B"


async def test_odd_fields_are_no_accident(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    odd = {"received-0": "-1", "missing-0": "٣", "wrong-0": "1e9", "step": "x", "parcel": "no"}
    page = await bench.post(f"/warehouse/return/{asked.id}/receive", odd)
    assert page.status_code == 422
    page = await bench.get(f"/warehouse/return/{asked.id}?n=9.9.9-a.b-1&step=!&line=99&said=ticked")
    assert page.status_code == 200
    assert await received(asked.id) == [(0, 0, 0)]
