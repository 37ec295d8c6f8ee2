"""A box from scan to done, and each kind of code."""

from __future__ import annotations

import re
from uuid import UUID

import httpx

from returns_app import database
from returns_app.core.reference import grouped
from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser, hidden
from tests.faces.warehouse.conftest import received
from tests.faces.warehouse.makers import a_line, a_parcel, a_return, an_order


async def scanned(bench: Browser, code: str) -> httpx.Response:
    """Scan, and the page that answers."""
    return await bench.http.get((await bench.post("/warehouse/scan", {"code": code})).headers["location"])


def band(page: httpx.Response) -> str:
    found = re.search(r'class="band-word">([^<]*)<', page.text)
    assert found, page.text
    return found[1]


async def test_a_box_is_counted_judged_and_paid(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await scanned(bench, asked.rma)
    assert page.status_code == 200 and band(page) == "Return found"
    assert "Linen shirt" in page.text and "8712345678906" in page.text and "Too small" in page.text
    form = {"step": hidden(page, "step"), "parcel": "", "received-0": "0", "missing-0": "0", "wrong-0": "0"}
    here = f"/warehouse/return/{asked.id}"
    ticked = await bench.post(f"{here}/count", {**form, "code": "8712345678906"})
    page = await bench.get(ticked.headers["location"])
    assert band(page) == "Counted one" and 'name="received-0" value="1"' in page.text
    assert await received(asked.id) == [(0, 0, 0)]
    answer = await bench.post(f"{here}/receive", {**form, "received-0": "1", "missing-0": "1"})
    assert answer.headers["location"] == f"{here}/condition?said=counted"
    assert await received(asked.id) == [(1, 1, 0)]
    page = await bench.get(answer.headers["location"])
    [line] = re.findall(r'name="line-([^"]+)"', page.text)
    judged = await bench.post(
        f"{here}/condition",
        {"step": hidden(page, "step"), f"line-{line}": "yes", f"look-{line}": "A", f"complete-{line}": "yes"},
    )
    page = await bench.get(judged.headers["location"])
    assert "Refund of €\u00a0" in page.text and "Back in stock" in page.text and "1 missing: “Linen shirt”" in page.text
    [row] = await database.fetch(
        "SELECT grade, disposition, verdict FROM return_lines WHERE id = $1", UUID(line)
    )
    assert tuple(row) == ("A", "restock", "pay")
    assert band(await scanned(bench, asked.rma)) == "Counted already"


async def test_every_kind_of_code_leads_somewhere(bench: Browser, shop: Shop) -> None:
    order = await an_order(shop.id, outbound_tracking=["3SOUT123456789"])
    asked = await a_return(shop.id, order, quantities=[1])
    await a_parcel(shop.id, asked.id, "3SBACK987654321")
    await an_order(shop.id, "1002", outbound_tracking=["3SOUT000000002"])
    for code in (
        asked.rma,
        grouped(asked.rma).lower(),
        f"]C1{asked.rma}",
        "3sback987654321",
        "1001",
        "#1001",
    ):
        assert band(await scanned(bench, code)) == "Return found", code
    assert band(await scanned(bench, "1002")) == "Unannounced return"
    assert band(await scanned(bench, "3SOUT000000002")) == "Came back to us"
    assert band(await scanned(bench, "8712345678906")) == "An article"
    assert band(await scanned(bench, "what is this")) == "Unknown code"
    await a_return(shop.id, order, quantities=[1])
    assert band(await scanned(bench, "1001")) == "Which return?"
    assert a_line()["sku"] == "SHIRT-M" and band(await scanned(bench, "shirt-m")) == "An article"
