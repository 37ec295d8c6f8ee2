"""Whether a window is open on the day of a request, and its last day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from returns_app.policy.answers import Anchor, Window
from returns_app.policy.facts import Situation

Standing = Literal["open", "closed", "unknown"]


def window_standing(window: Window | None, situation: Situation) -> tuple[Standing, date | None]:
    """Whether the window is open on the day of the request, and its last day where that can be told.

    The first alternative whose anchor is known counts; without any the window is unknown.
    """
    asked = situation.get("requested_on")
    today = asked if isinstance(asked, date) else None
    if window is not None and window.until is not None:
        return _standing_until(window.until, today), window.until
    for span in window.alternatives if window is not None else ():
        days = days_since(span.anchor, situation)
        if days is not None:
            left = span.days - days
            return "open" if left >= 0 else "closed", today and today + timedelta(days=left)
    return "unknown", None


_DAYS_SINCE = {"delivery": "delivered_days", "dispatch": "dispatched_days", "order": "ordered_days"}


def _standing_until(last: date, today: date | None) -> Standing:
    if today is None:
        return "unknown"
    return "open" if today <= last else "closed"


def days_since(anchor: Anchor, situation: Situation) -> int | None:
    """Days from the anchor to the request; an order's age also follows from its date."""
    days = situation.get(_DAYS_SINCE[anchor])
    if isinstance(days, int):
        return days
    ordered, asked = situation.get("ordered_on"), situation.get("requested_on")
    if anchor == "order" and isinstance(ordered, date) and isinstance(asked, date):
        return (asked - ordered).days
    return None
