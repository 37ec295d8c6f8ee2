"""All situations a policy can tell apart, in one currency: what can vary, and what rules ask of it.

A variable is one thing that can vary on its own: a fact, whether a set is known, one member of it, a
figure of one period. A literal is a variable with a mask of its regions; a clause is literals of which
one must hold; a rule matches where all its clauses hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from returns_app.policy.compile import all_conditions
from returns_app.policy.conditions import Condition, Is, IsNot, IsUnknown
from returns_app.policy.facts import SHOPPER_FIGURES, Fact, Kind, Value, fact_named
from returns_app.policy.lint import theory
from returns_app.policy.lint.regions import Cut, Region
from returns_app.policy.model import Period, Policy
from returns_app.policy.segments import RULE_PERIOD

Literal = tuple[int, int]
Clause = tuple[Literal, ...]
Name = tuple[str, ...]

NO_OR_YES = (Region(False), Region(True))
NO, YES = 0b01, 0b10


class Layout:
    """What can vary in one currency; the clauses of each rule, and those that keep it from matching."""

    def __init__(self, policy: Policy, currency: str) -> None:
        self.policy, self.currency = policy, currency
        self.names: list[Name] = []
        self.regions: list[tuple[Region, ...]] = []
        self._index: dict[Name, int] = {}
        self._cuts: dict[Name, Cut] = {}
        self._asked = [tuple(all_conditions(rule)) for rule in policy.rules]
        self._split = _split_figures(policy, self._asked)
        self._lay_out()
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
            self._cut((figure, "over", told(period)), fact_named(figure), conditions)

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
            yield ((flag, NO), holds)
        else:
            yield ((flag, YES),)
            yield (holds,)

    def _of_set(self, condition: Condition) -> Iterator[Clause]:
        known = self._index[(condition.fact, "known")]
        unwanted = [test for test in condition.tests if isinstance(test, IsNot)]
        if unwanted:
            yield ((known, YES),)
            yield from (((self._member(condition.fact, test), NO),) for test in unwanted)
        else:
            yield tuple(
                (known, NO) if isinstance(test, IsUnknown) else (self._member(condition.fact, test), YES)
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


def told(period: Period) -> str:
    return f"{period.count} {period.unit}"


RULES_OWN = told(theory.canonical(RULE_PERIOD))
