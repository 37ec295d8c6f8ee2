"""How often something may be tried, counted in the database so that all processes count together."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec

from returns_app import database
from returns_app.wording import N_

_COUNT = """
INSERT INTO attempt_counts AS counted (id, bucket, window_start, tries) VALUES ($1, $2, $3, 1)
ON CONFLICT (bucket, window_start) DO UPDATE SET tries = least(counted.tries + 1, 1000000000)
RETURNING tries
"""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class TooManyAttempts(PermissionError):
    """Something was tried too often; `retry_after` is in whole seconds."""

    status = 429
    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(N_("That was tried too often. Wait a little and try again."))
        self.retry_after = retry_after


class Limit(msgspec.Struct, frozen=True):
    """At most `most` times in each window of length `per`. `name` keeps limits apart."""

    name: str
    most: int
    per: timedelta


async def allow(bucket: str, limit: int, per: timedelta, at: datetime) -> bool:
    """Count one more try of `bucket` and say whether it is within `limit` per window.

    One atomic statement: however many processes ask at once, exactly `limit` are told yes.
    Call it outside a transaction, or a rollback takes the try back.
    """
    start = _EPOCH + (at - _EPOCH) // per * per
    rows = await database.fetch(_COUNT, uuid4(), _hash(bucket), start)
    return rows[0]["tries"] <= limit


async def count(limit: Limit, who: str, *, at: datetime) -> None:
    """Count a try of `who` against a limit. Raises TooManyAttempts when it is used up."""
    if not await allow(f"{limit.name}:{who}", limit.most, limit.per, at):
        waited = (at - _EPOCH) % limit.per
        raise TooManyAttempts(int((limit.per - waited).total_seconds()) + 1)


async def forget_attempts(before: datetime) -> None:
    """Clear windows that began before this moment; the schedule's business."""
    await database.fetch("DELETE FROM attempt_counts WHERE window_start < $1", before)


def _hash(bucket: str) -> str:
    return hashlib.sha256(bucket.encode()).hexdigest()
