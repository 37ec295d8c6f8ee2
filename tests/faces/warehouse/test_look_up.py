"""Every code leads somewhere, in this shop alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from returns_app import database
from returns_app.core.reference import grouped, rma_number
from returns_app.faces.warehouse.bench import LONGEST_CODE
from returns_app.merchants.create import create_merchant
from returns_app.merchants.queries import Shop, StaffMember
from tests.faces.browser import Browser
from tests.faces.conftest import LONG_AGO, person
from tests.faces.warehouse.makers import a_line, a_parcel, a_return, an_order, publish_policy, sign_in
from tests.faces.warehouse.scanner import band, scanned


async def test_every_kind_of_code_leads_somewhere(bench: Browser, shop: Shop) -> None:
    order = await an_order(shop.id, outbound_tracking=["3SOUT123456789"])
    asked = await a_return(shop.id, order, quantities=[1])
    await a_parcel(shop.id, asked.id, "3SBACK987654321")
    await an_order(shop.id, "1002", lines=[a_line("MUG")], outbound_tracking=["3SOUT000000002"])
    rma = asked.rma
    for code in (
        rma,
        grouped(rma).lower(),
        f"]C1{rma}",
        f"\x1d]C1{rma}\r",
        "3sback987654321",
        "1001",
        "#1001",
    ):
        assert band(await scanned(bench, code)) == "Return found", code
    for code, word in {
        "1002": "Unannounced return",
        "3SOUT000000002": "Came back to us",
        "3SOUT123456789": "Came back to us",
        "8712345678906": "An article",
        "shirt-m": "An article",
        "MUG": "An article",
        "what is this": "Unknown code",
    }.items():
        assert band(await scanned(bench, code)) == word, code


async def test_several_returns_of_an_order_are_a_choice(bench: Browser, shop: Shop) -> None:
    order = await an_order(shop.id)
    both = [await a_return(shop.id, order, quantities=[1]) for _ in range(2)]
    page = await scanned(bench, "1001")
    assert band(page) == "Which return?"
    assert all(f"/warehouse/return/{each.id}" in page.text for each in both)


async def test_an_article_alone_shows_who_waits_for_it(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await scanned(bench, "8712345678906")
    assert f"/warehouse/return/{asked.id}" in page.text
    assert "Anna de Wit" in page.text
    await database.fetch("UPDATE return_lines SET received = quantity")
    assert "No open return waits for it." in (await scanned(bench, "8712345678906")).text


async def test_another_shop_is_not_there(app: Litestar, bench: Browser, shop: Shop) -> None:
    other = await create_merchant("other", name="Other", at=LONG_AGO)
    await publish_policy(other.id, "fashion")
    order = await an_order(other.id, "9001", lines=[a_line("SECRET", ean="4006381333931")])
    asked = await a_return(other.id, order)
    await a_parcel(other.id, asked.id, "3SOTHER00000001")
    for code in (asked.rma, "9001", "3SOTHER00000001", "SECRET", "4006381333931"):
        page = await scanned(bench, code)
        assert band(page) == "Unknown code"
        assert "Anna" not in page.text
    for path in ("", "/condition", "/result"):
        assert (await bench.get(f"/warehouse/return/{asked.id}{path}")).status_code == 404
    form = {"received-0": "1", "step": "a" * 32}
    assert (await bench.post(f"/warehouse/return/{asked.id}/receive", form)).status_code == 404
    assert "9001" not in (await bench.get(f"/warehouse/box?code=x&order={order}")).text
    assert (await bench.get(f"/warehouse/order/{order}")).status_code == 303
    theirs = await sign_in(Browser(app), await person(other, "tess", "warehouse"))
    assert band(await scanned(theirs, asked.rma)) == "Return found"


@pytest.mark.parametrize(
    "code",
    [
        "\x00\x01\x1d\x7f",
        "x" * 10_000,
        "📦🧤" * 50,
        "'; DROP TABLE returns; --",
        "%s%d{0}{{7*7}}",
        "\u202egnp.exe",
        "../../etc/passwd",
        "]C1",
        "<script>alert(1)</script>",
        rma_number(7),
    ],
)
async def test_strange_scans_become_boxes_or_nothing(bench: Browser, code: str) -> None:
    page = await scanned(bench, code)
    assert page.status_code == 200
    assert band(page) in ("Unknown code", "Unannounced return", "Ready")
    assert "<script>alert" not in page.text
    assert "x" * (LONGEST_CODE + 1) not in page.text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=st.text(max_size=300))
async def test_no_scan_breaks_the_bench(bench: Browser, code: str) -> None:
    answer = await bench.post("/warehouse/scan", {"code": code.encode("utf-8", "replace").decode()})
    assert (await bench.get(answer.headers["location"])).status_code == 200


async def test_only_staff_and_only_with_the_forms_own_token(
    app: Litestar, bench: Browser, shop: Shop
) -> None:
    stranger = Browser(app)
    answer = await stranger.get("/warehouse/")
    assert answer.headers["location"].startswith("/sign-in")
    assert (await bench.http.post("/warehouse/scan", data={"code": "1"})).status_code == 403
    assert (
        await bench.post("/warehouse/scan", {"code": "1"}, headers={"sec-fetch-site": "cross-site"})
    ).status_code == 403


@pytest.mark.parametrize("role", ["owner", "agent"])
async def test_the_office_may_stand_at_the_bench(
    app: Litestar, wim: StaffMember, shop: Shop, role: str
) -> None:
    who = await person(shop, role, "owner" if role == "owner" else "agent")
    assert (await (await sign_in(Browser(app), who)).get("/warehouse/")).status_code == 200


async def test_a_scan_takes_few_statements(
    bench: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the scan of a return number to its page, sign-in and session included."""
    asked = await a_return(shop.id, await an_order(shop.id))
    told: list[str] = []
    fetch = database.fetch

    async def listening(sql: str, *arguments: object) -> list[object]:
        told.append(sql)
        return list(await fetch(sql, *arguments))

    monkeypatch.setattr(database, "fetch", listening)
    await scanned(bench, asked.rma)
    assert len(told) <= 15
