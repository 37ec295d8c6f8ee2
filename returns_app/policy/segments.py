"""Which segments a shopper is in, from figures counted over the period each segment states."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from returns_app.money import Money
from returns_app.policy.conditions import holds
from returns_app.policy.facts import SHOPPER_FIGURES, Value
from returns_app.policy.model import Period, Policy, Segment

RULE_PERIOD = Period(12, "months")  # what a rule means by orders, spend, returns and return_rate


class Figures(msgspec.Struct, frozen=True):
    """What a shopper did in one period. `return_rate` is percent points of units, None without orders."""

    orders: int
    spend: Money
    returns: int
    return_rate: Decimal | None


def periods_of(policy: Policy) -> frozenset[Period]:
    """The periods whose figures the policy needs."""
    stated = {segment.period for segment in policy.segments if segment.period is not None}
    asked = any(condition.fact in SHOPPER_FIGURES for rule in policy.rules for condition in rule.conditions)
    return frozenset(stated | ({RULE_PERIOD} if asked else set()))


def segments_of(policy: Policy, history: Mapping[Period, Figures], tags: frozenset[str]) -> frozenset[str]:
    """The names of the segments whose every condition holds. A period without figures is unknown."""
    return frozenset(segment.name for segment in policy.segments if _belongs(segment, history, tags))


def _belongs(segment: Segment, history: Mapping[Period, Figures], tags: frozenset[str]) -> bool:
    figures = history.get(segment.period) if segment.period is not None else None
    known: dict[str, Value | None] = {"tag": tags}
    if figures is not None:
        known |= {name: getattr(figures, name) for name in SHOPPER_FIGURES}
    return all(holds(condition, known.get(condition.fact)) for condition in segment.conditions)
