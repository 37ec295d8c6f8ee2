"""The practice world's pages, as the app mounts them."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import aiosmtplib
import httpx
import pytest
from httpx import ASGITransport
from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State

from returns_app.practice.client import PracticeClient
from returns_app.practice.pages import practice_router
from returns_app.practice.process import PracticeProcess
from tests.practice.test_mailbox import letter
from tests.practice.world import SECRET


def browser(client: PracticeClient) -> httpx.AsyncClient:
    app = Litestar(
        [practice_router()],
        csrf_config=CSRFConfig(secret="test"),
        state=State({"settings": SimpleNamespace(practice=True), "practice": client}),
        openapi_config=None,
        logging_config=None,
    )
    return httpx.AsyncClient(transport=ASGITransport(app), base_url="http://app.test")


@pytest.fixture
async def visitor(practice: PracticeClient) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(practice) as client:
        yield client


async def press(visitor: httpx.AsyncClient, page: str, action: str, **form: str) -> httpx.Response:
    """Submit the form with this action on that page, as a browser would, and follow."""
    shown = await visitor.get(page)
    assert f'action="{action}"' in shown.text
    found = re.search(r'name="_csrf_token" value="([^"]+)"', shown.text)
    assert found
    return await visitor.post(action, data={"_csrf_token": found[1], **form}, follow_redirects=True)


async def send(world: PracticeProcess, to: str, html: str) -> None:
    mail = letter(to)
    part = mail.get_body(("html",))
    assert part is not None
    part.set_content(html, subtype="html")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=world.ready.smtp_port, start_tls=False)


async def test_mails_are_listed_and_filtered(
    visitor: httpx.AsyncClient, world: PracticeProcess, practice: PracticeClient
) -> None:
    await practice.empty_mailbox()
    assert "No mail" in (await visitor.get("/practice/", follow_redirects=True)).text
    await send(world, "one@example.com", "<p>x</p>")
    await send(world, "two@example.com", "<p>x</p>")
    page = await visitor.get("/practice/mail", params={"to": "one@example.com"})
    assert "one@example.com" in page.text
    assert "<td>two@example.com" not in page.text
    emptied = await press(visitor, "/practice/mail", "/practice/mail/empty")
    assert "No mail" in emptied.text


async def test_a_mail_is_shown_without_anything_that_acts_or_loads(
    visitor: httpx.AsyncClient, world: PracticeProcess, practice: PracticeClient
) -> None:
    evil = (
        "<style>body{display:none}</style><title>T</title><script>alert(1)</script>"
        '<p onclick="x()" style="color:red">Hello <a href="https://shop.test/label?t=1">your label</a></p>'
        '<img src="https://track.test/pixel"><a href="javascript:alert(2)">press</a><form action="/x"></form>'
    )
    await send(world, "evil@example.com", evil)
    mail = await practice.wait_for_mail("evil@example.com")
    page = await visitor.get(f"/practice/mail/{mail.id}")
    assert f'src="/practice/mail/{mail.id}/page"' in page.text
    frame = await visitor.get(f"/practice/mail/{mail.id}/page")
    assert frame.headers["content-security-policy"].startswith("sandbox ")
    assert "script-src" not in frame.headers["content-security-policy"]
    shown = frame.text.split("<body", 1)[1]
    assert '<a href="https://shop.test/label?t=1" rel="noopener noreferrer">your label</a>' in shown
    assert '<p style="color:red">' in shown
    for bad in (
        "script",
        "alert",
        "onclick",
        "pixel",
        "javascript",
        "<form",
        "display:none",
    ):
        assert bad not in shown
    assert "Hallo Zoë" in page.text
    download = await visitor.get(f"/practice/mail/{mail.id}/attachments/0")
    assert download.content == b"%PDF-1.7 label"
    assert download.headers["content-disposition"] == 'attachment; filename="label.pdf"'
    assert (await visitor.get(f"/practice/mail/{mail.id}/attachments/7")).status_code == 404
    assert (await visitor.get("/practice/mail/999999")).status_code == 404


async def test_a_parcel_is_moved_by_its_buttons(visitor: httpx.AsyncClient, practice: PracticeClient) -> None:
    await practice.register_parcel("PAGE1", "RMA-PAGE")
    page = await press(visitor, "/practice/carrier", "/practice/carrier/PAGE1/delivered")
    assert "RMA-PAGE" in page.text
    [parcel] = [one for one in await practice.parcels() if one.tracking == "PAGE1"]
    assert parcel.status == "delivered"
    refused = await press(visitor, "/practice/carrier", "/practice/carrier/PAGE1/in_transit")
    assert refused.status_code == 200


async def test_the_stripe_board_decides_refunds_and_disputes(
    visitor: httpx.AsyncClient, practice: PracticeClient
) -> None:
    intent = await practice.seed_payment(f"B{time.monotonic_ns()}", 5000, "EUR", "ideal")
    refund = await practice.refund_in_dashboard(intent, 1234)
    page = await press(visitor, "/practice/stripe", f"/practice/stripe/refunds/{refund['id']}/failed")
    assert "€12.34" in page.text
    [failed] = await practice.refunds(intent)
    assert failed["status"] == "failed"
    await press(visitor, "/practice/stripe", f"/practice/stripe/payments/{intent}/dispute")
    [payment] = [one for one in await practice.payments() if one.intent == intent]
    assert payment.dispute is not None
    page = await press(visitor, "/practice/stripe", f"/practice/stripe/disputes/{payment.dispute['id']}/won")
    assert "Disputed: won" in page.text


async def test_a_second_failure_is_said_in_a_sentence(
    visitor: httpx.AsyncClient, practice: PracticeClient
) -> None:
    intent = await practice.seed_payment(f"B{time.monotonic_ns()}", 5000, "EUR")
    refund = await practice.refund_in_dashboard(intent, 1)
    action = f"/practice/stripe/refunds/{refund['id']}/failed"
    page = await visitor.get("/practice/stripe")
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert found
    await visitor.post(action, data={"_csrf_token": found[1]})
    again = await visitor.post(action, data={"_csrf_token": found[1]})
    assert again.status_code == 409
    assert "This refund is failed already." in again.text


async def test_mishaps_are_armed_and_called_off(visitor: httpx.AsyncClient, practice: PracticeClient) -> None:
    wanted = {"kind": "lose_answer", "call": "POST /v1/refunds", "times": "2"}
    page = await press(visitor, "/practice/mishaps", "/practice/mishaps", **wanted)
    assert "× 2" in page.text
    [fault] = await practice.faults()
    assert (fault.kind, fault.times) == ("lose_answer", 2)
    await press(visitor, "/practice/mishaps", "/practice/mishaps/none")
    assert await practice.faults() == []
    await press(visitor, "/practice/mishaps", "/practice/mishaps", **{**wanted, "kind": "explode"})
    assert await practice.faults() == []


async def test_every_page_is_dutch_too(visitor: httpx.AsyncClient) -> None:
    for page, word in {
        "mail": "Mailbox",
        "carrier": "Vervoerder",
        "stripe": "Stripe",
        "mishaps": "Pech",
    }.items():
        answer = await visitor.get(f"/practice/{page}", params={"lang": "nl"})
        assert answer.headers["content-language"] == "nl"
        assert f"<h1>{word}</h1>" in answer.text


async def test_a_practice_world_that_is_away_is_said_so() -> None:
    gone = PracticeClient("http://127.0.0.1:9", SECRET)
    async with browser(gone) as visitor:
        answer = await visitor.get("/practice/mail")
    await gone.close()
    assert answer.status_code == 503
    assert "It does not answer" in answer.text
