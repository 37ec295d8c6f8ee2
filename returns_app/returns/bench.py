"""What the bench asks about a return: who counted it, what to look at, what the policy says to the bench."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.policy import FACTS, Value
from returns_app.returns.facts_kept import typed
from returns_app.rulebook.queries import Published, by_hash

_ANSWERED = frozenset(fact.name for fact in FACTS.values() if fact.of_inspection)
_LOOKED_AT = ("sealed", "serial_match", "locked")
"""Asked only where a rule could listen; condition and completeness are asked of every item."""


class Counted(msgspec.Struct, frozen=True):
    """One box's counting: who did it and when."""

    at: datetime
    by: Actor


class LineInstructions(msgspec.Struct, frozen=True):
    """What the policy wants of the bench for one line: loud words, and facts to look at."""

    flags: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()


async def last_counted(merchant: UUID, return_id: UUID) -> Counted | None:
    """The latest box counted for this return, if any was."""
    row = await database.fetch_one(
        "SELECT at, actor FROM journal_events WHERE merchant = $1 AND return_id = $2"
        " AND kind = 'return.received' ORDER BY id DESC LIMIT 1",
        merchant,
        return_id,
    )
    return Counted(row["at"], msgspec.json.decode(row["actor"], type=Actor)) if row else None


_DECISIONS = """
SELECT DISTINCT ON (d.return_line, d.stage) d.return_line, d.stage, d.facts, d.policy_hash,
  d.answers->>'flag' AS flag
FROM decisions d JOIN return_lines l ON l.id = d.return_line JOIN returns r ON r.id = l.return_id
WHERE r.merchant = $1 AND r.id = $2 ORDER BY d.return_line, d.stage, d.at DESC
"""


async def instructions(merchant: UUID, return_id: UUID) -> dict[UUID, LineInstructions]:
    """Per line: the flags of its stored decisions, and what some rule still wants to know of it."""
    found: dict[UUID, LineInstructions] = {}
    rows = await database.fetch(_DECISIONS, merchant, return_id)
    policies = {hash: await by_hash(merchant, hash) for hash in {row["policy_hash"] for row in rows}}
    for row in rows:
        before = found.get(row["return_line"], LineInstructions())
        look_at = before.look_at
        if row["stage"] == "request":
            look_at = _listened_to(policies[row["policy_hash"]], typed(msgspec.json.decode(row["facts"])))
        words = (row["flag"],) if row["flag"] and row["flag"] not in before.flags else ()
        found[row["return_line"]] = LineInstructions((*before.flags, *words), look_at)
    return found


def _listened_to(published: Published, facts: Mapping[str, Value]) -> tuple[str, ...]:
    """The facts that a rule for this very item has a condition on."""
    mask = published.engine.matching(dict(facts), leaving_out=_ANSWERED)
    rules = [rule for index, rule in enumerate(published.policy.rules) if mask >> index & 1]
    asked = {condition.fact for rule in rules for condition in rule.conditions}
    return tuple(name for name in _LOOKED_AT if name in asked)


class ExtraSeen(msgspec.Struct, frozen=True):
    """Something found in a box that nobody announced."""

    id: UUID
    description: str
    quantity: int
    photo: UUID | None
    found_at: datetime


async def extras_of(merchant: UUID, return_id: UUID) -> list[ExtraSeen]:
    rows = await database.fetch(
        "SELECT e.id, e.description, e.quantity, e.photo, e.found_at FROM extra_items e"
        " JOIN returns r ON r.id = e.return_id WHERE r.merchant = $1 AND r.id = $2 ORDER BY e.found_at",
        merchant,
        return_id,
    )
    return [ExtraSeen(**dict(row)) for row in rows]


class OpenWithArticle(msgspec.Struct, frozen=True):
    """A return that still waits for units of an article."""

    id: UUID
    rma: str
    order_number: str
    shopper: str
    title: str
    options: dict[str, str]
    picture: str | None
    expected: int


_WITH_ARTICLE = """
SELECT r.id, r.rma, o.number AS order_number, s.name AS shopper, ol.title, ol.options, ol.picture,
  l.quantity - l.received - l.missing - l.wrong AS expected
FROM return_lines l JOIN returns r ON r.id = l.return_id JOIN order_lines ol ON ol.id = l.order_line
JOIN orders o ON o.id = r."order" JOIN shoppers s ON s.id = o.shopper
WHERE r.merchant = $1 AND ol.sku = $2 AND l.resolution <> 'keep'
  AND l.decision <> 'rejected' AND r.status NOT IN ('rejected', 'settled', 'closed')
  AND l.quantity > l.received + l.missing + l.wrong
ORDER BY r.requested_at LIMIT 40
"""


async def open_with_article(merchant: UUID, sku: str) -> list[OpenWithArticle]:
    """Returns that still expect this article, the longest waiting first."""
    return [
        OpenWithArticle(**{**dict(row), "options": msgspec.json.decode(row["options"])})
        for row in await database.fetch(_WITH_ARTICLE, merchant, sku)
    ]


class CountedReturn(msgspec.Struct, frozen=True):
    """A return of which a box was counted. `ungraded` lines still wait for a judgement."""

    id: UUID
    rma: str
    order_number: str
    at: datetime
    by: Actor
    received: int
    expected: int
    ungraded: int


_COUNTED_SINCE = """
WITH boxes AS (
  SELECT DISTINCT ON (return_id) return_id, at, actor FROM journal_events
  WHERE merchant = $1 AND kind = 'return.received' AND at >= $2 ORDER BY return_id, at DESC
)
SELECT r.id, r.rma, o.number AS order_number, b.at, b.actor, sum(l.received)::int AS received,
  sum(CASE WHEN l.resolution = 'keep' THEN 0 ELSE l.quantity - l.received - l.missing - l.wrong END)::int
    AS expected,
  (count(*) FILTER (WHERE l.received > 0 AND l.grade IS NULL))::int AS ungraded
FROM boxes b JOIN returns r ON r.id = b.return_id JOIN orders o ON o.id = r."order"
JOIN return_lines l ON l.return_id = r.id
GROUP BY r.id, r.rma, o.number, b.at, b.actor ORDER BY b.at DESC LIMIT 100
"""


async def counted_since(merchant: UUID, since: datetime) -> list[CountedReturn]:
    """Returns with a box counted since then, the latest first."""
    rows = await database.fetch(_COUNTED_SINCE, merchant, since)
    same = [name for name in CountedReturn.__struct_fields__ if name != "by"]
    return [
        CountedReturn(**{name: row[name] for name in same}, by=msgspec.json.decode(row["actor"], type=Actor))
        for row in rows
    ]
