"""The one place that reads the time. Verbs and the pure core are told it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment in UTC, with its zone."""
    return datetime.now(UTC)
