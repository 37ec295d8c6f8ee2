"""The carrier board: buttons the app hears of, and can trust."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from returns_app.practice.client import PracticeClient, PracticeRefused
from returns_app.shipping.carriers.own_label import OwnLabel
from tests.practice.world import SECRET, Ear


async def never(design: str, data: Mapping[str, Any]) -> bytes:
    raise AssertionError("reading a hook draws no label")


async def test_each_button_is_told_to_the_app(practice: PracticeClient, app: Ear) -> None:
    registered = await practice.register_parcel("OWN1", "RMA1")
    assert (await practice.register_parcel("OWN1", "other")) == registered
    moves = ("dropped_off", "in_transit", "delivered")
    for move in moves:
        assert (await practice.move_parcel("OWN1", move)).status == move
    told = await app.hears(lambda told: told.path == "/hooks/practice-carrier", count=3)
    own = OwnLabel(never, hook_secret=SECRET)
    news = [own.read_webhook(one.headers, one.body, datetime.now(UTC))[0] for one in told]
    assert {one.tracking for one in news} == {"OWN1"}
    assert {one.state for one in news} == set(moves)
    assert len({one.event_id for one in news}) == 3
    assert [parcel.status for parcel in await practice.parcels()] == ["delivered"]


async def test_an_unknown_parcel_and_an_unknown_move_are_refused(practice: PracticeClient) -> None:
    with pytest.raises(PracticeRefused, match="does not know NOPE"):
        await practice.move_parcel("NOPE", "delivered")
    with pytest.raises(PracticeRefused):
        await practice.move_parcel("OWN1", "lost")  # type: ignore[arg-type]  # wrong on purpose
