"""The return is in: what was asked for, what it comes to, and what happens next."""

from __future__ import annotations

from returns_app import wording
from returns_app.notifications.messages.sending import next_step
from returns_app.notifications.sums import sum_of
from returns_app.notifications.told import Item, Letter, Told
from returns_app.returns.queries import ReturnLineSeen


async def requested(told: Told) -> Letter:
    """Approved at once or in review: what was decided at the very moment of the request says which."""
    seen = told.seen
    return Letter(
        {
            "in_review": seen.decided_at != seen.requested_at,
            "entered_by_staff": seen.requested_by.on_behalf,
            "items": [_item(told, line) for line in seen.lines],
            "sum": sum_of(seen.quote, told),
            **await next_step(told),
        }
    )


def _item(told: Told, line: ReturnLineSeen) -> Item:
    notes = [told.reason(line), wording.resolution(line.resolution, told.locale)]
    if line.exchange_title and line.resolution == "exchange":
        other = wording.item_name(line.exchange_title, line.exchange_options or {})
        notes[-1] = told.gettext("In exchange: %(item)s") % {"item": other}
    return Item(told.name(line), line.quantity, tuple(filter(None, notes)))
