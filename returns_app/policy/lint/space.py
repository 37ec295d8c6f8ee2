"""All situations a policy can tell apart, in one currency: what can vary, and what rules ask of it.

A variable is one thing that can vary on its own: a fact, whether a set is known, one member of it, a
figure of one period. A literal is a variable with a mask of its regions; a clause is literals of which
one must hold; a rule matches where all its clauses hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise, product
from typing import Any

from returns_app.money import Money
from returns_app.policy.compile import all_conditions
from returns_app.policy.conditions import Condition, Is, IsNot, IsUnknown
from returns_app.policy.facts import SHOPPER_FIGURES, Fact, Kind, Value, fact_named
from returns_app.policy.lint import theory
from returns_app.policy.lint.distances import Distances
from returns_app.policy.lint.regions import Cut, Region
from returns_app.policy.model import Period, Policy, Segment
from returns_app.policy.segments import RULE_PERIOD

Literal = tuple[int, int]
Clause = tuple[Literal, ...]
Name = tuple[str, ...]

NO_OR_YES = (Region(False), Region(True))
_NO, _YES = 0b01, 0b10


class Space:
    """All situations in one currency. `clauses_of` a rule, `clauses_against` it, and `laws` of the theory."""

    def __init__(self, policy: Policy, currency: str) -> None:
        self.policy, self.currency = policy, currency
        self.names: list[Name] = []
        self.regions: list[tuple[Region, ...]] = []
        self._index: dict[Name, int] = {}
        self._cuts: dict[Name, Cut] = {}
        self._asked = [tuple(all_conditions(rule)) for rule in policy.rules]
        self._split = _split_figures(policy, self._asked)
        self._lay_out()
        self.laws: tuple[Clause, ...] = tuple(self._all_laws())
        self.clauses_of = [tuple(self._clauses(asked)) for asked in self._asked]
        self.clauses_against = [tuple(self._against(clauses)) for clauses in self.clauses_of]

    def __contains__(self, name: Name) -> bool:
        return name in self._index

    def index(self, name: Name) -> int:
        return self._index[name]

    def full(self) -> list[int]:
        """Every region of every variable."""
        return [(1 << len(regions)) - 1 for regions in self.regions]

    def clauses_for(self, conditions: Iterable[Condition]) -> Iterator[Clause]:
        """What conditions of the policy's own rules ask for."""
        return self._clauses(conditions)

    def literal(self, name: Name, regions: Iterable[int]) -> Literal:
        return self._index[name], sum(1 << at for at in regions)

    def where(self, name: Name, values: Iterable[Value | None]) -> Literal:
        """The literal that a variable has one of these values."""
        wanted = list(values)
        return self.literal(
            name, (at for at, r in enumerate(self.regions[self._index[name]]) if r.value in wanted)
        )

    def value(self, name: Name, domains: list[int]) -> Any:
        """The value of the first region left of a variable; None where there is no such variable."""
        at = self._index.get(name)
        return None if at is None else self.regions[at][(domains[at] & -domains[at]).bit_length() - 1].value

    # What there is ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        asked = _by_fact(each for conditions in self._asked for each in conditions)
        figures = _by_figure(self.policy)
        for name in _with_laws(asked):
            fact = fact_named(name)
            if fact is None:
                continue
            if fact.kind is Kind.SET:
                self._lay_out_set(name, asked.get(name, []))
            elif name in self._split:
                self._add((name, "known"), NO_OR_YES)
                figures.setdefault((name, theory.canonical(RULE_PERIOD)), []).extend(asked[name])
            else:
                self._cut((name,), fact, asked.get(name, []))
        self._lay_out_segments(figures)
        if self.currency != self.policy.currency and ("price",) not in self:
            self._cut(("price",), fact_named("price"), [])

    def _lay_out_set(self, name: str, conditions: Iterable[Condition]) -> None:
        self._add((name, "known"), NO_OR_YES)
        members = {str(t.value) for c in conditions for t in c.tests if isinstance(t, Is | IsNot)}
        if name == "segment":
            members |= {segment.name for segment in self.policy.segments}
        for member in sorted(members):
            self._add((name, "has", member), NO_OR_YES)

    def _lay_out_segments(self, figures: Mapping[tuple[str, Period], list[Condition]]) -> None:
        if self.policy.segments and ("segment", "known") not in self:
            self._lay_out_set("segment", ())
        for tag in sorted(_shopper_tags(self.policy)):
            self._add(("shopper", "tag", tag), NO_OR_YES)
        for (figure, period), conditions in figures.items():
            self._cut((figure, "over", _told(period)), fact_named(figure), conditions)

    def _cut(
        self, name: Name, fact: Fact | None, conditions: Iterable[Condition], more: Iterable[int] = ()
    ) -> None:
        if fact is None:
            return
        least = [want.least for law in theory.LAWS for want in law if want.fact == name[0]]
        marks = [bound - 1 for bound in least if bound is not None]
        nothing = [0] if fact.name in SHOPPER_FIGURES else []
        cut = Cut(fact, conditions, self.currency, [*marks, *nothing])
        self._cuts[name] = cut
        self._add(name, cut.regions)

    def _add(self, name: Name, regions: tuple[Region, ...]) -> None:
        self._index[name] = len(self.names)
        self.names.append(name)
        self.regions.append(regions)

    # What rules and segments ask -------------------------------------------------------------------

    def _clauses(self, conditions: Iterable[Condition]) -> Iterator[Clause]:
        for condition in conditions:
            name = condition.fact
            if condition.kind is Kind.SET:
                yield from self._of_set(condition)
            elif name in self._split:
                figure = (name, "over", RULES_OWN)
                yield from self._of_split((name, "known"), self._holds(figure, condition))
            else:
                yield (self._holds((name,), condition),)

    def _holds(self, name: Name, condition: Condition) -> Literal:
        return self._index[name], self._cuts[name].mask(condition)

    def _of_split(self, known: Name, holds: Literal) -> Iterator[Clause]:
        """A figure the world has may still be unknown to the situation."""
        flag = self._index[known]
        if holds[1] & 1:
            yield ((flag, _NO), holds)
        else:
            yield ((flag, _YES),)
            yield (holds,)

    def _of_set(self, condition: Condition) -> Iterator[Clause]:
        known = self._index[(condition.fact, "known")]
        unwanted = [test for test in condition.tests if isinstance(test, IsNot)]
        if unwanted:
            yield ((known, _YES),)
            yield from (((self._member(condition.fact, test), _NO),) for test in unwanted)
        else:
            yield tuple(
                (known, _NO) if isinstance(test, IsUnknown) else (self._member(condition.fact, test), _YES)
                for test in condition.tests
            )

    def _member(self, fact: str, test: Any) -> int:
        return self._index[(fact, "has", str(test.value))]

    def _against(self, clauses: tuple[Clause, ...]) -> Iterator[Clause]:
        """Clauses that keep a rule from matching: of each way to fail, all that it takes."""
        for chosen in product(*clauses):
            failing: dict[int, int] = {}
            for variable, mask in chosen:
                failing[variable] = failing.get(variable, 0) | (self._full(variable) & ~mask)
            yield tuple(failing.items())

    def _full(self, variable: int) -> int:
        return (1 << len(self.regions[variable])) - 1

    # What the theory asks --------------------------------------------------------------------------

    def _all_laws(self) -> Iterator[Clause]:
        yield from self._laws_of_sets()
        for law in theory.LAWS:
            if all((want.fact,) in self for want in law):
                yield tuple(self._wanted(want) for want in law)
        for segment in self.policy.segments:
            yield from self._laws_of_segment(segment)
        yield from self._laws_of_figures()
        if self.currency != self.policy.currency:
            yield (self._known_region(("price",)),)

    def _known_region(self, name: Name) -> Literal:
        at = self._index[name]
        return at, self._full(at) & ~1

    def _wanted(self, want: theory.Wants) -> Literal:
        regions = self.regions[self._index[(want.fact,)]]
        return self.literal(
            (want.fact,), (at for at, region in enumerate(regions) if _satisfies(region, want))
        )

    def _laws_of_sets(self) -> Iterator[Clause]:
        """What is in a set is in a known one."""
        for name in self.names:
            if name[1:2] == ("has",):
                yield ((self._index[name], _NO), (self._index[(name[0], "known")], _YES))

    def _laws_of_segment(self, segment: Segment) -> Iterator[Clause]:
        """Known segments are those, and only those, whose every condition holds."""
        unknown, member = (
            (self._index[("segment", "known")], _NO),
            self._index[("segment", "has", segment.name)],
        )
        clauses = list(self._of_segment(segment))
        for clause in clauses:
            yield (unknown, (member, _NO), *clause)
        for against in self._against(tuple(clauses)):
            yield (unknown, (member, _YES), *against)

    def _of_segment(self, segment: Segment) -> Iterator[Clause]:
        for condition in segment.conditions:
            if condition.fact == "tag":
                yield from self._of_shopper_tag(condition)
            elif segment.period is not None:
                name = (condition.fact, "over", _told(theory.canonical(segment.period)))
                yield (self._holds(name, condition),)

    def _of_shopper_tag(self, condition: Condition) -> Iterator[Clause]:
        """A shopper's tags are always known; so “unknown” never holds."""
        yield tuple(
            (self._index[("shopper", "tag", str(test.value))], _NO if isinstance(test, IsNot) else _YES)
            for test in condition.tests
            if isinstance(test, Is | IsNot)
        )

    def _laws_of_figures(self) -> Iterator[Clause]:
        for period in sorted(
            {name[1:] for name in self.names if name[0] in SHOPPER_FIGURES and name[1:2] != ("known",)}
        ):
            yield from self._laws_of_period(period)
        yield from self._known_together()

    def _laws_of_period(self, period: Name) -> Iterator[Clause]:
        """Without orders nothing is spent and there is no rate; a rate above zero has returns."""
        orders, spend, returns, rate = ((figure, *period) for figure in SHOPPER_FIGURES)
        if orders in self and spend in self:
            yield (self._unless(orders, 0), self._only(spend, 0))
        if orders in self and rate in self:
            yield (self._unless(orders, 0), (self._index[rate], 0b1))
        if returns in self and rate in self:
            yield (self._unless(returns, 0), self._only(rate, 0))

    def _only(self, name: Name, value: int) -> Literal:
        """Unknown or exactly this."""
        wanted = (None, value)
        regions = self.regions[self._index[name]]
        return self.literal(name, (at for at, region in enumerate(regions) if _plain(region.value) in wanted))

    def _unless(self, name: Name, value: int) -> Literal:
        regions = self.regions[self._index[name]]
        return self.literal(name, (at for at, region in enumerate(regions) if _plain(region.value) != value))

    def _known_together(self) -> Iterator[Clause]:
        """The world has a shopper's figures for all periods or for none; a rate also needs goods bought."""
        world = [name for name in self.names if name[1:2] == ("over",)]
        counted = [name for name in world if name[0] in theory.COUNTED]
        for one, other in pairwise(counted):
            yield ((self._index[one], 0b1), self._known_region(other))
            yield ((self._index[other], 0b1), self._known_region(one))
        for rate in (name for name in world if name[0] not in theory.COUNTED):
            yield from (((self._index[rate], 0b1), self._known_region(name)) for name in counted[:1])

    @cached_property
    def distances(self) -> Distances:
        """The numbers that hang together, as differences between moments or from zero."""
        differences = {self._index[(fact,)]: nodes for fact, nodes in theory.DAYS.items() if (fact,) in self}
        order = list(theory.IN_ORDER)
        counted = [name for name in self.names if name[0] in theory.COUNTED and name[1:2] == ("over",)]
        for name in counted:
            differences[self._index[name]] = ("/".join(name), theory.ZERO)
        order += [
            ("/".join(one), "/".join(other))
            for one, other in product(counted, counted)
            if one[0] == other[0] and theory.surely_within(_period(one), _period(other))
        ]
        return Distances(differences, order)


def _satisfies(region: Region, want: theory.Wants) -> bool:
    if region.value is None:
        return want.or_unknown
    return region.value in want.words or (
        want.least is not None and region.low is not None and region.low >= want.least
    )


def _plain(value: Value | None) -> Any:
    return value.minor if isinstance(value, Money) else value


def _with_laws(asked: Mapping[str, object]) -> list[str]:
    """The facts that are asked about, and those that a law puts between two of them."""
    names = dict.fromkeys(asked)
    for law in theory.LAWS:
        facts = [want.fact for want in law]
        if all(fact in asked for fact in facts if fact != "buyer"):
            names |= dict.fromkeys(facts)
    return list(names)


def _by_fact(conditions: Iterable[Condition]) -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = {}
    for condition in conditions:
        found.setdefault(condition.fact, []).append(condition)
    return found


def _by_figure(policy: Policy) -> dict[tuple[str, Period], list[Condition]]:
    found: dict[tuple[str, Period], list[Condition]] = {}
    for segment in policy.segments:
        for condition in segment.conditions:
            if condition.fact != "tag" and segment.period is not None:
                found.setdefault((condition.fact, theory.canonical(segment.period)), []).append(condition)
    return found


def _split_figures(policy: Policy, asked: Iterable[tuple[Condition, ...]]) -> frozenset[str]:
    """Figures that rules ask about and that segments count too: the world has them, known or not."""
    counted = any(condition.fact != "tag" for segment in policy.segments for condition in segment.conditions)
    figures = {each.fact for conditions in asked for each in conditions if each.fact in SHOPPER_FIGURES}
    return frozenset(figures) if counted else frozenset()


def _shopper_tags(policy: Policy) -> set[str]:
    conditions = [c for segment in policy.segments for c in segment.conditions if c.fact == "tag"]
    return {str(test.value) for c in conditions for test in c.tests if isinstance(test, Is | IsNot)}


def _told(period: Period) -> str:
    return f"{period.count} {period.unit}"


RULES_OWN = _told(theory.canonical(RULE_PERIOD))


def _period(name: Name) -> Period:
    count, unit = name[2].split()
    return Period(int(count), unit)  # pyright: ignore[reportArgumentType] - written by _told
