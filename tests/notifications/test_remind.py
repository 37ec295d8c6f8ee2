"""A reminder: after the merchant's days, in the merchant's zone, once, and only of what can still be sent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from returns_app import database
from returns_app.merchants.create import update_settings
from returns_app.notifications.remind import due_reminders, remind, remind_all
from tests.makers import AT, SETTINGS
from tests.notifications.occasions import Occasion, occasion

FIFTH_DAY = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""Five days after the label, in Amsterdam: 00:30 on 25 November."""


async def labelled() -> Occasion:
    return await occasion("label_ready")


async def test_a_label_is_due_after_the_merchants_days_in_the_merchants_zone(db: str) -> None:
    staging = await labelled()
    assert await due_reminders(FIFTH_DAY - timedelta(hours=1)) == []
    assert await due_reminders(FIFTH_DAY) == [(staging.shop.id, staging.return_id)]
    await update_settings(staging.shop.id, msgspec.structs.replace(SETTINGS, label_reminder_days=8))
    assert await due_reminders(FIFTH_DAY) == []
    assert len(await due_reminders(FIFTH_DAY + timedelta(days=3))) == 1


async def test_it_is_said_once_however_many_look(db: str) -> None:
    staging = await labelled()
    said = await asyncio.gather(
        *(remind(staging.return_id, merchant=staging.shop.id, at=FIFTH_DAY) for _ in range(5))
    )
    assert sorted(said) == [False] * 4 + [True]
    assert await remind_all(at=FIFTH_DAY + timedelta(days=1)) == 0
    events = await database.fetch("SELECT return_id FROM journal_events WHERE kind = 'reminder.due'")
    assert [row["return_id"] for row in events] == [staging.return_id]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE parcels SET state = 'dropped_off'",
        "UPDATE labels SET state = 'cancelled'",
        "UPDATE returns SET status = 'cancelled'",
        "UPDATE returns SET status = 'expired'",
        "UPDATE returns SET send_back_by = '2026-11-24'",
    ],
)
async def test_there_is_nothing_to_remind_of(db: str, change: str) -> None:
    staging = await labelled()
    await database.fetch(change)
    assert await due_reminders(FIFTH_DAY) == []
    assert not await remind(staging.return_id, merchant=staging.shop.id, at=FIFTH_DAY)


async def test_another_merchants_return_is_not_reminded_of(db: str) -> None:
    staging = await labelled()
    assert not await remind(staging.return_id, merchant=staging.return_id, at=FIFTH_DAY + timedelta(days=1))


async def test_the_sweep_reminds_of_all(db: str) -> None:
    await labelled()
    assert await remind_all(at=AT) == 0
    assert await remind_all(at=FIFTH_DAY) == 1
