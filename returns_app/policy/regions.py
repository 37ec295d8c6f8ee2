"""Where the values of one fact fall apart: within a region every rule of the policy says the same.

Words fall apart by dictionary, paths by their nearest named ancestor, sets by the named members,
numbers, percentages, days and amounts by bisecting the break points that rules name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any, Protocol

from returns_app.money import Money
from returns_app.policy.conditions import Condition, IsUnknown, Within
from returns_app.policy.facts import Fact, Kind, Value


class Regions(Protocol):
    """`of` names the region of a value; `samples` gives a value of every region there is."""

    def of(self, value: Any) -> Hashable: ...

    def samples(self) -> Iterator[Value]: ...


def regions_of(fact: Fact, conditions: Iterable[Condition]) -> Regions:
    """The regions of a fact under all the conditions that are put on it."""
    conditions = tuple(conditions)
    named = [value for condition in conditions for value in _values(condition)]
    match fact.kind:
        case Kind.PATH:
            return Paths(frozenset(map(str, named)))
        case Kind.SET:
            return Sets(frozenset(map(str, named)))
        case Kind.MONEY:
            return Amounts({c for condition in conditions for c in condition.currencies}, named)
        case Kind.COUNT | Kind.PERCENT | Kind.DATE:
            return Points(named, _BETWEEN[fact.kind])
        case Kind.YES_NO:
            return Words((True, False), open_ended=False)
        case Kind.WORD:
            return Words(fact.values or tuple(dict.fromkeys(named)), open_ended=not fact.values)


def _values(condition: Condition) -> Iterator[Any]:
    for test in condition.tests:
        if isinstance(test, Within):
            yield from (bound for bound in (test.low, test.high) if bound is not None)
        elif not isinstance(test, IsUnknown):
            yield test.value


class Words:
    """Each named word for itself, and all others together."""

    def __init__(self, named: Iterable[str | bool], *, open_ended: bool) -> None:
        self._named = tuple(named)
        self._known = frozenset(self._named)
        self._open_ended = open_ended

    def of(self, value: str | bool) -> Hashable:
        return value if value in self._known else ...

    def samples(self) -> Iterator[Value]:
        yield from self._named
        if self._open_ended:
            yield unnamed(self._named)


class Paths:
    """Each named path with what lies under it, up to the next named path below."""

    def __init__(self, named: frozenset[str]) -> None:
        self._named = named

    def of(self, value: str) -> Hashable:
        while value and value not in self._named:
            value = value.rpartition("/")[0]
        return value

    def samples(self) -> Iterator[Value]:
        yield from sorted(self._named)
        yield unnamed(self._named)


class Sets:
    """Each combination of the named members; other members make no difference."""

    def __init__(self, named: frozenset[str]) -> None:
        self._named = named

    def of(self, value: frozenset[str]) -> Hashable:
        return value & self._named

    def samples(self) -> Iterator[Value]:
        for size in range(len(self._named) + 1):
            yield from map(frozenset, combinations(sorted(self._named), size))


class Points:
    """The break points of an ordered fact and the gaps between them, numbered from below."""

    def __init__(self, named: Iterable[Any], between: Callable[[Any, Any], Value | None]) -> None:
        self._points = sorted(set(named))
        self._between = between

    def of(self, value: Any) -> Hashable:
        index = bisect_left(self._points, value)
        return 2 * index + (index < len(self._points) and self._points[index] == value)

    def samples(self) -> Iterator[Value]:
        edges = [None, *self._points, None]
        for low, high in pairwise(edges):
            if low is not None:
                yield low
            gap = self._between(low, high)
            if gap is not None:
                yield gap


class Amounts:
    """Break points per currency; a currency no rule speaks of is unknown."""

    def __init__(self, currencies: set[str], named: Iterable[Money]) -> None:
        amounts = tuple(named)
        self._each = {
            currency: Points([money for money in amounts if money.currency == currency], _money_in(currency))
            for currency in sorted(currencies)
        }

    def of(self, value: Money) -> Hashable:
        points = self._each.get(value.currency)
        return None if points is None else (value.currency, points.of(value))

    def samples(self) -> Iterator[Value]:
        for points in self._each.values():
            yield from points.samples()


def unnamed(named: Iterable[object]) -> str:
    """A word that stands for every word no rule names."""
    word, taken = "other", set(named)
    while word in taken:
        word += "-"
    return word


def _count_between(low: int | None, high: int | None) -> int | None:
    between = 0 if low is None else low + 1
    return between if high is None or between < high else None


def _percent_between(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    bottom = Decimal(-1) if low is None else low
    top = Decimal(101) if high is None else high
    middle = (max(bottom, Decimal(0)) + min(top, Decimal(100))) / 2
    return middle if bottom < middle < top else None


def _day_between(low: date | None, high: date | None) -> date | None:
    if low is not None:
        after = low + timedelta(days=1)
        return after if high is None or after < high else None
    return date(2000, 1, 1) if high is None else high - timedelta(days=1)


def _money_in(currency: str) -> Callable[[Money | None, Money | None], Money | None]:
    def between(low: Money | None, high: Money | None) -> Money | None:
        minor = _count_between(None if low is None else low.minor, None if high is None else high.minor)
        return None if minor is None else Money(minor, currency)

    return between


_BETWEEN: dict[Kind, Callable[[Any, Any], Value | None]] = {
    Kind.COUNT: _count_between,
    Kind.PERCENT: _percent_between,
    Kind.DATE: _day_between,
}
