"""What can vary, held together by the theory: its laws as clauses, its numbers as differences."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise, product
from typing import Any

from returns_app.money import Money
from returns_app.policy.conditions import Condition, Is, IsNot
from returns_app.policy.facts import SHOPPER_FIGURES, Value
from returns_app.policy.lint import theory
from returns_app.policy.lint.distances import Distances
from returns_app.policy.lint.layout import NO, YES, Clause, Layout, Literal, Name, told
from returns_app.policy.lint.regions import Region
from returns_app.policy.model import Period, Policy, Segment


class Space(Layout):
    """All situations in one currency: a layout with the `laws` of the theory and the numbers they bind."""

    def __init__(self, policy: Policy, currency: str) -> None:
        super().__init__(policy, currency)
        self.laws: tuple[Clause, ...] = tuple(self._all_laws())

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
                yield ((self._index[name], NO), (self._index[(name[0], "known")], YES))

    def _laws_of_segment(self, segment: Segment) -> Iterator[Clause]:
        """Known segments are those, and only those, whose every condition holds."""
        unknown, member = (
            (self._index[("segment", "known")], NO),
            self._index[("segment", "has", segment.name)],
        )
        clauses = list(self._of_segment(segment))
        for clause in clauses:
            yield (unknown, (member, NO), *clause)
        for against in self._against(tuple(clauses)):
            yield (unknown, (member, YES), *against)

    def _of_segment(self, segment: Segment) -> Iterator[Clause]:
        for condition in segment.conditions:
            if condition.fact == "tag":
                yield from self._of_shopper_tag(condition)
            elif segment.period is not None:
                name = (condition.fact, "over", told(theory.canonical(segment.period)))
                yield (self._holds(name, condition),)

    def _of_shopper_tag(self, condition: Condition) -> Iterator[Clause]:
        """A shopper's tags are always known; so “unknown” never holds."""
        yield tuple(
            (self._index[("shopper", "tag", str(test.value))], NO if isinstance(test, IsNot) else YES)
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


def _period(name: Name) -> Period:
    count, unit = name[2].split()
    return Period(int(count), unit)  # pyright: ignore[reportArgumentType] - written by told
