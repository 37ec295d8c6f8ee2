"""The values of a fact cut into regions within which every rule, every segment and the theory say the same.

A region is one bit. What a condition accepts is a mask of regions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec

from returns_app.money import Money
from returns_app.policy.conditions import Condition, IsUnknown, Within, holds
from returns_app.policy.facts import Fact, Kind, Value
from returns_app.policy.lint.theory import HIGHEST, LOWEST
from returns_app.policy.regions import unnamed

_NEWEST_DAY, _OLDEST_DAY = date.max.toordinal(), date.min.toordinal()
_SOME_PRICE = 2500
_COUNTRIES = ("NL", "BE", "DE", "FR", "GB", "US", "ES", "IT", "AT", "SE", "DK", "PL")


class Region(msgspec.Struct, frozen=True):
    """One region: a value of it (None: unknown) and, for whole numbers, days and money, its ends."""

    value: Value | None
    low: int | None = None
    high: int | None = None


class Cut:
    """One fact, cut. `mask` tells what a condition accepts."""

    def __init__(self, fact: Fact, conditions: Iterable[Condition], currency: str, more: Iterable[int] = ()):
        self.fact, self.currency = fact, currency
        named = {value for each in conditions for value in _named(each, currency)}
        self._points = sorted(key_of(value) for value in named) if fact.kind in _ORDERED else []
        self._points = sorted({*self._points, *more})
        self.regions = tuple(self._all(named))
        self._at = {region.value: index for index, region in enumerate(self.regions)}

    def _all(self, named: set[Any]) -> Iterator[Region]:
        if self.fact.if_unknown is None:
            yield Region(None)
        match self.fact.kind:
            case Kind.WORD:
                yield from map(Region, self.fact.values or sorted(named))
                if not self.fact.values:
                    yield Region(other_word(self.fact, named))
            case Kind.PATH:
                yield from map(Region, [*sorted(named), unnamed(named)])
            case Kind.YES_NO:
                yield from map(Region, (True, False))
            case Kind.PERCENT:
                yield from _percentages(self._points, HIGHEST.get(self.fact.name))
            case _:
                yield from self._whole_numbers()

    def _whole_numbers(self) -> Iterator[Region]:
        first, last = self._ends()
        edges = [first - 1, *self._points, last + 1 if last is not None else None]
        for low, high in pairwise(edges):
            if low is not None and first <= low:
                yield Region(self._value(low), low, low)
            begin = (low or 0) + 1
            end = None if high is None else high - 1
            if end is None or begin <= end:
                yield Region(self._value(self._typical(begin, end)), begin, end)

    def _ends(self) -> tuple[int, int | None]:
        if self.fact.kind is Kind.DATE:
            return _OLDEST_DAY, _NEWEST_DAY
        return LOWEST.get(self.fact.name, 0), None

    def _typical(self, begin: int, end: int | None) -> int:
        """A value a person would think of: a price of some size, the day before what is named."""
        if self.fact.kind is Kind.MONEY and begin < _SOME_PRICE and (end is None or end > _SOME_PRICE):
            return _SOME_PRICE
        if self.fact.kind is not Kind.DATE or begin > _OLDEST_DAY:
            return begin
        return date(2026, 1, 5).toordinal() if end is None or end >= _NEWEST_DAY else end

    def _value(self, number: int) -> Value:
        return value_of(self.fact, number, self.currency)

    def mask(self, condition: Condition) -> int:
        """The regions whose values the condition accepts."""
        match self.fact.kind:
            case Kind.WORD:
                return self._mask_of_words(condition)
            case Kind.COUNT | Kind.MONEY | Kind.DATE | Kind.PERCENT:
                return self._mask_of_points(condition)
            case _:
                return sum(
                    1 << at for at, region in enumerate(self.regions) if holds(condition, region.value)
                )

    def _mask_of_words(self, condition: Condition) -> int:
        """A word the condition doesn't name is to it like any other, so few are tried."""
        named = {word for word in _named(condition, self.currency) if word in self._at}
        strange = next(
            (at for at, r in enumerate(self.regions) if r.value is not None and r.value not in named), None
        )
        mask = 0
        if strange is not None and holds(condition, self.regions[strange].value):
            mask = ((1 << len(self.regions)) - 1) & ~self._bits([None, *named])
        return mask | self._bits(word for word in (None, *named) if holds(condition, word))

    def _bits(self, values: Iterable[Any]) -> int:
        return sum(1 << self._at[value] for value in values if value in self._at)

    def _mask_of_points(self, condition: Condition) -> int:
        """Between two of its own break points a condition says the same, so one region there is tried."""
        known = 1 if self.regions and self.regions[0].value is None else 0
        mask = self._bits([None]) if known and holds(condition, None) else 0
        cuts = sorted({key_of(value) for value in _named(condition, self.currency)})
        starts = [_begin_of(region) for region in self.regions[known:]]
        edges = [0, *(at for cut in cuts for at in _around(starts, cut)), len(starts)]
        for first, last in pairwise(edges):
            if first < last and holds(condition, self.regions[known + first].value):
                mask |= ((1 << (last - first)) - 1) << (known + first)
        return mask


def _begin_of(region: Region) -> Any:
    return region.low if region.low is not None else region.value


def _around(starts: list[Any], cut: Any) -> tuple[int, int]:
    """The position of the region that is the break point itself, and the next one."""
    at = bisect_left(starts, cut)
    return (at, at + 1) if at < len(starts) and starts[at] == cut else (at, at)


def _named(condition: Condition, currency: str) -> Iterator[Any]:
    for test in condition.tests:
        if isinstance(test, Within):
            values = [bound for bound in (test.low, test.high) if bound is not None]
        else:
            values = [] if isinstance(test, IsUnknown) else [test.value]
        yield from (value for value in values if not isinstance(value, Money) or value.currency == currency)


_ORDERED = (Kind.COUNT, Kind.MONEY, Kind.DATE, Kind.PERCENT)


def key_of(value: Any) -> Any:
    """What an ordered value is compared by: minor units, the day's number, or the number itself."""
    match value:
        case Money():
            return value.minor
        case date():
            return value.toordinal()
        case _:
            return value


def value_of(fact: Fact, number: int, currency: str) -> Value:
    """A whole number as a value of the fact: units, minor units of the currency, or a day."""
    match fact.kind:
        case Kind.MONEY:
            return Money(number, currency)
        case Kind.DATE:
            return date.fromordinal(number)
        case _:
            return number


def _percentages(points: list[Any], highest: Decimal | None) -> Iterator[Region]:
    """Each break point and the gaps between, which have no ends of their own."""
    edges: list[Decimal | None] = [None, *(Decimal(point) for point in points), None]
    for low, high in pairwise(edges):
        if low is not None:
            yield Region(low)
        gap = _gap(low, high, highest)
        if gap is not None:
            yield Region(gap)


def _gap(low: Decimal | None, high: Decimal | None, highest: Decimal | None) -> Decimal | None:
    if low is None:
        return Decimal(0) if high is None or high > 0 else None
    if high is not None:
        return (low + high) / 2
    if highest is None:
        return low + 10
    return (low + highest) / 2 if low < highest else None


def other_word(fact: Fact, named: Iterable[str]) -> str:
    """A word that no rule names and that the language reads as a value of the fact."""
    if fact.name != "country":
        return unnamed(named)
    taken = set(named)
    pairs = (a + b for a in "XYZQABCDEFGHIJKLMNOPRSTUVW" for b in "XYZQABCDEFGHIJKLMNOPRSTUVW")
    return next(code for code in (*_COUNTRIES, *pairs) if code not in taken)
