"""Which of two answers is better for the shopper, question by question: one total join for each.

`join(one, other)` is at least as good for the shopper as both. It is idempotent and associative, and
commutative up to the order of a list, where the first side's own order stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, Protocol

import msgspec

from returns_app.money import Money
from returns_app.policy.amounts import METHODS, RESOLUTIONS, Amount, Either, Percent, Plain, Rate, Rates
from returns_app.policy.answers import Deduction
from returns_app.policy.facts import GRADES


class Generosity(Protocol):
    """An order of answers by what they give the shopper. `compared` is False where there is none."""

    @property
    def compared(self) -> bool: ...

    def join(self, one: Any, other: Any) -> Any: ...


class NotCompared(msgspec.Struct, frozen=True):
    """None is better than another: the first side's answer stands."""

    compared: bool = False

    def join(self, one: Any, other: Any) -> Any:
        return one


class Ranked(msgspec.Struct, frozen=True):
    """Words in an order, the kindest first."""

    kindest_first: tuple[str, ...]
    compared: bool = True

    def join(self, one: str, other: str) -> str:
        return min(one, other, key=self.kindest_first.index)


class Superset(msgspec.Struct, frozen=True):
    """Everything that either offers; the first side's own order stands."""

    compared: bool = True

    def join(self, one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
        return (*one, *(word for word in other if word not in one))


class Least(msgspec.Struct, frozen=True):
    """Rates the shopper pays: cell by cell the less, or both where only the case can tell."""

    compared: bool = True

    def join(self, one: Rates, other: Rates) -> Rates:
        return one if one == other else _joined_rates(one, other)


class MostAmount(msgspec.Struct, frozen=True):
    """A bonus: the more, or both where only the case can tell."""

    compared: bool = True

    def join(self, one: Amount, other: Amount) -> Amount:
        return joined_amount(one, other, "more")


class Most(msgspec.Struct, frozen=True):
    """The more percent points."""

    compared: bool = True

    def join(self, one: Decimal, other: Decimal) -> Decimal:
        return max(one, other)


class HighestCap(msgspec.Struct, frozen=True):
    """The higher cap; no cap at all (None) is the highest."""

    compared: bool = True

    def join(self, one: Money | None, other: Money | None) -> Money | None:
        return None if one is None or other is None else max(one, other)


class EitherRefund(msgspec.Struct, frozen=True):
    """A share and the whole order's shipping are better in turn, so both are kept."""

    compared: bool = True

    def join(self, one: str, other: str) -> str:
        told = {one, other} - {"none"}
        return told.pop() if len(told) == 1 else "either" if told else "none"


class LeastDeduction(msgspec.Struct, frozen=True):
    """Grade by grade the less; a grade that is not named loses nothing."""

    compared: bool = True

    def join(self, one: Deduction, other: Deduction) -> Deduction:
        if all(one.for_(grade) == other.for_(grade) for grade in GRADES):
            return one
        return Deduction(tuple((grade, min(one.for_(grade), other.for_(grade))) for grade in GRADES))


def joined_amount(one: Amount, other: Amount, better: Literal["less", "more"]) -> Amount:
    """The amount that is better for the shopper; both where money, a percentage and a price meet."""
    if one == other:
        return one
    kept: dict[type, Plain] = {}
    for plain in (*_plain(one), *_plain(other)):
        before = kept.get(type(plain))
        kept[type(plain)] = plain if before is None else _of_a_kind(before, plain, better)
    nothing = [plain for plain in kept.values() if _size(plain) == 0]
    if nothing and better == "less":
        return nothing[0]
    left = [plain for plain in kept.values() if plain not in nothing] or nothing[:1]
    return (
        left[0]
        if len(left) == 1
        else Either(tuple(sorted(left, key=lambda each: _KINDS[type(each)])), better)
    )


def _plain(amount: Amount) -> tuple[Plain, ...]:
    return amount.of if isinstance(amount, Either) else (amount,)


_KINDS: dict[type, int] = {kind: place for place, kind in enumerate(Plain.__args__)}


def _of_a_kind(one: Plain, other: Plain, better: Literal["less", "more"]) -> Plain:
    sizes = _size(one), _size(other)
    return one if (sizes[0] <= sizes[1] if better == "less" else sizes[0] >= sizes[1]) else other


def _size(amount: Plain) -> Decimal:
    """How much it is among amounts of its own kind; the label's price is unknown and never nothing."""
    match amount:
        case Money(minor):
            return Decimal(minor)
        case Percent(points):
            return points
        case _:
            return Decimal(1)


@lru_cache(maxsize=4096)
def _joined_rates(one: Rates, other: Rates) -> Rates:
    by_method = any(rate.method for rates in (one, other) for rate in rates.rates)
    methods = METHODS if by_method else (None,)
    table = {
        resolution: {
            method: joined_amount(one.for_(resolution, method), other.for_(resolution, method), "less")
            for method in methods
        }
        for resolution in RESOLUTIONS
    }
    for told in (one, other):
        if all(told.for_(*cell) == table[cell[0]][cell[1]] for cell in _cells(methods)):
            return told
    return Rates(tuple(_rates(table)), one.currency)


def _cells(methods: Iterable[str | None]) -> list[tuple[str, str | None]]:
    return [(resolution, method) for resolution in RESOLUTIONS for method in methods]


def _rates(table: dict[str, dict[Any, Amount]]) -> list[Rate]:
    """The table as rates, one for all methods of a resolution, or for all alike, where they agree."""
    rates: list[Rate] = []
    for resolution, by_method in table.items():
        if len(set(by_method.values())) == 1:
            rates.append(Rate(resolution, None, next(iter(by_method.values()))))
        else:
            rates.extend(Rate(resolution, method, amount) for method, amount in by_method.items())
    everywhere = {(rate.method, rate.amount) for rate in rates}
    return [Rate(None, None, rates[0].amount)] if len(everywhere) == 1 and not rates[0].method else rates
