"""Segments that can't be, and better customers who fare worse.

One segment is better than another, or than everyone, where its definition asks for at least as many
orders and as much spent, and for no more returned, over the same periods and with the same tags. A
surprise is a situation that is answered worse with the better segment than with the other in its
place, everything else alike (other segments included; figures unknown), in the policy's own currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

import msgspec

from returns_app.money import Money
from returns_app.policy.compile import all_conditions
from returns_app.policy.conditions import Condition, Is, IsNot, Within
from returns_app.policy.lint.asking import Asking
from returns_app.policy.lint.findings import Finding, RuleAt, Witness, asked
from returns_app.policy.lint.generosity import COMPARED, worse
from returns_app.policy.lint.layout import Clause
from returns_app.policy.lint.search import Found, Search
from returns_app.policy.lint.space import Space
from returns_app.policy.lint.theory import canonical
from returns_app.policy.model import Period, Segment
from returns_app.policy.wording import in_words

_MORE_IS_BETTER = ("orders", "spend")
_NOWHERE = 1 << 60  # the place of the default, after every rule

Bound = tuple[Decimal, int]
Range = tuple[Bound, Bound]


def segment_findings(ask: Asking) -> Iterator[Finding]:
    for segment in ask.policy.segments:
        yield from ask.trying("condition-never-holds", -1, lambda segment=segment: _impossible(ask, segment))
    for better, lesser in _in_order(ask):
        first = _mentioning(ask, better, lesser)
        if first:
            yield from ask.trying(
                "worse-for-better-segment", first[0],
                lambda better=better, lesser=lesser: _Pair(ask, better, lesser).surprises(),
            )  # fmt: skip


def _impossible(ask: Asking, segment: Segment) -> Iterator[Finding]:
    if ask.first([], [], lambda space: _in_set(space, [segment.name], ())) is None:
        together = " and ".join(map(asked, segment.conditions))
        yield ask.finding(
            "condition-never-holds",
            [RuleAt(segment.name, segment.line)],
            f"Nobody can be in the segment “{segment.name}”: {together} can never be.",
            "Mend its conditions, or delete it.",
            witness=Witness({}, ask.policy.currency, f"no shopper is in “{segment.name}”"),
        )


def _in_set(space: Space, inside: Iterable[str], outside: Iterable[str]) -> list[Clause]:
    known = [(space.where(("segment", "known"), [True]),)]
    known += [(space.where(("segment", "has", name), [True]),) for name in inside]
    return known + [(space.where(("segment", "has", name), [False]),) for name in outside]


# Which segment is better ---------------------------------------------------------------------------


def _in_order(ask: Asking) -> Iterator[tuple[Segment, Segment | None]]:
    """Each better segment with the lesser one; None is everyone."""
    for better in ask.policy.segments:
        for lesser in (*ask.policy.segments, None):
            if better is not lesser and _is_better(better, lesser, ask.policy.currency):
                yield better, lesser


def _is_better(one: Segment, other: Segment | None, currency: str) -> bool:
    mine, theirs = _ranges(one, currency), _ranges(other, currency) if other else {}
    if mine is None or theirs is None or _tags(one) != (_tags(other) if other else set()):
        return False
    pairs = [(key[0], mine.get(key, _ANY), theirs.get(key, _ANY)) for key in {**mine, **theirs}]
    return all(_at_least(*pair) for pair in pairs) and any(a != b for _, a, b in pairs)


_ANY: Range = ((Decimal("-Infinity"), 0), (Decimal("Infinity"), 0))


def _at_least(figure: str, mine: Range, theirs: Range) -> bool:
    low, high = mine[0] >= theirs[0], mine[1] >= theirs[1]
    if figure in _MORE_IS_BETTER:
        return low and high
    return mine[0] <= theirs[0] and mine[1] <= theirs[1]


def _tags(segment: Segment) -> set[str]:
    return {condition.text for condition in segment.conditions if condition.fact == "tag"}


def _ranges(segment: Segment, currency: str) -> dict[tuple[str, Period | None], Range] | None:
    """The range of each figure; None where one is no single range in the policy's currency."""
    found: dict[tuple[str, Period | None], Range] = {}
    period = canonical(segment.period) if segment.period is not None else None
    for condition in segment.conditions:
        if condition.fact != "tag":
            bounds = _range(condition, currency)
            if bounds is None:
                return None
            found[condition.fact, period] = bounds
    return found


def _range(condition: Condition, currency: str) -> Range | None:
    match condition.tests:
        case (Is(value),) if (number := _number(value, currency)) is not None:
            return (number, 0), (number, 0)
        case (Within(low, high, low_in, high_in),):
            first = _ANY[0][0] if low is None else _number(low, currency)
            last = _ANY[1][0] if high is None else _number(high, currency)
            return (
                None
                if first is None or last is None
                else ((first, 0 if low_in else 1), (last, 0 if high_in else -1))
            )
        case _:
            return None


def _number(value: Any, currency: str) -> Decimal | None:
    if isinstance(value, Money):
        return value.amount if value.currency == currency else None
    return Decimal(value)


def _mentioning(ask: Asking, *segments: Segment | None) -> list[int]:
    """The rules that ask about one of the segments."""
    names = {segment.name for segment in segments if segment is not None}
    return [index for index, rule in enumerate(ask.rules) if _asked_segments(all_conditions(rule)) & names]


def _asked_segments(conditions: Iterable[Condition]) -> set[str]:
    asked = [condition for condition in conditions if condition.fact == "segment"]
    return {str(test.value) for each in asked for test in each.tests if isinstance(test, Is | IsNot)}


# Answered worse ------------------------------------------------------------------------------------


class _Surprise(msgspec.Struct):
    """The questions that one rule answers worse than another, a situation, and the two sets of segments."""

    questions: list[str]
    situation: Found
    with_better: frozenset[str]
    with_lesser: frozenset[str]


class _Pair:
    """A better segment and a lesser one, compared over everything else."""

    def __init__(self, ask: Asking, better: Segment, lesser: Segment | None) -> None:
        self.ask, self.better, self.lesser = ask, better, lesser
        self._search: Search = ask.searches[0]
        self._mentioning = _mentioning(ask, better, lesser)
        self._sets = list(self._possible_sets())

    def surprises(self) -> Iterator[Finding]:
        found: dict[tuple[int | None, int | None], _Surprise] = {}
        for question, mine, theirs in self._worse():
            seen = found.get((mine, theirs))
            if seen is not None and question in seen.questions:
                continue
            for inside, instead in self._sets:
                situation = self._situation(question, (mine, inside), (theirs, instead))
                if situation is not None:
                    seen = found.setdefault((mine, theirs), _Surprise([], situation, inside, instead))
                    seen.questions.append(question)
                    break
        yield from (self._finding(*rules, each) for rules, each in found.items())

    def _worse(self) -> Iterator[tuple[str, int | None, int | None]]:
        """Answers to the better segment that are worse than one to the lesser, and tell them apart."""
        currency = self._search.space.currency
        for question in COMPARED:
            deciders = [*self.ask.answering[question], None]
            said = {rule: self.ask.said(rule, question, currency).answer for rule in deciders}
            for first, second in self._told_apart(question):
                for mine, theirs in ((first, second), (second, first)):
                    if worse(question, said[mine], said[theirs]):
                        yield question, mine, theirs

    def _told_apart(self, question: str) -> Iterator[tuple[int, int | None]]:
        """A rule that asks about one of the two segments, with each one below it, or the default."""
        for first in self._mentioning:
            if question in self.ask.rules[first].answers:
                yield from ((first, second) for second in self.ask.answering[question] if second > first)
                yield first, None

    def _possible_sets(self) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        """All segments of the shopper in the better one, and with the lesser one in its place."""
        lesser = [self.lesser.name] if self.lesser else []
        two = {self.better.name, *lesser}
        spoken_of = {name for rule in self.ask.rules for name in _asked_segments(rule.conditions)} | two
        others = sorted(spoken_of - two)
        for size in range(len(others) + 1):
            for beside in combinations(others, size):
                inside = frozenset([*beside, self.better.name])
                instead = frozenset([*beside, *lesser])
                if self._can_be(inside, spoken_of) and self._can_be(instead, spoken_of):
                    yield inside, instead

    def _can_be(self, inside: frozenset[str], spoken_of: set[str]) -> bool:
        return self._search.find([], [], _in_set(self._search.space, inside, spoken_of - inside)) is not None

    def _situation(
        self,
        question: str,
        mine: tuple[int | None, frozenset[str]],
        theirs: tuple[int | None, frozenset[str]],
    ) -> Found | None:
        """Facts with which the one rule decides for the one set, and the other for the other."""
        clauses: list[Clause] = list(self._search.space.laws)
        for rule, segments in (mine, theirs):
            fixed = self._deciding(question, rule, segments)
            if fixed is None:
                return None
            clauses += fixed
        return self._search.solve(clauses)

    def _deciding(self, question: str, rule: int | None, segments: frozenset[str]) -> list[Clause] | None:
        space = self._search.space
        before = [index for index in self.ask.answering[question] if index < _place(rule)]
        clauses = [] if rule is None else list(space.clauses_of[rule])
        clauses += [clause for index in before for clause in space.clauses_against[index]]
        return _with_segments(space, clauses, segments)

    def _finding(self, mine: int | None, theirs: int | None, surprise: _Surprise) -> Finding:
        question, currency = surprise.questions[0], self.ask.policy.currency
        others = f"shoppers in “{self.lesser.name}”" if self.lesser else "others"
        said = [in_words(self.ask.said(rule, question, currency).answer) for rule in (mine, theirs)]
        one, other = (
            "the default" if rule is None else f"“{self.ask.rules[rule].name}”" for rule in (mine, theirs)
        )
        situation = {name: value for name, value in surprise.situation.items() if name != "segment"}
        return self.ask.finding(
            "worse-for-better-segment",
            [rule for rule in (mine, theirs) if rule is not None],
            f"Shoppers in “{self.better.name}” fare worse than {others}: {one} gives them "
            f"{question} = {said[0]}, where {other} gives {said[1]}.",
            "A surprise, if it isn't meant: give the better segment at least as much.",
            questions=surprise.questions,
            witness=Witness(
                situation | {"segment": surprise.with_better}, currency, f"{question} = {said[0]}"
            ),
            compared=Witness(
                situation | {"segment": surprise.with_lesser}, currency, f"{question} = {said[1]}"
            ),
        )


def _place(rule: int | None) -> int:
    return _NOWHERE if rule is None else rule


def _with_segments(space: Space, clauses: Sequence[Clause], segments: frozenset[str]) -> list[Clause] | None:
    """What is left to ask once the segments are known and the figures are not; None when it can't be."""
    settled = _settled(space, segments)
    left: list[Clause] = []
    for clause in clauses:
        if any(variable in settled and mask & settled[variable] for variable, mask in clause):
            continue
        rest = tuple(literal for literal in clause if literal[0] not in settled)
        if not rest:
            return None
        left.append(rest)
    return left


def _settled(space: Space, segments: frozenset[str]) -> Mapping[int, int]:
    """The region of each variable about the shopper."""
    settled: dict[int, int] = {}
    for name in space.names:
        match name:
            case ("segment", "known"):
                literal = space.where(name, [True])
            case ("segment", "has", member):
                literal = space.where(name, [member in segments])
            case (figure, "known") if (figure, "over") in {each[:2] for each in space.names}:
                literal = space.where(name, [False])
            case _:
                continue
        settled[literal[0]] = literal[1]
    return settled
