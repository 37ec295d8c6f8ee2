"""Facts as they were stored with a decision, typed again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.money import Money
from returns_app.policy import Explanation, Kind, Value, fact_named

_TYPES: dict[Kind, Any] = {
    Kind.WORD: str,
    Kind.PATH: str,
    Kind.SET: frozenset[str],
    Kind.COUNT: int,
    Kind.MONEY: Money,
    Kind.PERCENT: Decimal,
    Kind.DATE: date,
    Kind.YES_NO: bool,
}


async def read_facts(return_line: UUID) -> dict[str, Value]:
    """The facts of the request of a return line. Facts the language has since dropped are left out."""
    row = await database.fetch_one(
        "SELECT facts FROM decisions WHERE return_line = $1 AND stage = 'request' ORDER BY at LIMIT 1",
        return_line,
    )
    return typed(msgspec.json.decode(row["facts"])) if row else {}


async def read_explanation(return_line: UUID) -> Explanation | None:
    """Why the request was decided as it was: the sides that took part, by the hashes of their texts."""
    row = await database.fetch_one(
        "SELECT explanation FROM decisions WHERE return_line = $1 AND stage = 'request' ORDER BY at LIMIT 1",
        return_line,
    )
    return msgspec.json.decode(row["explanation"], type=Explanation) if row else None


def typed(stored: dict[str, Any]) -> dict[str, Value]:
    """Facts from their JSON form."""
    known = ((name, value, fact_named(name)) for name, value in stored.items())
    return {
        name: msgspec.convert(value, _TYPES[fact.kind]) for name, value, fact in known if fact is not None
    }
