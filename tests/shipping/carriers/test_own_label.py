from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from returns_app.practice.hooks import stamped_signature
from returns_app.shipping.carriers import BadSignature, BadWebhook, Issued, Unknown
from returns_app.shipping.carriers.own_label import OwnLabel
from returns_app.shipping.render import LabelNotRendered, Renderer
from tests.shipping.makers import RMA, an_ask

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECRET = "hook-secret"
MOVE = {"id": "trk_1", "tracking": RMA, "status": "dropped_off", "at": "2026-11-22T09:59:00Z"}


async def never(design: str, data: Mapping[str, Any]) -> bytes:
    raise LabelNotRendered("Making the a6 paper took too long.")


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    return {"Practice-Signature": stamped_signature(body.decode(), secret, int(at.timestamp()))}


async def test_the_code_for_the_phone_says_the_return_number(renderer: Renderer) -> None:
    answer = await OwnLabel(renderer.render_pdf).announce(an_ask(method="store"))
    assert isinstance(answer, Issued)
    assert answer.qr is not None
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.qr)).convert("L"))
    assert code.text == answer.tracking == RMA


async def test_a_paper_that_failed_may_be_asked_again() -> None:
    answer = await OwnLabel(never).announce(an_ask())
    assert answer == Unknown(sentence="Making the a6 paper took too long.")


def test_a_signed_move_is_news() -> None:
    body = json.dumps(MOVE).encode()
    [news] = OwnLabel(never, hook_secret=SECRET).read_webhook(signed(body), body, NOW)
    assert (news.event_id, news.tracking, news.state) == ("own:trk_1", RMA, "dropped_off")
    assert news.at == datetime(2026, 11, 22, 9, 59, tzinfo=UTC)
    assert news.raw == MOVE


def test_a_changed_old_or_foreign_move_is_refused() -> None:
    carrier, body = OwnLabel(never, hook_secret=SECRET), json.dumps(MOVE).encode()
    for headers, payload in (
        (signed(body), body + b" "),
        (signed(body, NOW - timedelta(minutes=6)), body),
        (signed(body, secret="other"), body),
    ):
        with pytest.raises(BadSignature):
            carrier.read_webhook(headers, payload, NOW)


def test_without_a_secret_nobody_may_tell() -> None:
    body = json.dumps(MOVE).encode()
    with pytest.raises(BadSignature):
        OwnLabel(never).read_webhook(signed(body, secret=""), body, NOW)


def test_a_signed_riddle_is_said_to_be_one() -> None:
    body = json.dumps({**MOVE, "status": "vanished"}).encode()
    with pytest.raises(BadWebhook):
        OwnLabel(never, hook_secret=SECRET).read_webhook(signed(body), body, NOW)
