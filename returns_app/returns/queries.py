"""Reads of returns: one with all its lines, and lists for the people who work on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from returns_app import database
from returns_app.core.lifecycle import LineDecision, ReturnState
from returns_app.core.quote import Quote
from returns_app.journal.actors import Actor
from returns_app.money import Money
from returns_app.policy import Answers, Explanation
from returns_app.returns.refusals import ReturnNotFound


class ReturnLineSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a return with the goods it is about. `deduction` is confirmed, for the whole line."""

    id: UUID
    order_line: UUID
    product: UUID | None
    sku: str
    ean: str | None
    title: str
    options: dict[str, str]
    picture: str | None
    product_type: str
    quantity: int
    units: tuple[int, ...]
    unit_price: Money
    reason: str | None
    answers: dict[str, str]
    note: str
    decision: LineDecision
    decided_because: str
    resolution: str
    exchange_product: UUID | None
    exchange_title: str | None
    exchange_options: dict[str, str] | None
    received: int
    missing: int
    wrong: int
    grade: str | None
    disposition: str | None
    verdict: str | None
    deduction: Money

    @property
    def expected(self) -> int:
        """Units nobody has counted yet."""
        return self.quantity - self.received - self.missing - self.wrong


class ReturnSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A return as any face shows it."""

    id: UUID
    merchant: UUID
    order: UUID
    order_number: str
    email: str | None
    shopper: str
    rma: str
    status: ReturnState
    ground: str
    locale: str
    currency: str
    method: str
    requested_at: datetime
    requested_by: Actor
    decided_at: datetime | None
    send_back_by: date | None
    pay_by: date | None
    settled_at: datetime | None
    policy_hash: str
    quote: Quote
    lines: tuple[ReturnLineSeen, ...]

    @property
    def accepted(self) -> tuple[ReturnLineSeen, ...]:
        return tuple(line for line in self.lines if line.decision == LineDecision.ACCEPTED)


_RETURN = """
SELECT r.*, o.number AS order_number, o.email, s.name AS shopper
FROM returns r JOIN orders o ON o.id = r."order" JOIN shoppers s ON s.id = o.shopper
WHERE r.merchant = $1 AND {which}
"""

_LINES = """
SELECT rl.*, ol.sku, ol.title, ol.options, ol.picture, ol.product_type, ol.unit_price, ol.product,
       p.ean, x.title AS exchange_title, x.options AS exchange_options
FROM return_lines rl JOIN order_lines ol ON ol.id = rl.order_line
LEFT JOIN products p ON p.id = ol.product LEFT JOIN products x ON x.id = rl.exchange_product
WHERE rl.return_id = ANY($1) ORDER BY rl.return_id, rl.position
"""


async def return_seen(merchant: UUID, return_id: UUID) -> ReturnSeen:
    """One return. Raises ReturnNotFound, also for another merchant's."""
    return _one(await _seen("r.id = $2", merchant, return_id))


async def return_by_rma(merchant: UUID, rma: str) -> ReturnSeen:
    """One return by its number in barcode form. Raises ReturnNotFound."""
    return _one(await _seen("r.rma = $2", merchant, rma))


async def returns_of_order(merchant: UUID, order: UUID) -> list[ReturnSeen]:
    """The returns of an order, newest first."""
    return await _seen('r."order" = $2', merchant, order)


def _one(found: list[ReturnSeen]) -> ReturnSeen:
    if not found:
        raise ReturnNotFound
    return found[0]


async def _seen(which: str, merchant: UUID, value: object) -> list[ReturnSeen]:
    """Two statements, however many returns there are."""
    rows = await database.fetch(
        _RETURN.format(which=which) + " ORDER BY r.requested_at DESC, r.id", merchant, value
    )
    lines = await database.fetch(_LINES, [row["id"] for row in rows]) if rows else []
    return [_return(row, [line for line in lines if line["return_id"] == row["id"]]) for row in rows]


def _return(row: asyncpg.Record, lines: Sequence[asyncpg.Record]) -> ReturnSeen:
    same = {
        name: row[name]
        for name in ReturnSeen.__struct_fields__
        if name not in ("status", "requested_by", "quote", "lines")
    }
    return ReturnSeen(
        **same,
        status=ReturnState(row["status"]),
        requested_by=msgspec.json.decode(row["requested_by"], type=Actor),
        quote=msgspec.json.decode(row["quote"], type=Quote),
        lines=tuple(_line(line, row["currency"]) for line in lines),
    )


def _line(row: asyncpg.Record, currency: str) -> ReturnLineSeen:
    read: Mapping[str, Any] = {
        "units": tuple(row["units"]),
        "options": msgspec.json.decode(row["options"]),
        "answers": msgspec.json.decode(row["answers"]),
        "decision": LineDecision(row["decision"]),
        "unit_price": Money(row["unit_price"], currency),
        "deduction": Money(row["deduction"], currency),
        "exchange_options": msgspec.json.decode(row["exchange_options"]) if row["exchange_options"] else None,
    }
    same = {name: row[name] for name in ReturnLineSeen.__struct_fields__ if name not in read}
    return ReturnLineSeen(**same, **read)


class DecisionSeen(msgspec.Struct, frozen=True):
    """A stored decision: the facts, and which rule gave which answer."""

    return_line: UUID
    title: str
    stage: str
    at: datetime
    verdict: str
    facts: dict[str, Any]
    explanation: Explanation
    answers: Answers
    policy_hash: str
    engine: str


async def decisions(merchant: UUID, return_id: UUID) -> list[DecisionSeen]:
    """Why each line was decided as it was, in the order of the lines and then of time."""
    rows = await database.fetch(
        "SELECT d.*, ol.title FROM decisions d JOIN return_lines rl ON rl.id = d.return_line"
        " JOIN returns r ON r.id = rl.return_id JOIN order_lines ol ON ol.id = rl.order_line"
        " WHERE r.merchant = $1 AND r.id = $2 ORDER BY rl.position, d.at",
        merchant,
        return_id,
    )
    return [
        DecisionSeen(
            row["return_line"],
            row["title"],
            row["stage"],
            row["at"],
            row["verdict"],
            msgspec.json.decode(row["facts"]),
            msgspec.json.decode(row["explanation"], type=Explanation),
            msgspec.json.decode(row["answers"], type=Answers),
            row["policy_hash"],
            row["engine"],
        )
        for row in rows
    ]


class ListedReturn(msgspec.Struct, frozen=True):
    """A row of a list of returns. `value` is what the quote gives in money and credit together."""

    id: UUID
    rma: str
    order_number: str
    shopper: str
    email: str | None
    status: ReturnState
    ground: str
    resolutions: tuple[str, ...]
    items: int
    value: Money
    requested_at: datetime
    send_back_by: date | None


class ReturnFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to. Empty parts let everything through; `words` look in number, mail, name.

    `after` is the last row (moment, id) of what was read before.
    """

    statuses: Sequence[str] = ()
    resolution: str | None = None
    reason: str | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order: UUID | None = None
    after: tuple[datetime, UUID] | None = None


_LISTED = """
SELECT r.id, r.rma, o.number AS order_number, s.name AS shopper, o.email, r.status, r.ground, r.currency,
  r.requested_at, r.send_back_by, r.quote,
  (SELECT array_agg(DISTINCT l.resolution) FROM return_lines l WHERE l.return_id = r.id) AS resolutions,
  (SELECT sum(l.quantity) FROM return_lines l WHERE l.return_id = r.id) AS items
{fitting}
ORDER BY r.requested_at DESC, r.id DESC LIMIT $13 OFFSET $14
"""

_FITTING = """
FROM returns r JOIN orders o ON o.id = r."order" JOIN shoppers s ON s.id = o.shopper
WHERE r.merchant = $1
  AND (cardinality($2::text[]) = 0 OR r.status = ANY($2))
  AND ($3::text IS NULL OR EXISTS (
    SELECT 1 FROM return_lines l WHERE l.return_id = r.id AND l.resolution = $3))
  AND ($4::text IS NULL OR EXISTS (
    SELECT 1 FROM return_lines l WHERE l.return_id = r.id AND l.reason = $4))
  AND ($5 = '' OR starts_with(r.rma, $6) OR upper(o.number) = upper($5) OR upper(o.number) = '#' || upper($5)
       OR lower(o.email) = lower($5) OR s.name ILIKE $7)
  AND ($8::timestamptz IS NULL OR r.requested_at >= $8)
  AND ($9::timestamptz IS NULL OR r.requested_at < $9)
  AND ($10::uuid IS NULL OR r."order" = $10)
  AND ($11::timestamptz IS NULL OR (r.requested_at, r.id) < ($11, $12))
"""


async def list_returns(
    merchant: UUID, narrowed: ReturnFilter, *, limit: int = 50, offset: int = 0
) -> list[ListedReturn]:
    """Returns that fit a filter, newest first."""
    sql = _LISTED.format(fitting=_FITTING)
    return [_listed(row) for row in await database.fetch(sql, merchant, *_given(narrowed), limit, offset)]


async def count_returns(merchant: UUID, narrowed: ReturnFilter) -> int:
    """How many returns fit a filter."""
    row = await database.fetch_one(f"SELECT count(*) AS n {_FITTING}", merchant, *_given(narrowed))
    return row["n"] if row else 0


def _given(narrowed: ReturnFilter) -> list[object]:
    words = narrowed.words.replace("\x00", "").strip()
    moment, id = narrowed.after or (None, None)
    return [
        list(narrowed.statuses),
        narrowed.resolution,
        narrowed.reason,
        words,
        _as_rma(words),
        _anywhere(words),
        narrowed.since,
        narrowed.until,
        narrowed.order,
        moment,
        id,
    ]


def _as_rma(words: str) -> str:
    """A return number is found as it is printed or typed, also its beginning."""
    bare = words.replace("-", "").replace(" ", "").upper()
    return bare if bare.startswith("R") else words


def _anywhere(words: str) -> str:
    """A pattern for ILIKE in which % and _ are letters like any other."""
    plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


def _listed(row: asyncpg.Record) -> ListedReturn:
    quote = msgspec.json.decode(row["quote"], type=Quote)
    return ListedReturn(
        row["id"],
        row["rma"],
        row["order_number"],
        row["shopper"],
        row["email"],
        ReturnState(row["status"]),
        row["ground"],
        tuple(sorted(row["resolutions"] or ())),
        int(row["items"] or 0),
        quote.refund + quote.credit + quote.bonus + quote.account,
        row["requested_at"],
        row["send_back_by"],
    )


async def rmas(merchant: UUID, returns: Iterable[UUID]) -> dict[UUID, str]:
    """The return numbers of these returns."""
    rows = await database.fetch(
        "SELECT id, rma FROM returns WHERE merchant = $1 AND id = ANY($2)", merchant, list(returns)
    )
    return {row["id"]: row["rma"] for row in rows}


async def counts_by_status(merchant: UUID) -> dict[str, int]:
    """How many returns stand where."""
    rows = await database.fetch(
        "SELECT status, count(*) AS n FROM returns WHERE merchant = $1 GROUP BY status", merchant
    )
    return {row["status"]: row["n"] for row in rows}
