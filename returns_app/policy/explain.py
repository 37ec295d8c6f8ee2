"""Why every answer is what it is, in a form that can be stored and shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec


class Matched(msgspec.Struct, frozen=True):
    """One condition of the deciding rule: the fact, the value it had (None: unknown), what was asked."""

    fact: str
    value: Any
    asked: str


class Raised(msgspec.Struct, frozen=True):
    """Another side that made an answer kinder: who, by which rule, and what it said itself.

    `article` is set where that side is the law.
    """

    side: str
    answer: Any
    rule: str | None = None
    line: int | None = None
    article: str = ""


class Explained(msgspec.Struct, frozen=True):
    """One answer and its reason. Without a rule it is the default; `unpriced` tells that the rule
    decided but names no amount in the order's currency, so that a person must. Where other sides
    `raised` it, `own` is what the merchant's rule said."""

    answer: Any
    rule: str | None = None
    index: int | None = None
    line: int | None = None
    matched: tuple[Matched, ...] = ()
    overrode: tuple[str, ...] = ()
    unpriced: bool = False
    raised: tuple[Raised, ...] = ()
    own: Any = None


class SideTold(msgspec.Struct, frozen=True):
    """One side that took part: the hash of its text, what it said of the return, its last day.

    `segments` are the groups of the shopper by its own words, where they are not those of the facts.
    """

    name: str
    hash: str
    outcome: str
    window_ends: date | None = None
    segments: tuple[str, ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """Every question explained, with the hash of each text and the version of the engine that answered.

    `calendar` names the holidays that days were counted with; `promises` which policy was promised to
    answer which question, where that was not today's.
    """

    policy: str
    engine: str
    currency: str
    questions: dict[str, Explained]
    sides: tuple[SideTold, ...] = ()
    calendar: str = ""
    promises: dict[str, str] = {}
