"""Why every answer is what it is, in a form that can be stored and shown."""

from __future__ import annotations

from typing import Any

import msgspec


class Matched(msgspec.Struct, frozen=True):
    """One condition of the deciding rule: the fact, the value it had (None: unknown), what was asked."""

    fact: str
    value: Any
    asked: str


class Explained(msgspec.Struct, frozen=True):
    """One answer and its reason. Without a rule it is the default; `unpriced` tells that the rule
    decided but names no amount in the order's currency, so that a person must."""

    answer: Any
    rule: str | None = None
    index: int | None = None
    line: int | None = None
    matched: tuple[Matched, ...] = ()
    overrode: tuple[str, ...] = ()
    unpriced: bool = False


class Explanation(msgspec.Struct, frozen=True):
    """Every question explained, with the hash of the policy and the version of the engine that answered."""

    policy: str
    engine: str
    currency: str
    questions: dict[str, Explained]
