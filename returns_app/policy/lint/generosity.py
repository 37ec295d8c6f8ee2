"""Whether one answer is worse for the shopper's money than another, where that can be said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from returns_app.money import Money
from returns_app.policy.amounts import METHODS, RESOLUTIONS, Amount, Percent, Rates, is_zero
from returns_app.policy.answers import Deduction
from returns_app.policy.facts import GRADES

_KINDEST_FIRST: dict[str, tuple[str, ...]] = {
    "accept": ("yes", "review", "no"),
    "promotion": ("keep", "reclaim"),
    "gift_back": ("no", "yes"),
    "verdict": ("pay", "deduct", "refuse"),
}

COMPARED = (
    *_KINDEST_FIRST, "fee", "return_shipping", "credit_bonus", "exchange_bonus", "bonus_cap", "keep",
    "shipping_refund", "deduction",
)  # fmt: skip
"""The questions about money, and whether there is any."""


def worse(question: str, one: Any, other: Any) -> bool:
    """Whether `one` is surely worse than `other`: somewhere worse and nowhere better."""
    if question == "bonus_cap":
        return one is not None and (other is None or _less(one, other))
    if one is None or other is None:
        return False
    match question:
        case "fee" | "return_shipping":
            return _dearer(one, other)
        case "deduction":
            return _deducts_more(one, other)
        case "shipping_refund":
            return one == "none" and other != "none"
        case "accept" | "promotion" | "gift_back" | "verdict":
            order = _KINDEST_FIRST[question]
            return order.index(one) > order.index(other)
        case _:
            return _less(one, other)


def _dearer(one: Rates, other: Rates) -> bool:
    cells = [
        (one.for_(resolution, method), other.for_(resolution, method))
        for resolution in RESOLUTIONS
        for method in METHODS
    ]
    return any(_less(theirs, mine) for mine, theirs in cells) and all(
        _even(mine, theirs) or _less(theirs, mine) for mine, theirs in cells
    )


def _even(one: Amount, other: Amount) -> bool:
    return one == other or (is_zero(one) and is_zero(other))


def _deducts_more(one: Deduction, other: Deduction) -> bool:
    grades = [(one.for_(grade), other.for_(grade)) for grade in GRADES]
    return any(mine > theirs for mine, theirs in grades) and all(mine >= theirs for mine, theirs in grades)


def _less(one: Amount | Decimal, other: Amount | Decimal) -> bool:
    """Whether the one amount is surely the smaller; nothing is less than anything of any kind."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one < other
    if isinstance(one, Decimal) or isinstance(other, Decimal) or is_zero(other):
        return False
    if isinstance(one, Money) and isinstance(other, Money):
        return one.currency == other.currency and one.minor < other.minor
    if isinstance(one, Percent) and isinstance(other, Percent):
        return one.points < other.points
    return is_zero(one)
