"""What can't be: closed items, missing answers, changed amounts, other people's returns."""

from __future__ import annotations

import io
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from PIL import Image

from returns_app import database
from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser, hidden
from tests.faces.portal.walking import Walker, led_to, said_on
from tests.makers import a_return, a_shop, an_order, line_ids, shoe


async def test_what_is_typed_stays_when_something_is_missing(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    nothing = await walker.send("choose", {})
    assert nothing.status_code == 422
    assert "Choose at least one item to send back." in said_on(nothing)
    said = {"pick": str(line), f"quantity-{line}": "9", f"note-{line}": "Too tight\nat the heel"}
    wrong = await walker.send("choose", said)
    assert wrong.status_code == 422
    assert "<title>2 errors: Choose (step 2 of 5)" in wrong.text
    assert "You can send back at most 1 of “Trail shoe”." in said_on(wrong)
    assert "Choose a reason for “Trail shoe”." in said_on(wrong)
    assert "Too tight\nat the heel" in wrong.text
    assert f'value="{line}" checked' in wrong.text


async def test_an_order_of_a_marketplace_is_returned_there(app: Litestar, shop: Shop) -> None:
    order = await an_order(shop, number="1002", settled_by="marketplace", channel="Bol")
    page = said_on(await (await Walker(app, shop, order).enter()).get("choose"))
    assert "Bought at Bol" in page
    assert "Go on" not in page


async def test_a_closed_item_says_until_when_it_could_go_back(app: Litestar, shop: Shop) -> None:
    days = {"ordered_at": "2026-08-01T10:00:00+02:00", "dispatched_at": "2026-08-02T10:00:00+02:00"}
    order = await an_order(shop, number="1003", delivered_at="2026-08-05T10:00:00+02:00", **days)
    walker = await Walker(app, shop, order).enter()
    page = said_on(await walker.get("choose"))
    assert "You could send this back until Fri 4 September. Is something wrong with it?" in page
    [line] = await line_ids(order)
    assert led_to(await walker.choose(line, reason="changed-mind")) == "decide"
    page = said_on(await walker.get("decide"))
    assert "None of these items can be sent back for this reason" in page
    assert "For this reason you could send it back until 4 September 2026." in page
    assert led_to(await walker.get("check")) == "decide"


async def test_everything_in_a_return_already_leads_to_it(app: Litestar, shop: Shop, order: UUID) -> None:
    made = await a_return(shop, order)
    page = await (await Walker(app, shop, order).enter()).get("choose")
    assert f"/returns/winkel/return/{made.rma}" in page.text
    assert "Already in a return, or sent back before." in said_on(page)


async def test_follow_ups_and_a_photo_are_asked_for_and_kept(app: Litestar, shop: Shop) -> None:
    """Of what was delivered long ago: while a purchase can be withdrawn from, no photo may be asked."""
    days = {"ordered_at": "2026-10-01", "dispatched_at": "2026-10-02", "delivered_at": "2026-10-03"}
    order = await an_order(shop, **{name: f"{day}T10:00:00+02:00" for name, day in days.items()})
    walker = await Walker(app, shop, order).enter()
    [line] = await line_ids(order)
    assert led_to(await walker.choose(line, reason="defective")) == "details"
    assert led_to(await walker.get("decide")) == "details"
    missing = await walker.send("details", {f"note-{line}": "It squeaks"})
    assert missing.status_code == 422
    assert "Answer “What does not work, and when?” for “Trail shoe”." in said_on(missing)
    assert "Add a photo of “Trail shoe”" in said_on(missing)
    assert "It squeaks" in missing.text
    files = {f"photo-{line}": ("heel.png", a_picture(), "image/png")}
    kept = await walker.send("details", {"stay": "yes", f"answer-{line}-fault": "The sole"}, files=files)
    assert kept.status_code == 200
    photo = kept.text.partition("/photo/")[2].partition('"')[0]
    shown = await walker.get(f"photo/{photo}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).format == "JPEG"
    gone = await walker.send("details", {f"remove-{photo}": "yes"})
    assert "/photo/" not in gone.text
    assert (await walker.get(f"photo/{photo}")).status_code == 404
    assert led_to(await walker.send("details", {}, files=files)) == "decide"


def a_picture(size: tuple[int, int] = (60, 40)) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", size, "brown").save(picture, "PNG")
    return picture.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"not a picture at all", 422, "This file is not a photo we can read."),
        (b"\xff" * (40 * 1024 * 1024), 413, "This photo is larger than 10 MB."),
    ],
)
async def test_a_photo_that_cannot_be_taken_says_so_and_loses_nothing(
    walker: Walker, order: UUID, content: bytes, status: int, sentence: str
) -> None:
    [line] = await line_ids(order)
    await walker.choose(line, reason="defective")
    files = {f"photo-{line}": ("photo.jpg", content, "image/jpeg")}
    answer = await walker.send("details", {f"answer-{line}-fault": "The sole is off"}, files=files)
    assert answer.status_code == status
    assert sentence in said_on(answer)
    assert "The sole is off" in answer.text
    assert "The sole is off" in (await walker.get("details")).text


async def test_amounts_that_changed_are_shown_before_anything_is_made(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    await _up_to_check(walker, line)
    page = await walker.get("check")
    form = {"draft": hidden(page, "draft"), "agreed": hidden(page, "agreed")}
    await walker.send("send", {"method": "label"})
    answer = await walker.post("check", form)
    assert answer.status_code == 409
    assert "The amounts have changed since you saw them." in said_on(answer)
    assert "€ 76.05" in said_on(answer)
    assert await database.fetch("SELECT 1 FROM returns") == []
    form["agreed"] = hidden(answer, "agreed")
    assert led_to(await walker.post("check", form)).startswith("done/")


async def _up_to_check(walker: Walker, line: UUID, method: str = "own") -> None:
    await walker.choose(line)
    await walker.decide(line, "refund")
    await walker.send("send", {"method": method})


async def test_a_second_click_and_a_second_tab_find_the_one_return(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    await _up_to_check(walker, line)
    page, other_tab = await walker.get("check"), await walker.get("decide")
    form = {"draft": hidden(page, "draft"), "agreed": hidden(page, "agreed")}
    first, second = await walker.post("check", form), await walker.post("check", form)
    assert led_to(first) == led_to(second)
    later = {"draft": hidden(other_tab, "draft"), f"resolution-{line}": "credit"}
    assert led_to(await walker.post("decide", later)) == led_to(first)
    assert len(await database.fetch("SELECT 1 FROM returns")) == 1
    assert led_to(await walker.get("check")) == "choose"


async def test_units_taken_meanwhile_send_back_to_choosing(walker: Walker, shop: Shop, order: UUID) -> None:
    [line] = await line_ids(order)
    await _up_to_check(walker, line)
    page = await walker.get("check")
    await a_return(shop, order)
    answer = await walker.post("check", {"draft": hidden(page, "draft"), "agreed": hidden(page, "agreed")})
    assert led_to(answer) == "choose?look=again"
    look = await walker.get("choose?look=again")
    assert look.status_code == 409
    assert "can't be sent back any more" in said_on(look)


async def test_another_shops_return_is_not_there(app: Litestar, walker: Walker, shop: Shop) -> None:
    other = await a_shop("other")
    made = await a_return(other, await an_order(other, number="77"))
    for place in (f"return/{made.rma}", f"return/{made.rma}/cancel", f"return/{made.rma}/label.pdf"):
        assert (await walker.get(place)).status_code == 404
    assert (await walker.post(f"return/{made.rma}/cancel", {})).status_code == 404
    assert (await walker.get(f"photo/{uuid4()}")).status_code == 404


async def test_a_return_of_another_order_asks_for_that_order_first(
    app: Litestar, walker: Walker, shop: Shop
) -> None:
    made = await a_return(shop, await an_order(shop, shoe(42), number="78", reference="pi_78"))
    answer = await walker.get(f"return/{made.rma}")
    assert answer.status_code == 303
    place = f"?again=yes&next=%2Freturns%2Fwinkel%2Freturn%2F{made.rma}"
    assert answer.headers["location"] == f"/returns/winkel/{place}"
    page = await walker.get(place)
    assert f'name="next" value="/returns/winkel/return/{made.rma}"' in page.text


async def test_without_a_visit_every_page_asks_to_find_the_order(app: Litestar, shop: Shop) -> None:
    stranger = Walker(app, shop, uuid4(), Browser(app))
    for place in ("choose", "details", "decide", "send", "check", "return/RAAAAAAAAAAA", "done/RAAAAAAAAAAA"):
        answer = await stranger.get(place)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/returns/winkel/?again=yes")


async def test_a_draft_is_there_again_on_another_device(
    app: Litestar, walker: Walker, shop: Shop, order: UUID
) -> None:
    [line] = await line_ids(order)
    await walker.choose(line, **{f"note-{line}": "Pinches"})
    await walker.decide(line, "credit")
    phone = await Walker(app, shop, order, Browser(app, address="127.0.0.9")).enter()
    page = await phone.get("choose")
    assert "Pinches" in page.text
    assert f'value="{line}" checked' in page.text
    decide = await phone.get("decide")
    assert f'value="credit" aria-describedby="resolution-{line}-credit-about" checked' in decide.text


async def test_staff_on_the_phone_walk_the_same_pages_and_are_named(
    app: Litestar, shop: Shop, order: UUID
) -> None:
    walker = await Walker(app, shop, order).enter("phone")
    [line] = await line_ids(order)
    assert "Mila is doing this for the shopper." in said_on(await walker.get("choose"))
    await _up_to_check(walker, line)
    rma = led_to(await walker.confirm()).removeprefix("done/")
    assert "Mila" in said_on(await walker.get(f"return/{rma}"))
    row = await database.fetch_one("SELECT requested_by FROM returns")
    assert row is not None
    assert '"on_behalf": true' in row["requested_by"] or '"on_behalf":true' in row["requested_by"]


async def test_business_returns_are_looked_at_by_a_person_first(app: Litestar, shop: Shop) -> None:
    order = await an_order(shop, number="1009", reference="pi_9", buyer="business", ship_to=OFFICE)
    walker = await Walker(app, shop, order).enter()
    [line] = await line_ids(order)
    await walker.choose(line)
    page = said_on(await walker.get("decide"))
    assert "A person looks at this first Your account manager approves business returns." in page
    await walker.decide(line, "credit")
    await walker.send("send", {"method": "label"})
    rma = led_to(await walker.confirm()).removeprefix("done/")
    page = said_on(await walker.get(f"return/{rma}"))
    assert "We are looking at your return" in page
    assert "It is being made" not in page


OFFICE = {"country": "NL", "name": "Anna", "street": "Kade", "house_number": "1", "company": "Kantoor BV"}
