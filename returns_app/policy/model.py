"""A policy as read: its segments, rules in order, and example cases."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from returns_app.policy.conditions import Condition
from returns_app.policy.facts import Value


class Period(msgspec.Struct, frozen=True):
    """A stretch of time up to today: 12 months, 90 days, 2 years."""

    count: int
    unit: Literal["days", "months", "years"]


class Segment(msgspec.Struct, frozen=True):
    """A named group of shoppers: every condition must hold, figures counted over `period`."""

    name: str
    line: int
    conditions: tuple[Condition, ...]
    period: Period | None


class Rule(msgspec.Struct, frozen=True):
    """One rule: where every condition holds (and the day lies in its dates), it gives its answers."""

    name: str
    line: int
    conditions: tuple[Condition, ...]
    first_day: date | None
    last_day: date | None
    answers: dict[str, object]

    @property
    def for_everyone(self) -> bool:
        """Whether nothing at all is asked before it speaks."""
        return not self.conditions and self.first_day is None and self.last_day is None


class Case(msgspec.Struct, frozen=True):
    """An example the merchant wrote down: in this situation, these answers are expected."""

    name: str
    line: int
    given: dict[str, Value]
    expect: dict[str, object]


class Policy(msgspec.Struct, frozen=True):
    """A whole policy file. `hash` (SHA-256, hex) tells its content, not its layout or comments."""

    file: str
    title: str
    currency: str
    segments: tuple[Segment, ...]
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...]
    hash: str
