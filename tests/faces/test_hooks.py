"""Webhooks: forged ones change nothing, true ones are kept once and answered at once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from returns_app import clock, database
from returns_app.app import create_app
from returns_app.faces.hooks import LARGEST_HOOK
from returns_app.notifications.channels.smtp import SmtpMailer
from returns_app.outside import Outside
from returns_app.shipping.carriers import BadSignature, BadWebhook, TrackingNews
from tests.faces.browser import Browser, settings_for_tests

SECRET = "whsec_test"
EVENT = {"id": "evt_1", "type": "invoice.paid", "created": 1, "data": {"object": {}}}


class SigningCarrier:
    """Takes webhooks signed with one shared word."""

    def read_webhook(self, headers: Mapping[str, str], payload: bytes, now: datetime) -> list[TrackingNews]:
        if headers.get("practice-carrier-signature") != "right":
            raise BadSignature("The signature does not match.")
        try:
            told = json.loads(payload)
        except ValueError:
            raise BadWebhook("This is not JSON.") from None
        return [
            TrackingNews(event_id=id, tracking="T", carrier_reference="", state="delivered", at=now, raw={})
            for id in told
        ]


@pytest.fixture
async def sender(db: str, tmp_path: Path) -> Browser:
    settings = settings_for_tests(tmp_path, stripe_webhook_secrets=("whsec_old", SECRET))
    outside = Outside(settings, {}, {"own": SigningCarrier()}, SmtpMailer("smtp://127.0.0.1:1"))  # type: ignore[dict-item] - only its webhooks are asked for
    return Browser(create_app(settings, given=outside))


def signed(body: bytes, secret: str = SECRET, at: datetime | None = None) -> dict[str, str]:
    stamp = int((at or clock.now()).timestamp())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={stamp},v1={mac}", "cookie": "session=x", "user-agent": "Stripe"}


async def kept() -> list[tuple[str, str]]:
    rows = await database.fetch("SELECT source, external_id FROM journal_inbound ORDER BY received_at")
    return [(row["source"], row["external_id"]) for row in rows]


async def jobs() -> list[str]:
    return [row["entrypoint"] for row in await database.fetch("SELECT entrypoint FROM jobs")]


async def test_a_signed_event_is_kept_and_worked_once(sender: Browser) -> None:
    body = json.dumps(EVENT).encode()
    for _ in range(2):
        answer = await sender.http.post("/hooks/stripe", content=body, headers=signed(body))
        assert (answer.status_code, answer.content) == (200, b"")
        assert "set-cookie" not in answer.headers
    assert await kept() == [("stripe", "evt_1")]
    assert await jobs() == ["inbound.stripe"]
    row = await database.fetch_one("SELECT payload, headers FROM journal_inbound")
    assert row is not None
    assert row["payload"] == body
    assert list(json.loads(row["headers"])) == ["stripe-signature"]


@pytest.mark.parametrize("forged", ["no signature", "wrong secret", "changed body", "no event"])
async def test_a_forged_event_is_refused_and_not_kept(sender: Browser, forged: str) -> None:
    body = json.dumps(EVENT).encode()
    headers = signed(body, "whsec_guess" if forged == "wrong secret" else SECRET)
    if forged == "no signature":
        headers = {}
    if forged == "changed body":
        body = body.replace(b"evt_1", b"evt_2")
    if forged == "no event":
        body = b"[]"
        headers = signed(body)
    answer = await sender.http.post("/hooks/stripe", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert await kept() == []
    assert await jobs() == []


async def test_too_large_a_webhook_is_refused(sender: Browser) -> None:
    body = b"x" * (LARGEST_HOOK + 1)
    answer = await sender.http.post("/hooks/stripe", content=body, headers=signed(body))
    assert answer.status_code == 413
    assert await kept() == []


RIGHT = {"practice-carrier-signature": "right"}


async def test_a_carriers_news_is_kept_under_its_own_id(sender: Browser) -> None:
    for _ in range(2):
        answer = await sender.http.post("/hooks/practice-carrier", content=b'["scan-1"]', headers=RIGHT)
        assert answer.status_code == 200
    assert await kept() == [("practice-carrier", "scan-1")]
    assert await jobs() == ["inbound.practice-carrier"]


async def test_news_in_a_bundle_is_kept_under_its_content(sender: Browser) -> None:
    body = b'["scan-1", "scan-2"]'
    await sender.http.post("/hooks/practice-carrier", content=body, headers=RIGHT)
    assert await kept() == [("practice-carrier", hashlib.sha256(body).hexdigest())]


async def test_a_webhook_about_something_else_is_only_answered(sender: Browser) -> None:
    answer = await sender.http.post("/hooks/practice-carrier", content=b"[]", headers=RIGHT)
    assert (answer.status_code, await kept()) == (200, [])


@pytest.mark.parametrize(("headers", "body", "status"), [({}, b'["scan-1"]', 401), (RIGHT, b"<xml>", 400)])
async def test_a_carriers_forgery_is_refused(
    sender: Browser, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = await sender.http.post("/hooks/practice-carrier", content=body, headers=headers)
    assert answer.status_code == status
    assert await kept() == []


async def test_a_carrier_we_do_not_use_has_no_door(sender: Browser) -> None:
    assert (await sender.http.post("/hooks/sendcloud", content=b"{}")).status_code == 404
