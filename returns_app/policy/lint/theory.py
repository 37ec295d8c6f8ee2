"""The theory of situations that lint is exact over, written down as data.

A situation is a set of known facts. Any fact may be unknown; those that are known must agree with
one world in which all of the following holds. What is not written here is not assumed.

- An order goes its way day by day: ordered, dispatched, delivered, requested. So delivered_days ≤
  dispatched_days ≤ ordered_days, and ordered_on + ordered_days = requested_on.
- A line comes back with one unit at least; a discount is 0 to 100 %; no number or amount is below zero.
- A consumer's right of withdrawal closes after fourteen days from delivery at the earliest (Directive
  2011/83/EU Art. 9), the legal guarantee after two years (Directive (EU) 2019/771 Art. 10); how much
  later can't be said in days. A business has neither.
- All amounts of a situation are of one currency: the policy's own, or another one that it names or
  the shop sells in. An order in another currency is known by its price.
- Segments are what their definitions make of one shopper. Figures are known for all periods or for
  none; a rule's own are those of twelve months; a longer period counts at least what a shorter one
  does; without orders nothing was spent and there is no return rate; a rate above zero has returns.
- Words, paths and tags can be anything, unless the language lists what a fact can be.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import msgspec

from returns_app.policy.model import Period

ZERO = "zero"  # the node that absolute values are told from
STEPS = ("ordered", "dispatched", "delivered", "requested")  # in the order they happen

DAYS: dict[str, tuple[str, str]] = {
    "ordered_on": ("ordered", ZERO),
    "requested_on": ("requested", ZERO),
    "ordered_days": ("requested", "ordered"),
    "dispatched_days": ("requested", "dispatched"),
    "delivered_days": ("requested", "delivered"),
}
"""Each fact about days as a difference of two nodes: its value is the first less the second."""

LOWEST: dict[str, int] = {"quantity": 1}
"""Where numbers begin; all others at 0."""

HIGHEST: dict[str, Decimal] = {"discount": Decimal(100)}
"""Where percentages end; others have no end, since more may come back in a period than was bought in it."""


class Wants(msgspec.Struct, frozen=True):
    """One way to satisfy a law: the fact is unknown, one of `words`, or at least `least`."""

    fact: str
    words: tuple[str, ...] = ()
    least: int | None = None
    or_unknown: bool = False


LAWS: tuple[tuple[Wants, ...], ...] = (
    (
        Wants("withdrawal", ("open", "excepted"), or_unknown=True),
        Wants("buyer", ("business",)),
        Wants("delivered_days", least=15, or_unknown=True),
    ),
    (
        Wants("conformity", ("open", "excepted"), or_unknown=True),
        Wants("buyer", ("business",)),
        Wants("delivered_days", least=731, or_unknown=True),
    ),
    (Wants("withdrawal", ("closed", "excepted"), or_unknown=True), Wants("buyer", ("consumer",))),
    (Wants("conformity", ("closed", "excepted"), or_unknown=True), Wants("buyer", ("consumer",))),
)
"""Of each, at least one must be so."""

COUNTED = ("orders", "spend", "returns")
"""Figures that only grow with the period."""


def canonical(period: Period) -> Period:
    """Years told in months, so that equal stretches of time are equal."""
    return Period(period.count * 12, "months") if period.unit == "years" else period


def surely_within(short: Period, long: Period) -> bool:
    """Whether the one period lies in the other whatever the day; a month has 28 to 31 days."""
    if short.unit == long.unit == "months":
        return short.count < long.count
    most = short.count if short.unit == "days" else short.count * 31
    least = long.count if long.unit == "days" else long.count * 28
    return short != long and most <= least


IN_ORDER = tuple(pairwise(STEPS))
"""Pairs of steps of which the first is never later than the second."""
