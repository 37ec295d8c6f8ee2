"""What every carrier promises, asked of all of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import get_args

import pytest

from returns_app.shipping.carriers import (
    Absent,
    BadSignature,
    Cancelled,
    Carrier,
    Issued,
    Method,
    Refused,
)
from returns_app.shipping.carriers.own_label import OwnLabel
from returns_app.shipping.carriers.sendcloud import Sendcloud
from returns_app.shipping.render import Renderer
from tests.shipping import pictures
from tests.shipping.makers import a_nasty_ask, an_ask


@pytest.fixture(params=["own", "sendcloud"])
def carrier(request: pytest.FixtureRequest, renderer: Renderer, sendcloud: Sendcloud) -> Carrier:
    return {"own": OwnLabel(renderer.render_pdf), "sendcloud": sendcloud}[request.param]


def test_it_has_a_name_and_methods(carrier: Carrier) -> None:
    assert carrier.name.isidentifier()
    assert carrier.methods <= set(get_args(Method))
    assert carrier.methods


@pytest.mark.parametrize("method", get_args(Method))
async def test_each_method_gives_something_to_show_or_a_reason(carrier: Carrier, method: Method) -> None:
    answer = await carrier.announce(an_ask(method=method))
    if method not in carrier.methods:
        assert isinstance(answer, Refused)
        assert answer.sentence
        return
    assert isinstance(answer, Issued)
    assert answer.tracking
    assert answer.carrier_reference
    assert answer.pdf or answer.qr


async def test_the_papers_barcode_is_the_tracking_number(carrier: Carrier) -> None:
    answer = await carrier.announce(an_ask())
    assert isinstance(answer, Issued)
    assert answer.pdf is not None
    assert pictures.size_mm(answer.pdf) == pytest.approx((105, 148), abs=0.1)
    assert pictures.codes(pictures.printed(answer.pdf))["Code128"].text == answer.tracking


async def test_asking_twice_makes_one_label(carrier: Carrier) -> None:
    ask = an_ask()
    first, second = await carrier.announce(ask), await carrier.announce(ask)
    assert isinstance(first, Issued)
    assert isinstance(second, Issued)
    assert (first.tracking, first.pdf) == (second.tracking, second.pdf)


async def test_what_was_announced_is_found(carrier: Carrier) -> None:
    ask = an_ask()
    announced, found = await carrier.announce(ask), await carrier.find(ask)
    assert isinstance(announced, Issued)
    assert isinstance(found, Issued)
    assert (found.tracking, found.pdf) == (announced.tracking, announced.pdf)


async def test_what_was_never_announced_is_absent_or_makeable(carrier: Carrier) -> None:
    assert isinstance(await carrier.find(an_ask()), Absent | Issued)


async def test_a_label_can_be_given_back(carrier: Carrier) -> None:
    answer = await carrier.announce(an_ask())
    assert isinstance(answer, Issued)
    assert isinstance(await carrier.cancel(answer.carrier_reference), Cancelled)


async def test_long_texts_and_foreign_letters_are_no_trouble(carrier: Carrier) -> None:
    assert isinstance(await carrier.announce(a_nasty_ask()), Issued | Refused)


@pytest.mark.parametrize(
    "headers", [{}, {"Sendcloud-Signature": "0" * 64}, {"practice-signature": "t=1,v1=x"}]
)
def test_unsigned_news_is_refused(carrier: Carrier, headers: dict[str, str]) -> None:
    payload = json.dumps({"action": "parcel_status_changed", "parcel": {}}).encode()
    with pytest.raises(BadSignature):
        carrier.read_webhook(headers, payload, datetime.now(UTC))
