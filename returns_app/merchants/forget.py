"""Let go of what nobody needs any more: the schedule's business, harmless at any time."""

from __future__ import annotations

from datetime import datetime, timedelta

from returns_app.merchants.attempts import forget_attempts
from returns_app.merchants.kept import forget_expired

_LONGEST_WINDOW = timedelta(days=1)


async def forget_old(*, at: datetime) -> None:
    """Expired sessions, codes and links, and the counts of windows long past."""
    await forget_expired(at)
    await forget_attempts(at - 2 * _LONGEST_WINDOW)
