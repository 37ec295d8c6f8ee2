"""A box from scan to done."""

from __future__ import annotations

import io

from PIL import Image

from returns_app import clock, database
from returns_app.journal.actors import SHOPPER
from returns_app.merchants.queries import Shop
from returns_app.returns.cancel import cancel
from tests.faces.browser import Browser, hidden
from tests.faces.warehouse.makers import a_line, a_parcel, a_return, an_order, publish_policy, received
from tests.faces.warehouse.scanner import band, band_text, confirmed, judged, opened, scanned, uploaded


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


async def test_a_box_is_counted_judged_and_paid(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id), note="Sleeves too short")
    page = await scanned(bench, asked.rma)
    assert band(page) == "Return found"
    for shown in ("Linen shirt", "M, white", "8712345678906", "Too small", "Sleeves too short", "Refund"):
        assert shown in page.text
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=1, missing_0=1)
    assert band(page) == "Counted"
    assert await received(asked.id) == [(1, 1, 0)]
    page = await judged(bench, page, look="A", complete="yes")
    assert band(page) == "Done"
    assert "Refund of €\u00a016.05 goes out." in page.text
    assert "A: as new. Back in stock." in page.text
    assert "1 missing: “Linen shirt”" in page.text
    page = await scanned(bench, asked.rma)
    assert band(page) == "Counted already"
    assert "by wim" in band_text(page)


async def test_scanning_an_article_ticks_one_unit_and_writes_nothing(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    form, seen = await opened(bench, asked.id), []
    for _ in range(3):
        answer = await bench.post(f"/warehouse/return/{asked.id}/count", {**form, "code": "08712345678906"})
        page = await bench.get(answer.headers["location"])
        seen.append((band(page), hidden(page, "received-0")))
        form = {**form, "received-0": hidden(page, "received-0")}
    assert seen == [("Counted one", "1"), ("All here", "2"), ("Too many", "2")]
    assert await received(asked.id) == [(0, 0, 0)]


async def test_steppers_count_without_javascript_and_stay_within_the_box(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    form = await opened(bench, asked.id)
    for press, after in (
        ("missing-0-more", ("0", "1")),
        ("received-0-more", ("1", "1")),
        ("received-0-more", ("1", "1")),
        ("missing-0-less", ("1", "0")),
        ("all", ("2", "0")),
        ("nonsense-7-more", ("2", "0")),
    ):
        answer = await bench.post(f"/warehouse/return/{asked.id}/count", {**form, "press": press})
        page = await bench.get(answer.headers["location"])
        form |= {name: hidden(page, name) for name in ("received-0", "missing-0")}
        assert (form["received-0"], form["missing-0"]) == after, press


async def test_all_here_as_new_is_one_press(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id), resolution="credit")
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), press="all-as-new")
    assert band(page) == "Done"
    assert "Store credit of €\u00a044.00 goes out." in page.text
    [line] = await database.fetch("SELECT received, grade, disposition FROM return_lines")
    assert tuple(line) == (2, "A", "restock")


async def test_several_boxes_fill_one_return(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    first = await a_parcel(shop.id, asked.id, "3SBACK000000001")
    second = await a_parcel(shop.id, asked.id, "3SBACK000000002")
    page = await scanned(bench, "3SBACK000000002")
    assert hidden(page, "parcel") == str(second)
    await confirmed(bench, asked.id, {**await opened(bench, asked.id), "parcel": str(second)}, received_0=1)
    page = await scanned(bench, asked.rma)
    assert band_text(page).startswith("1 item should be in the box. A box of it was counted")
    await confirmed(bench, asked.id, {**await opened(bench, asked.id), "parcel": str(first)}, received_0=1)
    assert await received(asked.id) == [(2, 0, 0)]
    told = await database.fetch(
        "SELECT data->>'parcel' AS parcel FROM journal_events WHERE kind = 'return.received' ORDER BY id"
    )
    assert [row["parcel"] for row in told] == [str(second), str(first)]


async def test_an_extra_item_is_kept_with_its_photo_and_the_counts_stay(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    form = {
        "n": "1.0.0",
        "step": "a" * 32,
        "description": "A left sock",
        "quantity": "1",
        "extra_step": "b" * 32,
    }
    path = f"/warehouse/return/{asked.id}/extra"
    page = await uploaded(bench, path, form, a_picture())
    assert band(page) == "Extra item kept"
    assert hidden(page, "received-0") == "1"
    await uploaded(bench, path, form, a_picture())
    [extra] = await database.fetch("SELECT description, photo FROM extra_items")
    assert extra["description"] == "A left sock"
    photo = await bench.get(f"/warehouse/photo/{extra['photo']}")
    assert (photo.status_code, photo.headers["content-type"]) == (200, "image/jpeg")
    page = await uploaded(bench, path, form, b"no picture at all")
    assert page.status_code == 422
    assert "not a photo we can read" in page.text
    assert "A left sock" in page.text


async def test_a_scan_of_another_box_never_loses_counts(bench: Browser, shop: Shop) -> None:
    order = await an_order(shop.id)
    asked, other = (
        await a_return(shop.id, order, quantities=[1]),
        await a_return(shop.id, order, quantities=[1]),
    )
    form, path = await opened(bench, asked.id), f"/warehouse/return/{asked.id}/count"
    answer = await bench.post(path, {**form, "received-0": "1", "code": other.rma})
    page = await bench.get(answer.headers["location"])
    assert band(page) == "Not in this return"
    assert hidden(page, "received-0") == "1"
    answer = await bench.post(path, {**form, "code": other.rma})
    assert answer.headers["location"] == f"/warehouse/return/{other.id}"


async def test_a_cancelled_return_is_opened_again_and_says_so(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    await cancel(asked.id, merchant=shop.id, actor=SHOPPER, at=clock.now())
    page = await scanned(bench, asked.rma)
    assert band(page) == "Open it again"
    assert "Counting the box opens it again." in page.text
    await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=2)
    [row] = await database.fetch("SELECT status FROM returns")
    assert row["status"] == "approved"


async def test_the_policy_asks_and_warns(bench: Browser, shop: Shop) -> None:
    """A phone that is locked: the question is asked, a person checks, and the flag is loud."""
    await publish_policy(shop.id, "electronics")
    phone = a_line(
        "PHONE-1", title="Phone", product_type="electronics/phones", quantity=1, unit_price="500.00"
    )
    asked = await a_return(shop.id, await an_order(shop.id, lines=[phone]), reason="changed-mind")
    page = await bench.get(f"/warehouse/return/{asked.id}")
    assert "All here, as new" not in page.text
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=1)
    assert "Is it still locked to an account?" in page.text
    page = await judged(bench, page, look="A", complete="yes", locked="yes")
    assert "A person checks the deduction for “Phone”." in page.text
    assert "Don&#39;t reset it." in page.text


async def test_what_lacks_a_part_is_not_as_new(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=2)
    await judged(bench, page, look="A", complete="no")
    [line] = await database.fetch("SELECT grade, disposition FROM return_lines")
    assert tuple(line) == ("C", "resell_as_is")


async def test_a_missing_answer_is_asked_for_beside_it(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=2)
    page = await judged(bench, page, complete="no")
    assert page.status_code == 422
    assert "Choose the condition of “Linen shirt”." in page.text
    assert 'value="no" checked' in page.text


async def test_the_bench_speaks_dutch(bench: Browser, shop: Shop) -> None:
    asked = await a_return(shop.id, await an_order(shop.id))
    await bench.get("/warehouse/?lang=nl")
    assert "Onaangemelde retour" in (await scanned(bench, "9999")).text
    page = await confirmed(bench, asked.id, await opened(bench, asked.id), received_0=1, wrong_0=1)
    for words in ("Conditie A", "Terug op voorraad", "B-keuze", "Opknappen", "Afvoeren"):
        assert words in page.text
    page = await judged(bench, page, look="A", complete="yes")
    assert "1 verkeerd artikel in plaats van" in page.text
