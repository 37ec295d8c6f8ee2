"""Finding an order: nobody learns whether it exists, and only the mailed code opens it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, get
from litestar.di import NamedDependency

from returns_app import clock, database
from returns_app.faces.security.visits import PortalVisit, start_for_shopper, visit_of
from returns_app.journal.jobs import Job
from returns_app.merchants import look_up
from returns_app.merchants.create import create_merchant
from returns_app.merchants.look_up import MOST_TRIES, VALID, CodeMail, CodeUsedUp, WrongCode
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.notifications.channels.smtp import SmtpMailer
from returns_app.outside import Outside
from returns_app.reactions import handlers
from tests.faces.browser import Browser, app_for_tests, hidden, settings_for_tests
from tests.faces.conftest import LONG_AGO, PASSWORD
from tests.makers import an_order

NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
ORDER = uuid4()


class Known(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    email: str | None


class Post:
    """Finds the one order there is, and keeps the mails that would be sent."""

    def __init__(self) -> None:
        self.mails: list[CodeMail] = []

    async def find(self, merchant: UUID, number: str, email: str) -> Known | None:
        return (
            Known(ORDER, "1001", "Bo@X.example")
            if (number, email.lower()) == ("1001", "bo@x.example")
            else None
        )

    async def write(self, mail: CodeMail, *, at: datetime) -> None:
        assert database.connection() is not None
        self.mails.append(mail)

    async def work(self, at: datetime | None = None) -> None:
        """Do what the worker does with every waiting job."""
        for row in await database.fetch("SELECT payload FROM jobs WHERE entrypoint = $1", look_up.JOB):
            job = msgspec.json.decode(row["payload"], type=Job)
            await look_up.answer(job.data["question"], find=self.find, write=self.write, at=at or clock.now())


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    @get("/returns/{slug:str}/visitor")
    async def visitor(visit: NamedDependency[PortalVisit]) -> str:
        return f"{visit.order} {visit.actor.kind} {visit.actor.on_behalf}"

    app = app_for_tests(tmp_path)
    app.register(visitor)
    return app


async def asks(browser: Browser, number: str = "1001", email: str = "bo@x.example") -> None:
    answer = await browser.post("/returns/lotus/", {"order": number, "email": email})
    assert (answer.status_code, answer.headers["location"]) == (303, "/returns/lotus/code")


async def types(browser: Browser, code: str) -> int:
    return (await browser.post("/returns/lotus/code", {"code": code})).status_code


async def test_the_mailed_code_opens_the_order(browser: Browser, post: Post) -> None:
    await asks(browser)
    before = browser.session
    await post.work()
    [mail] = post.mails
    assert (mail.to, mail.order_number, mail.valid_minutes) == ("Bo@X.example", "1001", 15)
    assert re.fullmatch(r"\d{6}", mail.code)
    answer = await browser.post("/returns/lotus/code", {"code": f" {mail.code[:3]} {mail.code[3:]} "})
    assert answer.headers["location"] == "/returns/lotus/choose"
    assert browser.session != before
    assert (await browser.get("/returns/lotus/visitor")).text == f"{ORDER} shopper False"


async def test_known_and_unknown_orders_get_the_same_answers(app: Litestar, shop: Shop, post: Post) -> None:
    pages = []
    for visitor, number in ((Browser(app), "1001"), (Browser(app), "9999")):
        first = await visitor.post("/returns/lotus/", {"order": number, "email": "bo@x.example"})
        code = await visitor.get("/returns/lotus/code")
        wrong = await visitor.post("/returns/lotus/code", {"code": "x"})
        again = await visitor.post("/returns/lotus/code/again", {})
        pages.append([seen(answer, number, visitor.token) for answer in (first, code, wrong, again)])
        await post.work()
    assert pages[0] == pages[1]
    assert {mail.order_number for mail in post.mails} == {"1001"}


def seen(answer: httpx.Response, number: str, token: str | None) -> tuple[int, str, list[str]]:
    """All that a visitor can tell answers apart by, but for what they typed themselves."""
    body = answer.text.replace(number, "NUMBER").replace(token or "", "TOKEN")
    return answer.status_code, body, sorted(answer.headers)


async def test_asking_does_the_same_statements_either_way(
    app: Litestar, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is not even looked for while the visitor waits."""
    told: list[list[str]] = []
    fetch = database.fetch

    async def listening(sql: str, *arguments: object) -> list[Any]:
        told[-1].append(sql)
        return await fetch(sql, *arguments)

    monkeypatch.setattr(database, "fetch", listening)
    for number in ("1001", "9999"):
        told.append([])
        await asks(Browser(app), number)
    assert told[0] == told[1]
    assert not any("orders" in sql for sql in [*told[0], *told[1]])


async def test_wrong_codes_are_counted_and_then_the_right_one_is_too_late(
    browser: Browser, post: Post
) -> None:
    await asks(browser)
    await post.work()
    wrong = "000000" if post.mails[0].code != "000000" else "111111"
    for left in range(MOST_TRIES - 1, 0, -1):
        answer = await browser.post("/returns/lotus/code", {"code": wrong})
        assert ("once more" if left == 1 else f"{left} more times") in answer.text
    assert "used up" in (await browser.post("/returns/lotus/code", {"code": wrong})).text
    assert await types(browser, post.mails[0].code) == 422
    assert (await browser.get("/returns/lotus/visitor")).status_code == 303


async def test_a_code_dies_of_age(browser: Browser, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    await asks(browser)
    await post.work()
    later = clock.now() + VALID
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = await browser.post("/returns/lotus/code", {"code": post.mails[0].code})
    assert answer.headers["location"] == "/returns/lotus/?again=yes"
    assert "find your order again" in (await browser.get("/returns/lotus/?again=yes")).text


async def test_a_code_belongs_to_the_browser_that_asked(app: Litestar, shop: Shop, post: Post) -> None:
    asker, other = Browser(app), Browser(app)
    await asks(asker)
    await post.work()
    await asks(other, "9999")
    assert await types(other, post.mails[0].code) == 422


async def test_a_new_code_ends_the_old_one(browser: Browser, post: Post) -> None:
    await asks(browser)
    await browser.post("/returns/lotus/code/again", {})
    await post.work()
    first, second = post.mails
    if first.code != second.code:
        assert await types(browser, first.code) == 422
    assert await types(browser, second.code) == 303


async def test_the_link_is_used_up_by_its_button_not_by_a_look(
    app: Litestar, browser: Browser, post: Post
) -> None:
    await asks(browser)
    await post.work()
    link = post.mails[0].link
    phone = Browser(app)
    for _ in range(3):
        page = await phone.get(link)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
    assert phone.session is None
    token = hidden(page, "token")
    opened = await phone.post("/returns/lotus/code", {"token": token})
    assert opened.headers["location"] == "/returns/lotus/choose"
    assert (await phone.get("/returns/lotus/visitor")).text.startswith(str(ORDER))
    again = await Browser(app).post("/returns/lotus/code", {"token": token})
    assert again.status_code == 410
    assert "used before" in again.text


async def test_the_mail_is_written_once_however_often_the_job_runs(browser: Browser, post: Post) -> None:
    await asks(browser)
    await post.work()
    await post.work()
    assert len(post.mails) == 1


async def test_what_is_kept_shows_no_code(browser: Browser, post: Post) -> None:
    await asks(browser)
    await post.work()
    rows = await database.fetch("SELECT convert_from(value, 'UTF8') AS value FROM kept_values")
    assert all(
        post.mails[0].code not in row["value"].replace(str(ORDER), "")
        for row in rows
        if "code" in row["value"]
    )
    assert post.mails[0].link.partition("t=")[2] not in str([row["value"] for row in rows])


async def test_a_visit_opens_no_other_shop(app: Litestar, browser: Browser, post: Post) -> None:
    other = await create_merchant("other", name="Other", at=LONG_AGO)
    await asks(browser)
    await post.work()
    assert await types(browser, post.mails[0].code) == 303
    assert (await browser.get("/returns/lotus/visitor")).status_code == 200
    led = await browser.get("/returns/other/visitor")
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/returns/other/?again=yes&next=%2Freturns%2Fother%2Fvisitor",
    )
    assert (await browser.get("/returns/other/code")).status_code == 303
    with pytest.raises(CodeUsedUp):
        await look_up.use_link(post.mails[0].link.partition("t=")[2], merchant=other.id, at=clock.now())


async def test_a_question_is_answered_at_its_own_shop_only(shop: Shop, post: Post) -> None:
    other = await create_merchant("other", name="Other", at=LONG_AGO)
    id = await look_up.ask(shop.id, number="1001", email="bo@x.example", locale="en", at=NOW)
    await post.work(NOW)
    assert await look_up.question(id, merchant=other.id, at=NOW) is None
    with pytest.raises(CodeUsedUp):
        await look_up.use_code(id, post.mails[0].code, merchant=other.id, at=NOW)
    assert await look_up.use_code(id, post.mails[0].code, merchant=shop.id, at=NOW) == ORDER
    with pytest.raises(CodeUsedUp):
        await look_up.use_code(id, post.mails[0].code, merchant=shop.id, at=NOW)


async def test_an_empty_code_opens_nothing_before_or_without_an_order(shop: Shop, post: Post) -> None:
    id = await look_up.ask(shop.id, number="9999", email="bo@x.example", locale="en", at=NOW)
    await post.work(NOW)
    with pytest.raises(WrongCode):
        await look_up.use_code(id, "", merchant=shop.id, at=NOW)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"order": "", "email": "bo@x.example"}, "Type the order number."),
        ({"order": "1001", "email": "bo"}, "Type the e-mail address"),
        ({}, "2 things still need you"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    browser: Browser, typed: dict[str, str], sentence: str
) -> None:
    answer = await browser.post("/returns/lotus/", typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values() if value)
    assert browser.session is None


async def test_odd_letters_do_no_harm(browser: Browser) -> None:
    answer = await browser.post("/returns/lotus/", {"order": "10\x0001<b>", "email": "b\x00o@x.example"})
    assert answer.status_code == 303
    page = await browser.get("/returns/lotus/code")
    assert "1001&lt;b&gt;" in page.text


async def test_practice_mode_says_where_the_mail_is(tmp_path: Path, shop: Shop, post: Post) -> None:
    browser = Browser(app_for_tests(tmp_path, practice_url="http://127.0.0.1:1"))
    await asks(browser)
    await post.work()
    page = await browser.get("/returns/lotus/code")
    assert "/practice/mail" in page.text
    assert post.mails[0].code not in page.text


async def test_the_worker_finds_the_real_order_and_writes_the_real_mail(
    app: Litestar, browser: Browser, shop: Shop, tmp_path: Path
) -> None:
    order = await an_order(shop, number="#A 1001", email="Anna@example.com")
    settings = settings_for_tests(tmp_path)
    work = handlers(Outside(settings, {}, {}, SmtpMailer("smtp://127.0.0.1:1")))[look_up.JOB]
    for number, email in (("a1001", "anna@EXAMPLE.com"), ("a1001", "eve@example.com")):
        await asks(Browser(app) if "eve" in email else browser, number, email)
    for row in await database.fetch("SELECT payload FROM jobs WHERE entrypoint = $1", look_up.JOB):
        await work(msgspec.json.decode(row["payload"], type=Job))
    [mail] = await database.fetch('SELECT "to", text, state FROM messages')
    assert (mail["to"].lower(), mail["state"]) == ("anna@example.com", "planned")
    assert f"{settings.origin}/returns/lotus/code?t=" in mail["text"]
    code = re.search(r"\b(\d{3}) (\d{3})\b", mail["text"])
    assert code
    assert await types(browser, code[1] + code[2]) == 303
    assert (await browser.get("/returns/lotus/visitor")).text.startswith(str(order))


async def test_staff_can_act_for_a_shopper_while_signed_in(
    app: Litestar, browser: Browser, sanne: StaffMember
) -> None:
    @get("/help/{slug:str}")
    async def begin(request: Request[Any, Any, Any], staff: NamedDependency[StaffMember]) -> str:
        start_for_shopper(request, staff, ORDER)
        return str(visit_of(request) is not None)

    app.register(begin)
    await browser.post("/sign-in", {"email": sanne.email, "password": PASSWORD})
    assert (await browser.get("/help/lotus")).text == "True"
    assert (await browser.get("/returns/lotus/visitor")).text == f"{ORDER} staff True"
    await browser.post("/sign-out", {})
    assert (await browser.get("/returns/lotus/visitor")).status_code == 303


async def test_the_only_shop_is_the_front_door(browser: Browser) -> None:
    assert (await browser.get("/")).headers["location"] == "/returns/lotus/"
    await create_merchant("other", name="Other", at=NOW - timedelta(days=1))
    assert (await browser.get("/")).headers["location"] == "/sign-in"
