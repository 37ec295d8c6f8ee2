"""Boxes without a return: never a dead end, and found again."""

from __future__ import annotations

from returns_app import database
from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser, hidden
from tests.faces.warehouse.makers import a_return, an_order
from tests.faces.warehouse.scanner import band, scanned, uploaded
from tests.faces.warehouse.test_walk import a_picture


async def test_an_unknown_code_is_kept_found_again_and_matched(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await scanned(bench, "JUST-A-BOX")
    form = {"step": hidden(page, "step"), "code": "JUST-A-BOX", "note": "A letter of Anna"}
    page = await uploaded(bench, "/warehouse/box", form, a_picture())
    assert band(page) == "Kept"
    assert "A letter of Anna" in page.text
    assert "/warehouse/photo/" in page.text
    assert "JUST-A-BOX" in (await bench.get("/warehouse/")).text
    again = await uploaded(bench, "/warehouse/box", form, a_picture())
    assert band(again) == "Known box"
    assert len(await database.fetch("SELECT 1 FROM parcels")) == 1
    known = await scanned(bench, "just-a-box")
    assert band(known) == "Known box"
    box = known.url.path
    wrong = await bench.post(f"{box}/match", {"code": "nobody knows"})
    assert band(wrong) == "No return"
    matched = await bench.post(f"{box}/match", {"code": asked.rma})
    assert band(await bench.get(matched.headers["location"])) == "Matched"
    assert "JUST-A-BOX" not in (await bench.get("/warehouse/")).text
    assert band(await scanned(bench, "JUST-A-BOX")) == "Return found"


async def test_an_order_without_a_return_keeps_its_order(bench: Browser, shop: Shop) -> None:
    order = await an_order(shop.id)
    page = await scanned(bench, "1001")
    assert band(page) == "Unannounced return"
    assert "Linen shirt" in page.text
    form = {name: hidden(page, name) for name in ("step", "order", "kind")}
    page = await bench.post("/warehouse/box", {**form, "code": "1001", "note": ""})
    [parcel] = await database.fetch('SELECT kind, "order" FROM parcels')
    assert tuple(parcel) == ("unannounced", order)
    [task] = await database.fetch("SELECT kind, open FROM journal_tasks")
    assert tuple(task) == ("parcel.unannounced", True)


async def test_an_outbound_parcel_comes_back(bench: Browser, shop: Shop) -> None:
    order = await an_order(shop.id, outbound_tracking=["3SOUT123456789"])
    page = await scanned(bench, "3SOUT123456789")
    assert "Refused or not collected" in page.text
    form = {name: hidden(page, name) for name in ("step", "order", "kind")}
    await bench.post("/warehouse/box", {**form, "code": "3SOUT123456789", "note": "No answer at the door"})
    [parcel] = await database.fetch('SELECT kind, "order" FROM parcels')
    assert tuple(parcel) == ("undeliverable", order)
    assert band(await scanned(bench, "3SOUT123456789")) == "Known box"


async def test_a_return_may_come_in_the_box_it_was_sent_out_in(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id, outbound_tracking=["3SOUT123456789"]))
    assert f"/warehouse/return/{asked.id}" in (await scanned(bench, "3SOUT123456789")).text


async def test_a_box_of_an_order_with_several_returns_is_matched_by_choice(
    bench: Browser, shop: Shop
) -> None:
    order = await an_order(shop.id)
    both = [await a_return(shop.id, order, quantities=[1]) for _ in range(2)]
    kept = await bench.post("/warehouse/box", {"code": "", "note": "No code", "step": "c" * 32})
    box = kept.headers["location"].partition("?")[0]
    page = await bench.post(f"{box}/match", {"code": "1001"})
    assert band(page) == "Which return?"
    chosen = await bench.post(f"{box}/match", {"return": str(both[0].id)})
    assert chosen.headers["location"].startswith(f"/warehouse/return/{both[0].id}")


async def test_a_photo_that_is_none_keeps_what_was_written(bench: Browser, shop: Shop) -> None:
    form = {"code": "B-1", "note": "Wet on one side", "step": "d" * 32}
    page = await uploaded(bench, "/warehouse/box", form, b"not a picture")
    assert page.status_code == 422
    assert "Wet on one side" in page.text
    assert not await database.fetch("SELECT 1 FROM parcels")
