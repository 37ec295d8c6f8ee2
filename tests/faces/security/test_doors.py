"""Headers on every answer, forms from our own pages only, and nothing to learn from errors."""

from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get, post
from litestar.connection import Request

from returns_app.app import LARGEST_REQUEST
from returns_app.faces.security.guards import staff_required
from returns_app.faces.security.headers import POLICY
from returns_app.merchants.queries import Shop, StaffMember
from tests.faces.browser import ORIGIN, Browser, app_for_tests, hidden
from tests.faces.conftest import PASSWORD, person


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/returns/lotus/",
        "/returns/nobody/",
        "/returns/lotus/code",
        "/sign-in/password",
        "/nowhere",
        "/hooks/stripe",
        "/brand/2f5fd0.css",
        "/healthz",
    ],
)
async def test_every_answer_is_protected(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code < 500
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers
    hashed = path.startswith("/brand/")
    assert answer.headers["cache-control"] == (
        "public, max-age=31536000, immutable" if hashed else "no-store"
    )


async def test_pages_carry_no_inline_script_or_style(browser: Browser) -> None:
    for path in ("/sign-in", "/returns/lotus/", "/nowhere"):
        page = (await browser.get(path)).text
        assert "<script>" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page


async def test_assets_are_compressed_and_set_no_cookie(browser: Browser) -> None:
    answer = await browser.get("/static/x/css/base.css", headers={"accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "set-cookie" not in answer.headers


async def test_pages_are_not_compressed_beside_their_token(browser: Browser) -> None:
    answer = await browser.get("/sign-in", headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in answer.headers
    assert hidden(answer, "_csrf_token")


FORM = {"email": "sanne@lotus.example", "password": PASSWORD}


async def test_a_form_without_our_token_is_refused(browser: Browser, sanne: StaffMember) -> None:
    await browser.get("/sign-in")
    answer = await browser.http.post("/sign-in", data=FORM)
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.text
    assert browser.token is None


async def test_a_token_of_another_visitor_is_refused(
    app: Litestar, browser: Browser, sanne: StaffMember
) -> None:
    other = Browser(app)
    await other.get("/sign-in")
    await browser.get("/sign-in")
    answer = await browser.http.post("/sign-in", data={**FORM, "_csrf_token": other.token or ""})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "", "origin": ORIGIN}, 403),
    ],
)
async def test_a_form_from_another_site_is_refused_even_with_a_token(
    browser: Browser, sanne: StaffMember, headers: dict[str, str], status: int
) -> None:
    assert (await browser.post("/sign-in", FORM, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [(ORIGIN, 303), ("https://evil.example", 403), ("null", 403), (ORIGIN + ".evil.example", 403)],
)
async def test_older_browsers_are_told_apart_by_origin(
    browser: Browser, sanne: StaffMember, origin: str, status: int
) -> None:
    await browser.get("/sign-in")
    data = {**FORM, "_csrf_token": browser.token or ""}
    answer = await browser.http.post("/sign-in", data=data, headers={"origin": origin})
    assert answer.status_code == status


async def test_after_a_new_secret_visitors_can_go_on(tmp_path: Path, shop: Shop, sanne: StaffMember) -> None:
    before, after = app_for_tests(tmp_path), app_for_tests(tmp_path, secret="t" * 32)
    old = Browser(before)
    await old.get("/sign-in")
    fresh = Browser(after)
    fresh.http.cookies = old.http.cookies
    page = await fresh.get("/sign-in")
    answer = await fresh.http.post("/sign-in", data={**FORM, "_csrf_token": hidden(page, "_csrf_token")})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("onward", "goes"),
    [
        ("/console/cases?q=1", "/console/cases?q=1"),
        ("//evil.example", "/console/"),
        ("https://evil.example", "/console/"),
        ("/\\evil.example", "/console/"),
        ("/console/\t", "/console/"),
        ("", "/console/"),
    ],
)
async def test_signing_in_leads_only_to_pages_of_ours(
    browser: Browser, sanne: StaffMember, onward: str, goes: str
) -> None:
    answer = await browser.post("/sign-in", {**FORM, "next": onward})
    assert answer.headers["location"] == goes


async def test_a_wrong_sign_in_says_neither_which(browser: Browser, sanne: StaffMember) -> None:
    known = await browser.post("/sign-in", {**FORM, "password": "wrong"})
    unknown = await browser.post("/sign-in", {"email": "nobody@lotus.example", "password": "wrong"})
    assert known.status_code == unknown.status_code == 422
    assert known.text == unknown.text.replace("nobody@lotus.example", "sanne@lotus.example")


async def test_too_large_a_request_gets_a_sentence(browser: Browser) -> None:
    await browser.get("/sign-in")
    answer = await browser.http.post(
        "/sign-in",
        content=b"x" * (LARGEST_REQUEST + 1),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413
    assert "That file is too large" in answer.text


async def test_errors_speak_the_readers_language(browser: Browser) -> None:
    dutch = await browser.get("/nowhere", headers={"accept-language": "nl"})
    assert dutch.status_code == 404
    assert 'lang="nl"' in dutch.text
    assert "There is nothing here" not in dutch.text


async def test_a_program_gets_a_problem_document(browser: Browser) -> None:
    answer = await browser.get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer.json()["code"] == "http_404"


async def test_an_unprintable_address_is_no_fault_of_ours(browser: Browser) -> None:
    assert (await browser.get("/returns/a%00b/")).status_code in (400, 404)


class Inside(Exception):
    """Something the outside must not read."""


async def test_a_fault_of_ours_tells_nothing(app: Litestar, browser: Browser) -> None:
    @get("/broken")
    async def broken() -> None:
        raise Inside("the password of the database")

    app.register(broken)
    answer = await browser.get("/broken")
    assert answer.status_code == 500
    assert "password" not in answer.text
    assert "Something broke on our side" in answer.text


async def test_roles_keep_people_to_their_rooms(app: Litestar, browser: Browser, shop: Shop) -> None:
    @get("/owners", guards=[staff_required("owner")])
    async def owners() -> str:
        return "inside"

    app.register(owners)
    await person(shop, "ilse", "warehouse")
    await person(shop, "sanne", "owner")
    answer = await browser.post("/sign-in", {**FORM, "email": "ilse@lotus.example"})
    assert answer.headers["location"] == "/warehouse/"
    refused = await browser.get("/owners")
    assert refused.status_code == 403
    assert "Your role does not allow this" in refused.text
    await browser.post("/sign-in", FORM)
    assert (await browser.get("/owners")).text == "inside"


@pytest.mark.parametrize(
    ("near", "forwarded", "seen"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, nonsense", "10.0.0.1"),
        ("198.51.100.9", "203.0.113.7", "198.51.100.9"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
async def test_only_our_own_proxies_are_believed(
    tmp_path: Path, db: str, near: str, forwarded: str, seen: str
) -> None:
    @post("/seen", opt={"exclude_from_csrf": True}, status_code=200)
    async def where(request: Request[Any, Any, Any]) -> str:
        return f"{request.client.host} {request.url.scheme}" if request.client else ""

    app = app_for_tests(tmp_path, trusted_proxies=("10.0.0.0/8",))
    app.register(where)
    headers = {"x-forwarded-for": forwarded, "x-forwarded-proto": "https"}
    answer = await Browser(app, address=near).http.post("/seen", headers=headers)
    assert answer.text == f"{seen} {'https' if near.startswith('10.') else 'http'}"
