"""Our Sendcloud carrier against the practice Sendcloud; every word judged by the published description."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import zxingcpp
from msgspec.structs import replace
from PIL import Image

from returns_app.money import Money
from returns_app.practice.faults import Fault, Kind, set_fault
from returns_app.practice.sendcloud import ANNOUNCE, KEY, RETURN, advance, announce_return, refuse_next
from returns_app.practice.state import State
from returns_app.shipping.carriers import (
    Absent,
    BadSignature,
    BadWebhook,
    Cancelled,
    Issued,
    LabelAsk,
    Refused,
    Unknown,
)
from returns_app.shipping.carriers.sendcloud import Sendcloud
from returns_app.shipping.carriers.sendcloud_words import STATES, announcement, order_number, refusal
from tests.shipping.carriers.conftest import OPTIONS, SECRET, judge
from tests.shipping.carriers.description import check_request, undocumented
from tests.shipping.makers import SHOPPER, an_ask

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


async def issued(carrier: Sendcloud, ask: LabelAsk) -> Issued:
    answer = await carrier.announce(ask)
    assert isinstance(answer, Issued)
    return answer


async def test_a_label_with_its_cost(sendcloud: Sendcloud) -> None:
    answer = await issued(sendcloud, an_ask())
    assert answer.cost == Money(545, "EUR")
    assert answer.pdf is not None
    assert answer.qr is None
    assert answer.pdf.startswith(b"%PDF")


async def test_a_code_for_the_counter(sendcloud: Sendcloud, practice: State) -> None:
    answer = await issued(sendcloud, an_ask(method="qr"))
    assert answer.qr is not None
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.qr)).convert("L"))
    assert code.text == answer.tracking
    [kept] = practice.all(RETURN)
    assert kept["return"]["delivery_option"] == "drop_off_labelless"


async def test_the_announcement_carries_our_id_twice(sendcloud: Sendcloud, practice: State) -> None:
    ask = an_ask()
    await issued(sendcloud, ask)
    [kept] = practice.all(RETURN)
    assert kept["external_reference"] == ask.id
    assert kept["return"]["order_number"] == order_number(ask) == f"{ask.rma}-{ask.id[:8]}"


def test_a_parcel_over_the_border_of_the_eu_has_customs_data() -> None:
    london = replace(SHOPPER, country="GB", postal_code="SW1A 1AA", city="London")
    body = announcement(an_ask(sender=london, invoice="INV-7"), "x", 5)
    assert body["customs_information"]["export_reason"] == "returned_goods"
    assert body["customs_invoice_nr"] == "INV-7"
    assert body["ship_with"]["contract"] == 5
    assert "customs_information" not in announcement(an_ask(invoice="INV-7"), "x", None)
    request = httpx.Request("POST", "https://x/api/v3/returns/announce-synchronously", json=body)
    check_request(request)


def test_the_judge_sees_a_wrong_word() -> None:
    body = announcement(an_ask(), "x", None)
    for wrong in ({**body, "weight": {"value": 0, "unit": "g"}}, {**body, "rma": "x"}):
        request = httpx.Request("POST", "https://x/api/v3/returns/announce-synchronously", json=wrong)
        with pytest.raises((AssertionError, ValueError, Exception)) as seen:
            check_request(request)
        assert type(seen.value).__name__ in ("AssertionError", "ValidationError")
    assert undocumented({"a": {"b": 1}}, {"properties": {"a": {"properties": {}}}}) == ["a.b"]


@pytest.mark.parametrize("kind", ["lose_answer", "slow_answer"])
async def test_a_lost_answer_is_found_not_repeated(sendcloud: Sendcloud, practice: State, kind: Kind) -> None:
    sendcloud._http.timeout = httpx.Timeout(0.5)
    set_fault(practice, Fault(kind=kind, call=ANNOUNCE, seconds=1.0))
    ask = an_ask()
    assert isinstance(await sendcloud.announce(ask), Unknown)
    found = await sendcloud.find(ask)
    assert isinstance(found, Issued)
    again = await issued(sendcloud, ask)
    assert again.tracking == found.tracking
    assert len(practice.all(RETURN)) == 1


@pytest.mark.parametrize("kind", ["stored_500", "rate_limit"])
async def test_trouble_over_there_is_unknown_then_absent_then_made(
    sendcloud: Sendcloud, practice: State, kind: Kind
) -> None:
    set_fault(practice, Fault(kind=kind, call=ANNOUNCE))
    ask = an_ask()
    assert isinstance(await sendcloud.announce(ask), Unknown)
    assert await sendcloud.find(ask) == Absent()
    await issued(sendcloud, ask)


async def test_nobody_there_is_unknown() -> None:
    carrier = Sendcloud(KEY, SECRET, options=OPTIONS, base="http://127.0.0.1:9/api/v3")
    assert isinstance(await carrier.announce(an_ask()), Unknown)
    assert isinstance(await carrier.find(an_ask()), Unknown)
    assert isinstance(await carrier.cancel("1/2"), Unknown)
    await carrier.close()


async def test_a_refusal_is_in_sendclouds_words(sendcloud: Sendcloud, practice: State) -> None:
    refuse_next(practice, "The weight is above the limit of this carrier.")
    assert await sendcloud.announce(an_ask()) == Refused(
        sentence="The weight is above the limit of this carrier."
    )
    wrong = an_ask(sender=replace(SHOPPER, postal_code="0000"))
    assert await sendcloud.announce(wrong) == Refused(sentence="The postal code you provided is invalid.")
    assert practice.all(RETURN) == []


async def test_wrong_keys_are_a_sentence(address: str) -> None:
    carrier = Sendcloud(KEY, "wrong", options=OPTIONS, base=address)
    answer = await carrier.announce(an_ask())
    assert isinstance(answer, Refused)
    assert "keys" in answer.sentence
    await carrier.close()


async def test_a_return_is_found_behind_the_first_page(sendcloud: Sendcloud, practice: State) -> None:
    for _ in range(85):
        other = an_ask()
        assert announce_return(practice, announcement(other, "x", None)).status_code == 201
    ask = an_ask()
    announced = await issued(sendcloud, ask)
    found = await sendcloud.find(ask)
    assert isinstance(found, Issued)
    assert found.tracking == announced.tracking
    assert await sendcloud.find(an_ask()) == Absent()
    assert await sendcloud.find(replace(ask, asked_at=ask.asked_at - timedelta(days=9))) == Absent()


async def test_cancelling(sendcloud: Sendcloud, practice: State) -> None:
    ask = an_ask()
    answer = await issued(sendcloud, ask)
    assert await sendcloud.cancel(answer.carrier_reference) == Cancelled()
    assert await sendcloud.find(ask) == Refused(sentence="This return was cancelled at Sendcloud.")
    assert await sendcloud.cancel(answer.carrier_reference) == Refused(
        sentence="Return is not cancellable.", fields={"returns": "Return is not cancellable."}
    )
    assert isinstance(await sendcloud.cancel("-/88000"), Refused)
    assert isinstance(await sendcloud.cancel("99/88000"), Refused)


async def test_a_dropped_off_parcel_cannot_be_cancelled(sendcloud: Sendcloud, practice: State) -> None:
    answer = await issued(sendcloud, an_ask())
    assert answer.tracking is not None
    advance(practice, answer.tracking, "dropped_off")
    assert isinstance(await sendcloud.cancel(answer.carrier_reference), Refused)


def hooks(practice: State) -> list[tuple[dict[str, str], bytes]]:
    rows = practice.rows("SELECT headers, body FROM hook WHERE name = 'sendcloud' ORDER BY position")
    return [(json.loads(row["headers"]), row["body"].encode()) for row in rows]


async def test_the_parcel_is_followed_by_signed_webhooks(sendcloud: Sendcloud, practice: State) -> None:
    answer = await issued(sendcloud, an_ask())
    assert answer.tracking is not None
    for state in ("dropped_off", "in_transit", "delivered"):
        advance(practice, answer.tracking, state)
    news = [told for headers, body in hooks(practice) for told in sendcloud.read_webhook(headers, body, NOW)]
    assert [told.state for told in news] == ["dropped_off", "in_transit", "delivered"]
    assert {told.tracking for told in news} == {answer.tracking}
    assert {told.carrier_reference for told in news} == {answer.carrier_reference.partition("/")[2]}
    assert len({told.event_id for told in news}) == 3
    assert abs(news[0].at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_the_same_webhook_is_the_same_news(sendcloud: Sendcloud, practice: State) -> None:
    answer = await issued(sendcloud, an_ask())
    assert answer.tracking is not None
    advance(practice, answer.tracking, "dropped_off")
    [(headers, body)] = hooks(practice)
    assert sendcloud.read_webhook(headers, body, NOW) == sendcloud.read_webhook(headers, body, NOW)
    with pytest.raises(BadSignature):
        sendcloud.read_webhook(headers, body.replace(b"3SPRAC", b"3SFAKE"), NOW)


def signed(told: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(told).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"sendcloud-signature": signature}, body


def test_the_published_example_of_a_signature_holds() -> None:
    """sendcloud.dev/api/v3/webhooks: body {"key": "value"}, key secretkey."""
    carrier = Sendcloud("public", "secretkey", options=OPTIONS)
    published = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
    assert carrier.read_webhook({"Sendcloud-Signature": published}, b'{"key": "value"}', NOW) == []


@pytest.mark.parametrize(
    "told", [{"action": "integration_updated", "integration": {}}, {"action": "return_created"}, {}]
)
async def test_webhooks_about_other_things_are_no_news(sendcloud: Sendcloud, told: dict[str, Any]) -> None:
    assert sendcloud.read_webhook(*signed(told), NOW) == []


@pytest.mark.parametrize(
    "told",
    [
        [],
        "x",
        {"action": "parcel_status_changed"},
        {"action": "parcel_status_changed", "parcel": {"id": 1, "status": {"id": "?"}}},
    ],
)
async def test_a_signed_riddle_is_said_to_be_one(sendcloud: Sendcloud, told: Any) -> None:
    with pytest.raises(BadWebhook):
        sendcloud.read_webhook(*signed(told), NOW)


async def test_an_unknown_status_is_kept_as_other(sendcloud: Sendcloud) -> None:
    told = {
        "action": "parcel_status_changed",
        "parcel": {"id": 1, "status": {"id": 62996, "message": "Exception"}},
    }
    [news] = sendcloud.read_webhook(*signed(told), NOW)
    assert (news.state, news.at, news.tracking) == ("other", NOW, "")
    assert news.raw == told


def test_seconds_and_milliseconds_are_told_apart() -> None:
    carrier = Sendcloud("public", SECRET, options=OPTIONS)
    for stamp in (1_790_000_000, 1_790_000_000_000):
        told = {
            "action": "parcel_status_changed",
            "timestamp": stamp,
            "parcel": {"id": 1, "status": {"id": 11}},
        }
        [news] = carrier.read_webhook(*signed(told), NOW)
        assert news.at == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"code": "x", "message": "One sentence."}}, "One sentence."),
        ({"errors": [{"field": "a", "message": "First."}, {"message": "Second."}]}, "First. Second."),
        ({"errors": [{"detail": "By the book.", "source": {"pointer": "/weight"}}]}, "By the book."),
        ({}, "Sendcloud refused the request (400) without saying why."),
        ([], "Sendcloud refused the request (400) without saying why."),
        ({"errors": "odd"}, "Sendcloud refused the request (400) without saying why."),
    ],
)
def test_errors_of_every_shape_are_sentences(body: Any, said: str) -> None:
    assert refusal(400, json.dumps(body).encode()).sentence == said


def test_every_status_number_means_something_we_follow() -> None:
    assert set(STATES.values()) == {"announced", "dropped_off", "in_transit", "delivered", "cancelled"}


def answering(answers: dict[str, httpx.Response]) -> Sendcloud:
    """A carrier whose other side gives fixed answers by path."""
    carrier = Sendcloud(KEY, SECRET, options=OPTIONS, base="https://sendcloud.example/api/v3")
    transport = httpx.MockTransport(lambda request: answers[request.url.path.removeprefix("/api/v3")])
    carrier._http = httpx.AsyncClient(base_url="https://sendcloud.example/api/v3", transport=transport)
    return carrier


MADE = httpx.Response(201, json={"return_id": 1, "parcel_id": 2, "multi_collo_ids": []})
ANNOUNCE_PATH = "/returns/announce-synchronously"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({ANNOUNCE_PATH: httpx.Response(201, text="<html>")}, Unknown),
        ({ANNOUNCE_PATH: httpx.Response(201, json=[])}, Unknown),
        ({ANNOUNCE_PATH: httpx.Response(201, json={"odd": 1})}, Unknown),
        ({ANNOUNCE_PATH: httpx.Response(302, headers={"location": "https://evil.example"})}, Unknown),
        ({ANNOUNCE_PATH: MADE, "/returns/1": httpx.Response(404, json={})}, Unknown),
        ({ANNOUNCE_PATH: MADE, "/returns/1": httpx.Response(200, json={"tracking_number": None})}, Unknown),
        (
            {ANNOUNCE_PATH: MADE, "/returns/1": httpx.Response(200, json={"errors": [{"detail": "No."}]})},
            Refused,
        ),
        (
            {
                ANNOUNCE_PATH: MADE,
                "/returns/1": httpx.Response(200, json={"tracking_number": "3S1"}),
                "/parcels/2/documents/label": httpx.Response(200, text="not a pdf"),
            },
            Unknown,
        ),
    ],
)
async def test_strange_answers_are_never_taken_for_a_label(
    answers: dict[str, httpx.Response], expected: type
) -> None:
    carrier = answering(answers)
    assert isinstance(await carrier.announce(an_ask()), expected)
    await carrier.close()


async def test_a_used_reference_not_listed_yet_stays_unknown() -> None:
    used = {"error": {"message": "External reference has already been used in another return."}}
    carrier = answering(
        {ANNOUNCE_PATH: httpx.Response(400, json=used), "/returns": httpx.Response(200, json={"data": []})}
    )
    judge(carrier)
    assert isinstance(await carrier.announce(an_ask()), Unknown)
    await carrier.close()
