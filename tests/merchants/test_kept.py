"""Short-lived values and counted attempts, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from returns_app import database
from returns_app.merchants import attempts, kept
from returns_app.merchants.attempts import Limit, TooManyAttempts, allow, count
from returns_app.merchants.forget import forget_old

NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_a_value_is_there_until_it_expires(db: str) -> None:
    await kept.keep("a", "key", b"value", until=NOW + HOUR)
    assert await kept.kept("a", "key", at=NOW) == b"value"
    assert await kept.kept("b", "key", at=NOW) is None
    assert await kept.kept("a", "key", at=NOW + HOUR) is None
    await kept.forget_expired(NOW + HOUR)
    assert await database.fetch("SELECT 1 FROM kept_values") == []


async def test_a_value_is_taken_once_by_one(db: str) -> None:
    await kept.keep("a", "key", b"value", until=None)
    taken = await asyncio.gather(*(kept.take("a", "key", at=NOW) for _ in range(8)))
    assert sorted(taken, key=lambda value: value is not None)[-1] == b"value"
    assert taken.count(None) == 7


async def test_a_value_that_is_gone_is_not_brought_back(db: str) -> None:
    await kept.keep("a", "key", b"value", until=None)
    assert await kept.change("a", "key", b"new")
    await kept.forget("a", "key")
    assert not await kept.change("a", "key", b"newer")
    assert await kept.kept("a", "key", at=NOW) is None


async def test_the_database_never_learns_a_session_id(db: str) -> None:
    await kept.keep("session", "the-id-of-the-session", b"{}", until=None)
    row = await database.fetch_one("SELECT kept_values::text AS all FROM kept_values")
    assert row is not None
    assert "the-id-of-the-session" not in row["all"]


async def test_exactly_as_many_are_allowed_however_many_ask_at_once(db: str) -> None:
    said = await asyncio.gather(*(allow("look-up:1", 7, HOUR, NOW) for _ in range(30)))
    assert said.count(True) == 7


async def test_buckets_and_windows_are_apart(db: str) -> None:
    assert await allow("a", 1, HOUR, NOW)
    assert not await allow("a", 1, HOUR, NOW + timedelta(minutes=59))
    assert await allow("b", 1, HOUR, NOW)
    assert await allow("a", 1, HOUR, NOW + HOUR)


async def test_one_who_is_refused_learns_when_to_come_back(db: str) -> None:
    limit = Limit("sign-in.email", 1, HOUR)
    await count(limit, "x", at=NOW + timedelta(minutes=40))
    with pytest.raises(TooManyAttempts) as refused:
        await count(limit, "x", at=NOW + timedelta(minutes=45))
    assert refused.value.retry_after == 15 * 60 + 1


async def test_old_windows_are_cleared(db: str) -> None:
    await allow("a", 1, HOUR, NOW)
    await attempts.forget_attempts(NOW)
    assert not await allow("a", 1, HOUR, NOW)
    await attempts.forget_attempts(NOW + HOUR)
    assert await database.fetch("SELECT 1 FROM attempt_counts") == []


async def test_what_is_old_is_forgotten_and_what_counts_is_kept(db: str) -> None:
    await kept.keep("a", "old", b"", until=NOW)
    await kept.keep("a", "new", b"", until=NOW + HOUR)
    await allow("day", 1, timedelta(days=1), NOW)
    await forget_old(at=NOW)
    assert not await allow("day", 1, timedelta(days=1), NOW)
    assert await kept.kept("a", "new", at=NOW) == b""
    assert len(await database.fetch("SELECT 1 FROM kept_values")) == 1
