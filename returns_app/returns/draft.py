"""A return being filled in: one per order, kept on our side, so that nothing typed is ever lost."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.refusal import Refusal
from returns_app.returns.order_case import OrderNotFound
from returns_app.returns.wish import Consent, LineWish, Wish
from returns_app.wording import N_


class SentInAlready(Refusal):
    """The form was sent in before, perhaps in another tab; `rma` is the return it became."""

    code = "sent-in-already"
    sentence = N_("You have sent in this return already.")

    def __init__(self, rma: str) -> None:
        super().__init__()
        self.rma = rma


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was said so far. `key` is empty while nothing was kept; it becomes the return's own key."""

    order: UUID
    key: str = ""
    lines: tuple[LineWish, ...] = ()
    method: str | None = None

    def line(self, order_line: UUID) -> LineWish | None:
        return next((line for line in self.lines if line.order_line == order_line), None)

    def wish(self, *, locale: str, consent: Consent | None = None, agreed: str | None = None) -> Wish:
        return Wish(
            key=self.key,
            order=self.order,
            lines=self.lines,
            method=self.method,
            locale=locale,
            consent=consent,
            agreed=agreed,
        )


class _Kept(msgspec.Struct, frozen=True):
    lines: tuple[LineWish, ...] = ()
    method: str | None = None


_NEWEST = """
SELECT key, data FROM return_drafts WHERE merchant = $1 AND "order" = $2
ORDER BY updated_at DESC, key LIMIT 1
"""


async def open_draft(merchant: UUID, order: UUID) -> Draft:
    """What was kept for this order, on whatever device it was typed; an empty draft otherwise."""
    row = await database.fetch_one(_NEWEST, merchant, order)
    if row is None:
        return Draft(order=order)
    kept = _read(row["data"])
    return Draft(order=order, key=row["key"], lines=kept.lines, method=kept.method)


def _read(data: str) -> _Kept:
    """A draft of an older version that can't be read any more begins anew."""
    try:
        return msgspec.json.decode(data, type=_Kept)
    except msgspec.ValidationError:
        return _Kept()


_INSERT = """
INSERT INTO return_drafts (id, merchant, "order", key, data, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def save_draft(
    lines: Sequence[LineWish], method: str | None, *, merchant: UUID, order: UUID, key: str, at: datetime
) -> Draft:
    """Keep what was said. `key` is that of the form it was said in, empty for a first one.

    Raises SentInAlready when that form has become a return, OrderNotFound for another merchant's order.
    """
    data = msgspec.json.encode(_Kept(tuple(lines), method)).decode()
    async with database.transaction():
        # Tabs, and the request itself, take turns on the order.
        held = "SELECT 1 FROM orders WHERE merchant = $1 AND id = $2 FOR NO KEY UPDATE"
        if await database.fetch_one(held, merchant, order) is None:
            raise OrderNotFound()
        await _not_sent_in(merchant, order, key)
        kept = await database.fetch_one(_NEWEST, merchant, order)
        here = database.connection()
        if kept is not None:
            now = kept["key"]
            await here.execute(
                "UPDATE return_drafts SET data = $2, updated_at = $3 WHERE key = $1", now, data, at
            )
        else:
            now = secrets.token_urlsafe(32)
            await here.execute(_INSERT, uuid4(), merchant, order, now, data, at)
    return Draft(order=order, key=now, lines=tuple(lines), method=method)


async def _not_sent_in(merchant: UUID, order: UUID, key: str) -> None:
    rma = await sent_in_as(merchant, order, key)
    if rma is not None:
        raise SentInAlready(rma)


async def sent_in_as(merchant: UUID, order: UUID, key: str) -> str | None:
    """The number of the return that the draft with this key became."""
    sql = 'SELECT rma FROM returns WHERE merchant = $1 AND "order" = $2 AND key = $3'
    row = await database.fetch_one(sql, merchant, order, key) if key else None
    return row["rma"] if row else None
