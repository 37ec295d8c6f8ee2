"""Sessions: ids are ours, change with every gain of rights, and end when they should."""

from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar

from returns_app import clock, database
from returns_app.faces.security.sessions import ABSOLUTE, IDLE
from returns_app.faces.security.store import DatabaseStore
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.merchants.staff import let_go
from tests.faces.browser import ORIGIN, Browser, app_for_tests
from tests.faces.conftest import PASSWORD

START = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def passes(self, span: timedelta) -> None:
        self.time += span


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


async def enter(browser: Browser, name: str = "sanne") -> None:
    answer = await browser.post("/sign-in", {"email": f"{name}@lotus.example", "password": PASSWORD})
    assert answer.status_code == 303, answer.text


async def inside(browser: Browser) -> bool:
    return (await browser.get("/sign-in/password")).status_code == 200


async def kept_sessions() -> int:
    return len(await database.fetch("SELECT 1 FROM kept_values WHERE namespace = 'session'"))


async def test_a_look_begins_no_session(browser: Browser, shop: Shop) -> None:
    for path in ("/sign-in", "/returns/lotus/", "/nowhere"):
        await browser.get(path)
    assert browser.session is None
    assert await kept_sessions() == 0


async def test_an_id_the_visitor_chose_is_never_used(browser: Browser, sanne: StaffMember) -> None:
    chosen = "a" * 64
    browser.http.cookies.set("session", chosen, domain="testserver.local")
    await enter(browser)
    issued = [value for name, value in browser.http.cookies.items() if name == "session"]
    assert chosen not in issued or len(issued) > 1
    attacker = Browser(app_of(browser))
    attacker.http.cookies.set("session", chosen, domain="testserver.local")
    assert not await inside(attacker)


def app_of(browser: Browser) -> Litestar:
    return browser.http._transport.app  # type: ignore[attr-defined] - the transport's own application


async def test_signing_in_makes_a_new_id_and_ends_the_old(browser: Browser, sanne: StaffMember) -> None:
    await enter(browser)
    first = browser.session
    await enter(browser)
    assert browser.session not in (None, first)
    assert await kept_sessions() == 1
    thief = Browser(app_of(browser))
    thief.http.cookies.set("session", first or "", domain="testserver.local")
    assert not await inside(thief)
    assert await inside(browser)


async def test_signing_out_ends_the_session_in_the_store(browser: Browser, sanne: StaffMember) -> None:
    await enter(browser)
    stolen = browser.session or ""
    assert (await browser.post("/sign-out", {})).status_code == 303
    assert await kept_sessions() == 0
    thief = Browser(app_of(browser))
    thief.http.cookies.set("session", stolen, domain="testserver.local")
    assert not await inside(thief)


async def test_a_new_password_ends_every_other_session(
    app: Litestar, browser: Browser, sanne: StaffMember
) -> None:
    elsewhere = Browser(app)
    await enter(browser)
    await enter(elsewhere)
    answer = await browser.post("/sign-in/password", {"current": PASSWORD, "new": "another long password"})
    assert answer.status_code == 200
    assert await inside(browser)
    assert not await inside(elsewhere)


async def test_a_wrong_current_password_changes_nothing(browser: Browser, sanne: StaffMember) -> None:
    await enter(browser)
    answer = await browser.post("/sign-in/password", {"current": "wrong", "new": "another long password"})
    assert answer.status_code == 422
    assert "This is not your current password." in answer.text
    short = await browser.post("/sign-in/password", {"current": PASSWORD, "new": "short"})
    assert short.status_code == 422
    assert await inside(browser)


async def test_who_was_let_go_is_out_at_the_next_step(browser: Browser, sanne: StaffMember) -> None:
    await enter(browser)
    await let_go(sanne.merchant, sanne.id)
    assert not await inside(browser)


async def test_a_session_ends_when_it_is_idle(browser: Browser, sanne: StaffMember, time: Clock) -> None:
    await enter(browser)
    for _ in range(3):
        time.passes(IDLE - timedelta(minutes=1))
        assert await inside(browser)
    time.passes(IDLE + timedelta(seconds=1))
    assert not await inside(browser)


async def test_a_session_ends_however_busy_it_is(browser: Browser, sanne: StaffMember, time: Clock) -> None:
    await enter(browser)
    for _ in range(int(ABSOLUTE / timedelta(hours=1))):
        assert await inside(browser)
        time.passes(timedelta(hours=1))
    assert not await inside(browser)


async def test_a_session_that_was_ended_meanwhile_is_not_brought_back(
    browser: Browser, sanne: StaffMember, time: Clock
) -> None:
    await enter(browser)
    await DatabaseStore("session").delete_all()
    time.passes(timedelta(minutes=5))
    assert not await inside(browser)
    assert await kept_sessions() == 0


async def test_cookies_are_closed_to_scripts_and_other_sites(browser: Browser, sanne: StaffMember) -> None:
    answer = await browser.post("/sign-in", {"email": sanne.email, "password": PASSWORD})
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie


async def test_over_https_cookies_are_bound_to_the_host(tmp_path, shop: Shop, sanne: StaffMember) -> None:
    origin = ORIGIN.replace("http://", "https://")
    browser = Browser(app_for_tests(tmp_path, origin=origin, secure_cookies=True), origin=origin)
    page = await browser.get("/sign-in")
    answer = await browser.post("/sign-in", {"email": sanne.email, "password": PASSWORD})
    cookies = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_a_role_opens_only_its_own_doors(browser: Browser, sanne: StaffMember) -> None:
    answer = await browser.get("/sign-in/password")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fsign-in%2Fpassword"
    led = await browser.get("/sign-in/password", headers={"hx-request": "true"})
    assert led.headers["hx-redirect"].startswith("/sign-in?")


async def test_the_store_keeps_litestars_promises(db: str) -> None:
    store = DatabaseStore("test")
    await store.set("a", "text")
    await store.set("b", b"bytes", expires_in=60)
    assert await store.get("a") == b"text"
    assert await store.expires_in("a") is None
    assert 55 < (await store.expires_in("b") or 0) <= 60
    await store.get("b", renew_for=600)
    assert 590 < (await store.expires_in("b") or 0) <= 600
    assert await store.exists("b")
    await store.delete("b")
    assert not await store.exists("b")
    await store.delete_all()
    assert await store.get("a") is None
