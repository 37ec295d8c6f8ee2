"""The carrier board: buttons the app hears of, and can trust."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from returns_app.practice.carrier import CarrierHookRefused, read_carrier_hook
from returns_app.practice.client import PracticeClient, PracticeRefused
from returns_app.practice.hooks import stamped_signature
from tests.practice.world import SECRET, Ear

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = b'{"id": "trk_1", "tracking": "T1", "status": "delivered", "at": "2026-11-22T12:00:00Z"}'


def signed(at: datetime, secret: str = SECRET, body: bytes = BODY) -> str:
    return stamped_signature(body.decode(), secret, int(at.timestamp()))


async def test_each_button_is_told_to_the_app(practice: PracticeClient, app: Ear) -> None:
    registered = await practice.register_parcel("OWN1", "RMA1")
    assert (await practice.register_parcel("OWN1", "other")) == registered
    moves = ("dropped_off", "in_transit", "delivered")
    for move in moves:
        assert (await practice.move_parcel("OWN1", move)).status == move
    told = await app.hears(lambda told: told.path == "/hooks/practice-carrier", count=3)
    news = [
        read_carrier_hook(one.body, one.headers["practice-signature"], SECRET, datetime.now(UTC))
        for one in told
    ]
    assert {one.tracking for one in news} == {"OWN1"}
    assert {one.status for one in news} == set(moves)
    assert len({one.id for one in news}) == 3
    assert [parcel.status for parcel in await practice.parcels()] == ["delivered"]


async def test_an_unknown_parcel_and_an_unknown_move_are_refused(practice: PracticeClient) -> None:
    with pytest.raises(PracticeRefused, match="does not know NOPE"):
        await practice.move_parcel("NOPE", "delivered")
    with pytest.raises(PracticeRefused):
        await practice.move_parcel("OWN1", "lost")  # type: ignore[arg-type]  # wrong on purpose


def test_a_signed_hook_of_now_is_read() -> None:
    news = read_carrier_hook(BODY, signed(NOW), SECRET, NOW + timedelta(minutes=4))
    assert (news.tracking, news.status, news.at) == ("T1", "delivered", NOW)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (BODY, signed(NOW - timedelta(minutes=6))),
        (BODY, signed(NOW + timedelta(minutes=6))),
        (BODY, signed(NOW, "another secret")),
        (BODY + b" ", signed(NOW)),
        (BODY, ""),
        (BODY, "t=now,v1=é"),
        (BODY, "v1=00"),
        (b"\xff", signed(NOW)),
        (b"{}", signed(NOW, body=b"{}")),
    ],
)
def test_anything_else_is_refused(body: bytes, header: str) -> None:
    with pytest.raises(CarrierHookRefused):
        read_carrier_hook(body, header, SECRET, NOW)


def test_no_secret_opens_nothing() -> None:
    with pytest.raises(CarrierHookRefused):
        read_carrier_hook(BODY, signed(NOW, ""), "", NOW)
