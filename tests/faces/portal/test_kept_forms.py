"""A session that ends while a form is being sent: the form comes back, to its own order alone, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from returns_app import clock, database
from returns_app.faces.security.kept_forms import LARGEST_KEPT
from returns_app.faces.security.limits import KEPT_FORMS_PER_ADDRESS
from returns_app.faces.security.sessions import IDLE
from returns_app.merchants.queries import Shop
from tests.faces.browser import hidden
from tests.faces.portal.walking import Walker, led_to, said_on
from tests.makers import AT, a_shop, an_order, line_ids

KEPT = "We kept what you filled in."
LONG_AGO = {"ordered_at": "2026-10-01", "dispatched_at": "2026-10-02", "delivered_at": "2026-10-03"}


@pytest.fixture
async def line(order: UUID) -> UUID:
    [line] = await line_ids(order)
    return line


async def too_late(
    walker: Walker, step: str, said: dict[str, Any], *, files: Any = None, agreed: str | None = None
) -> httpx.Response:
    """Open the page, lose the session, send what was filled in."""
    page = await walker.get(step)
    form = {"draft": hidden(page, "draft"), **said}
    if step == "check":
        form["agreed"] = agreed or hidden(page, "agreed")
    forget_the_session(walker)
    sent = await walker.post(step, form, files=files)
    asked = unquote(led_to(sent))
    assert asked == ("?again=yes" if step == "choose" else f"?again=yes&next=/returns/winkel/{step}")
    return sent


def forget_the_session(walker: Walker) -> None:
    walker.browser.http.cookies.delete("session")


async def rows(table: str) -> int:
    row = await database.fetch_one(f"SELECT count(*) AS rows FROM {table}")
    assert row is not None
    return row["rows"]


async def kept_rows() -> int:
    row = await database.fetch_one("SELECT count(*) AS rows FROM kept_values WHERE namespace = 'portal-form'")
    assert row is not None
    return row["rows"]


async def draft_of(walker: Walker) -> str:
    row = await database.fetch_one('SELECT key FROM return_drafts WHERE "order" = $1', walker.order)
    assert row is not None
    return row["key"]


def a_choice(line: UUID, note: str = "Pinches\nat the heel") -> dict[str, str]:
    return {
        "pick": str(line),
        f"quantity-{line}": "1",
        f"reason-{line}": "too-small",
        f"note-{line}": note,
    }


async def to_check(walker: Walker, line: UUID, resolution: str) -> None:
    await walker.choose(line)
    await walker.decide(line, resolution)
    await walker.send("send", {"method": "own"})


async def test_a_first_choice_comes_back_and_nothing_is_saved_by_it(walker: Walker, line: UUID) -> None:
    await too_late(walker, "choose", a_choice(line))
    page = await (await walker.enter()).get("choose")
    assert KEPT in said_on(page)
    assert f'value="{line}" checked' in page.text
    assert '<option value="too-small" selected' in page.text
    assert "Pinches\nat the heel" in page.text
    assert await rows("return_drafts") == 0
    assert led_to(await walker.send("choose", a_choice(line))) == "decide"


async def test_a_session_that_was_idle_too_long_loses_nothing_either(
    walker: Walker, line: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await walker.choose(line)
    monkeypatch.setattr(clock, "now", lambda: AT + IDLE)
    sent = await walker.post("decide", {"draft": await draft_of(walker), f"resolution-{line}": "credit"})
    assert led_to(sent).startswith("?again=yes")
    page = await (await walker.enter()).get("decide")
    assert KEPT in said_on(page)
    assert is_ticked(page, "credit")


async def test_words_about_an_item_that_is_not_ticked_come_back_too(walker: Walker, line: UUID) -> None:
    said = a_choice(line)
    del said["pick"]
    await too_late(walker, "choose", said)
    page = await (await walker.enter()).get("choose")
    assert "Pinches\nat the heel" in page.text
    assert f'value="{line}" checked' not in page.text


async def test_a_changed_choice_comes_back_over_the_saved_one(walker: Walker, line: UUID) -> None:
    await walker.choose(line, reason="too-large")
    await too_late(walker, "choose", a_choice(line))
    page = await (await walker.enter()).get("choose")
    assert KEPT in said_on(page)
    assert '<option value="too-small" selected' in page.text


@pytest.mark.parametrize("photos", [False, True])
async def test_details_come_back_without_their_photos(app: Litestar, shop: Shop, photos: bool) -> None:
    order = await an_order(shop, **{name: f"{day}T10:00:00+02:00" for name, day in LONG_AGO.items()})
    [line] = await line_ids(order)
    walker = await Walker(app, shop, order).enter()
    assert led_to(await walker.choose(line, reason="defective")) == "details"
    name, content = ("heel.png", b"a" * 200_000) if photos else ("", b"")
    files = {f"photo-{line}": (name, content, "image/png")}
    said = {f"answer-{line}-fault": "The sole came off", f"note-{line}": "On day two"}
    await too_late(walker, "details", said, files=files)
    page = await (await walker.enter()).get("details")
    assert KEPT in said_on(page)
    assert ("Add your photos again" in said_on(page)) is photos
    assert "The sole came off" in page.text
    assert "On day two" in page.text
    assert led_to(await walker.get("decide")) == "details"


async def test_a_decision_comes_back(walker: Walker, line: UUID) -> None:
    await walker.choose(line)
    await too_late(walker, "decide", {f"resolution-{line}": "credit"})
    page = await (await walker.enter()).get("decide")
    assert KEPT in said_on(page)
    assert is_ticked(page, "credit")
    assert led_to(await walker.get("send")) == "decide?look=again"


async def test_a_way_to_send_comes_back(walker: Walker, line: UUID) -> None:
    await walker.choose(line)
    await walker.decide(line, "refund")
    await too_late(walker, "send", {"method": "store"})
    page = await (await walker.enter()).get("send")
    assert KEPT in said_on(page)
    assert is_ticked(page, "store")
    assert led_to(await walker.get("check")) == "send"


async def test_a_consent_comes_back_and_makes_no_return_by_itself(walker: Walker, line: UUID) -> None:
    await to_check(walker, line, "credit")
    await too_late(walker, "check", {"consent": "yes"})
    page = await (await walker.enter()).get("check")
    assert KEPT in said_on(page)
    assert is_ticked(page, "yes")
    assert await rows("returns") == 0
    assert led_to(await walker.confirm(consent="yes")).startswith("done/R")
    assert await kept_rows() == 0


async def test_a_consent_to_other_amounts_is_asked_anew(walker: Walker, line: UUID) -> None:
    await to_check(walker, line, "credit")
    await too_late(walker, "check", {"consent": "yes"}, agreed="0" * 64)
    page = await (await walker.enter()).get("check")
    assert "The amounts below are new" in said_on(page)
    assert not is_ticked(page, "yes")


async def test_the_page_says_so_in_dutch(walker: Walker, line: UUID) -> None:
    await too_late(walker, "choose", a_choice(line))
    page = said_on(await (await walker.enter()).get("choose", language="nl"))
    assert "We hebben bewaard wat je had ingevuld." in page


@pytest.mark.parametrize("saved", [False, True])
async def test_who_finds_another_order_sees_nothing(
    walker: Walker, app: Litestar, shop: Shop, line: UUID, saved: bool
) -> None:
    if saved:
        await walker.choose(line)
    await too_late(walker, "choose", a_choice(line))
    other = await an_order(shop, number="1002", email="bo@example.com", reference="pi_1002")
    [theirs] = await line_ids(other)
    stranger = await Walker(app, shop, other, walker.browser).enter()
    page = await stranger.get("choose")
    assert KEPT not in said_on(page)
    assert "Pinches" not in page.text
    assert led_to(await stranger.choose(theirs)) == "decide"
    page = await (await walker.enter()).get("choose")
    assert "Pinches" in page.text


async def test_another_shop_shows_nothing(walker: Walker, app: Litestar, line: UUID) -> None:
    await too_late(walker, "choose", a_choice(line))
    elsewhere = await a_shop("lotus")
    other = await an_order(elsewhere)
    page = await (await Walker(app, elsewhere, other, walker.browser).enter()).get("choose")
    assert KEPT not in said_on(page)


async def test_a_draft_that_is_another_by_now_is_left_alone(
    walker: Walker, app: Litestar, line: UUID
) -> None:
    await too_late(walker, "choose", a_choice(line))
    other_device = await Walker(app, walker.shop, walker.order).enter()
    await other_device.choose(line, reason="too-large")
    assert KEPT not in said_on(await (await walker.enter()).get("choose"))


async def test_it_is_of_its_own_page_alone(walker: Walker, line: UUID) -> None:
    await walker.choose(line)
    await too_late(walker, "decide", {f"resolution-{line}": "credit"})
    await walker.enter()
    assert KEPT not in said_on(await walker.get("choose"))
    assert KEPT in said_on(await walker.get("decide"))


async def test_it_is_used_once(walker: Walker, line: UUID) -> None:
    """It stands while the page is only looked at, and is gone as soon as the page is sent."""
    await walker.choose(line)
    await too_late(walker, "decide", {f"resolution-{line}": "credit"})
    await walker.enter()
    await walker.get("decide", language="nl")
    assert KEPT in said_on(await walker.get("decide"))
    assert led_to(await walker.decide(line, "refund")) == "send"
    page = await walker.get("decide")
    assert KEPT not in said_on(page)
    assert is_ticked(page, "refund")
    assert await kept_rows() == 0


async def test_it_is_gone_after_half_an_hour(
    walker: Walker, line: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await too_late(walker, "choose", a_choice(line))
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=29, seconds=59))
    assert KEPT in said_on(await (await walker.enter()).get("choose"))
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=30))
    assert KEPT not in said_on(await walker.get("choose"))


@pytest.mark.parametrize(
    ("note", "rows"),
    [("x" * (LARGEST_KEPT // 2), 1), ("x" * LARGEST_KEPT, 0), ("é" * (LARGEST_KEPT // 2), 0)],
)
async def test_a_form_that_is_too_large_is_not_kept(walker: Walker, line: UUID, note: str, rows: int) -> None:
    sent = await too_late(walker, "choose", a_choice(line, note))
    assert ("set-cookie" in sent.headers and "kept-form" in sent.headers["set-cookie"]) is bool(rows)
    assert await kept_rows() == rows
    assert (KEPT in said_on(await (await walker.enter()).get("choose"))) is bool(rows)


async def test_only_so_many_are_kept_for_one_address(walker: Walker, line: UUID) -> None:
    await walker.get("choose")
    forget_the_session(walker)
    for _ in range(KEPT_FORMS_PER_ADDRESS.most + 1):
        assert led_to(await walker.post("choose", a_choice(line))) == "?again=yes"
    assert await kept_rows() == KEPT_FORMS_PER_ADDRESS.most


async def test_the_cookie_is_a_random_key_that_is_stored_only_as_a_hash(walker: Walker, line: UUID) -> None:
    sent = await too_late(walker, "choose", a_choice(line))
    [cookie] = [each for each in sent.headers.get_list("set-cookie") if each.startswith("kept-form=")]
    key = re.match(r"kept-form=([0-9a-f]{32});", cookie)
    assert key
    assert "HttpOnly" in cookie
    assert "Max-Age=1800" in cookie
    row = await database.fetch_one("SELECT key_hash, value FROM kept_values WHERE namespace = 'portal-form'")
    assert row is not None
    assert key[1] not in row["key_hash"]
    assert (walker.browser.token or "").encode() not in row["value"]
    assert b"csrf" not in row["value"]


@pytest.mark.parametrize("place", ["decide/sum", "return/R1/cancel"])
async def test_other_forms_are_not_kept(walker: Walker, place: str) -> None:
    await walker.get("choose")
    forget_the_session(walker)
    assert led_to(await walker.post(place, {"method": "own"})).startswith("?again=yes")
    assert await kept_rows() == 0


def is_ticked(page: httpx.Response, value: str) -> bool:
    return re.search(f'value="{value}"[^>]* checked', page.text) is not None
