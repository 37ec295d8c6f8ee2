"""Is there a situation where these rules match and those don't: exact, or ended by a budget.

Rules that must match narrow the variables; each rule that must not match is a clause: in one of its
facts the situation lies outside. Clauses with one way left are followed at once, the others are
tried way by way, each time apart from the ways tried before, so that nothing is searched twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from returns_app.policy.facts import FACTS, Value, fact_named
from returns_app.policy.lint.distances import Span
from returns_app.policy.lint.layout import RULES_OWN, Clause, Name
from returns_app.policy.lint.regions import key_of, value_of
from returns_app.policy.lint.space import Space

IF_UNKNOWN = {name: fact.if_unknown for name, fact in FACTS.items() if fact.if_unknown is not None}

Found = dict[str, Value]
_Regions = list[int]


class NotProven(Exception):
    """The budget ended before the search did: neither yes nor no is known."""


class Budget:
    """So many steps for all searches together; no single search may take more than a share of it.

    A step is one look at one clause: the same policy always takes the same steps, on any machine.
    """

    def __init__(self, steps: int) -> None:
        self.left = steps
        self._share = max(steps // 20, 1)
        self._this = 0

    def begin(self) -> None:
        self._this = min(self._share, self.left)

    def take(self, steps: int) -> None:
        """Raises NotProven where the steps are used up."""
        self.left -= steps
        self._this -= steps
        if self._this < 0 or self.left < 0:
            raise NotProven


class Search:
    """Searches in one space, remembering what was asked before."""

    def __init__(self, space: Space, budget: Budget) -> None:
        self.space, self._budget = space, budget
        self._known: dict[tuple[int, int], Found | None] = {}

    def find(
        self, include: Iterable[int], exclude: Iterable[int] = (), also: Iterable[Clause] = ()
    ) -> Found | None:
        """A situation where all of `include` match and none of `exclude`. Raises NotProven."""
        wanted, unwanted, more = sorted(set(include)), sorted(set(exclude)), tuple(also)
        key = (_mask(wanted), _mask(unwanted))
        if more or key not in self._known:
            clauses = [clause for rule in wanted for clause in self.space.clauses_of[rule]]
            clauses += [*more, *self.space.laws]
            clauses += [clause for rule in unwanted for clause in self.space.clauses_against[rule]]
            found = self.solve(clauses)
            if more:
                return found
            self._known[key] = found
        return self._known[key]

    def solve(self, clauses: Sequence[Clause]) -> Found | None:
        """A situation in which every clause holds."""
        self._budget.begin()
        waiting: list[tuple[_Regions, Sequence[Clause]]] = [(self.space.full(), clauses)]
        while waiting:
            regions, left = waiting.pop()
            open_clauses = self._follow(regions, left)
            if open_clauses is None or not self._numbers_agree(regions):
                continue
            if open_clauses:
                waiting.extend(_apart(regions, open_clauses))
            elif (spans := self._spans(regions)) is not None:
                return self._situation(regions, spans)
        return None

    def _follow(self, regions: _Regions, clauses: Sequence[Clause]) -> list[Clause] | None:
        """Follow what has one way left, until all that remain have several; None when one has none."""
        changed = True
        while changed:
            self._budget.take(len(clauses) + 1)
            changed, left = False, []
            for clause in clauses:
                ways = _ways(regions, clause)
                if ways is None:
                    continue
                if not ways:
                    return None
                if len(ways) == 1:
                    variable, mask = ways[0]
                    regions[variable] &= mask
                    changed = True
                else:
                    left.append(ways)
            clauses = left
        return list(clauses)

    # Numbers that hang together --------------------------------------------------------------------

    def _numbers_agree(self, regions: _Regions) -> bool:
        """Whether nothing speaks against the numbers, each taken as one stretch."""
        bound = [variable for variable in self.space.distances.linked if not regions[variable] & 1]
        if len(bound) < 2:
            return True
        return self.space.distances.agree({v: self._stretch(v, regions[v]) for v in bound})

    def _stretch(self, variable: int, mask: int) -> Span:
        known = self.space.regions[variable]
        first, last = known[(mask & -mask).bit_length() - 1], known[mask.bit_length() - 1]
        return first.low or 0, last.high

    def _spans(self, regions: _Regions) -> dict[int, Span] | None:
        """One unbroken stretch for each number that must be known, such that all agree."""
        bound = sorted(v for v in self.space.distances.linked if not regions[v] & 1)
        return self._spans_of(bound, regions, {})

    def _spans_of(
        self, bound: list[int], regions: _Regions, so_far: dict[int, Span]
    ) -> dict[int, Span] | None:
        if not bound:
            return so_far
        for run in _runs(regions[bound[0]]):
            self._budget.take(1)
            spans = so_far | {bound[0]: self._stretch(bound[0], run)}
            if self.space.distances.agree(spans):
                found = self._spans_of(bound[1:], regions, spans)
                if found is not None:
                    return found
        return None

    # What was found, in facts ----------------------------------------------------------------------

    def _situation(self, regions: _Regions, spans: Mapping[int, Span]) -> Found:
        distances = self.space.distances
        wished = {v: self._wished(v, regions[v], span) for v, span in spans.items()}
        return dict(self._facts(regions, distances.values(spans, wished)))

    def _wished(self, variable: int, mask: int, span: Span) -> int:
        """The typical value of the first region left that lies in the span."""
        low, high = span
        for at, region in enumerate(self.space.regions[variable]):
            if mask >> at & 1 and region.low is not None and region.low >= low:
                return min(key_of(region.value), high) if high is not None else key_of(region.value)
        return low

    def _facts(self, regions: _Regions, numbers: Mapping[int, int]) -> Iterator[tuple[str, Value]]:
        for name in self.space.names:
            match name:
                case (fact,):
                    value = self._value(name, regions, numbers)
                case (fact, "known") if self.space.value(name, regions) is True:
                    value = self._known_value(fact, regions, numbers)
                case _:
                    continue
            if value is not None and value != IF_UNKNOWN.get(fact):
                yield fact, value

    def _value(self, name: Name, regions: _Regions, numbers: Mapping[int, int]) -> Value | None:
        at, fact = self.space.index(name), fact_named(name[0])
        if at in numbers and fact is not None:
            return value_of(fact, numbers[at], self.space.currency)
        return self.space.value(name, regions)

    def _known_value(self, fact: str, regions: _Regions, numbers: Mapping[int, int]) -> Value | None:
        """A figure of the rules' own period, or the members of a set."""
        figure = (fact, "over", RULES_OWN)
        if figure in self.space:
            return self._value(figure, regions, numbers)
        members = [name for name in self.space.names if name[:2] == (fact, "has")]
        return frozenset(name[2] for name in members if self.space.value(name, regions))


def _mask(rules: Iterable[int]) -> int:
    return sum(1 << rule for rule in rules)


def _ways(regions: _Regions, clause: Clause) -> Clause | None:
    """The literals that can still come true; None when one is true already."""
    ways = []
    for literal in clause:
        variable, mask = literal
        here = regions[variable]
        if not here & ~mask:
            return None
        if here & mask:
            ways.append(literal)
    return tuple(ways)


def _apart(regions: _Regions, clauses: list[Clause]) -> list[tuple[_Regions, Sequence[Clause]]]:
    """The ways of the tightest clause, first one last, each without the ways before it."""
    tightest = min(clauses, key=len)
    here, ways = list(regions), []
    for variable, mask in tightest:
        inside = list(here)
        inside[variable] &= mask
        ways.append((inside, clauses))
        here[variable] &= ~mask
    return ways[::-1]


def _runs(mask: int) -> Iterator[int]:
    """The unbroken runs of set bits."""
    while mask:
        low = mask & -mask
        run = mask & ~(mask + low)
        yield run
        mask &= ~run
