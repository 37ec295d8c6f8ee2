"""The engine: a policy compiled into bit masks, one bit per rule, the first rule lowest.

Each fact has, for each region of its values, the mask of rules that a value there does not rule out
(Lakshman & Stiliadis 1998, bit-vector packet classification). A decision ANDs one mask per fact;
the lowest bit left among the rules that answer a question decides it. Masks are made when a region
is first met, so a thousand rules cost little more than ten.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from returns_app.money import Money
from returns_app.policy.amounts import in_currency
from returns_app.policy.answers import Answers
from returns_app.policy.conditions import Condition, Within, all_hold
from returns_app.policy.explain import Explained, Explanation, Matched
from returns_app.policy.facts import Fact, Kind, Situation, Value, fact_named
from returns_app.policy.model import Policy, Rule
from returns_app.policy.questions import QUESTIONS, Question
from returns_app.policy.regions import regions_of

ENGINE_VERSION = "1"  # goes up whenever the same policy and situation would be answered differently

_AMOUNTS_OF_THE_ORDER = ("price", "order_total", "return_total")
_RECENT = 4096  # values remembered per fact; a bound, so that memory is one too


def compile_policy(policy: Policy) -> Engine:
    """The engine that answers by `policy`. Pure: the same policy and situation give the same answers."""
    return Engine(policy)


class Engine:
    """Answers situations by the cascade: per question, the first rule that matches and answers it."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._every_rule = (1 << len(policy.rules)) - 1
        self._columns = {column.fact.name: column for column in _columns(policy)}
        self._steps = [(name, column.recent, column.mask) for name, column in self._columns.items()]
        self._deciders: dict[str, dict[str, Decider]] = {}

    def answer(self, situation: Situation, *, currency: str | None = None) -> Answers:
        """All questions at once, in `currency` (that of the situation's amounts unless told)."""
        matching = self.matching(situation)
        deciders = self._in(currency or self.currency_of(situation))
        return Answers(*[decider.answer(matching) for decider in deciders.values()])  # pyright: ignore[reportArgumentType] - read by the question of the same name

    def answer_to(self, question: str, situation: Situation, *, currency: str | None = None) -> Any:
        """One question alone."""
        deciders = self._in(currency or self.currency_of(situation))
        return deciders[question].answer(self.matching(situation))

    def explain(self, situation: Situation, *, currency: str | None = None) -> Explanation:
        """For every question: the rule that decided, the facts it matched on, the later rules it overrode."""
        currency = currency or self.currency_of(situation)
        matching = self.matching(situation)
        return Explanation(
            policy=self.policy.hash,
            engine=ENGINE_VERSION,
            currency=currency,
            questions={
                name: self._explained(decider, matching, situation)
                for name, decider in self._in(currency).items()
            },
        )

    def possible(self, situation: Situation, open_facts: Iterable[str]) -> dict[str, set[Any]]:
        """Per question, every answer that some values of the open facts (or leaving them unknown) lead to."""
        open_names = sorted(set(open_facts))
        known = {name: value for name, value in situation.items() if name not in open_names}
        masks = {self.matching(known, leaving_out=frozenset(open_names))}
        for name in open_names:
            if (column := self._columns.get(name)) is not None:
                masks = {mask & region for mask in masks for region in column.region_masks()}
        deciders = self._in(self.currency_of(known))
        return {name: {decider.answer(mask) for mask in masks} for name, decider in deciders.items()}

    def matching(self, situation: Situation, *, leaving_out: frozenset[str] = frozenset()) -> int:
        """The mask of the rules whose every condition holds, `leaving_out` the conditions on some facts."""
        matching = self._every_rule
        for name, recent, mask_of in self._steps:
            if leaving_out and name in leaving_out:
                continue
            value = situation.get(name)
            mask = recent.get(value)
            matching &= mask_of(value) if mask is None else mask
        return matching

    def currency_of(self, situation: Situation) -> str:
        """The currency of the order: that of its amounts, else the policy's own."""
        for name in _AMOUNTS_OF_THE_ORDER:
            if (amount := situation.get(name)) is not None:
                return amount.currency if isinstance(amount, Money) else self.policy.currency
        return self.policy.currency

    def _in(self, currency: str) -> dict[str, Decider]:
        if currency not in self._deciders:
            rules = self.policy.rules
            self._deciders[currency] = {
                name: Decider(question, rules, currency) for name, question in QUESTIONS.items()
            }
        return self._deciders[currency]

    def _explained(self, decider: Decider, matching: int, situation: Situation) -> Explained:
        hits = list(_bits(matching & decider.answering))
        if not hits:
            return Explained(answer=decider.default)
        rule = self.policy.rules[hits[0]]
        return Explained(
            answer=decider.by_rule[hits[0]],
            rule=rule.name,
            index=hits[0],
            line=rule.line,
            matched=tuple(_matched(rule, situation)),
            overrode=tuple(self.policy.rules[index].name for index in hits[1:]),
            unpriced=decider.by_rule[hits[0]] is None,
        )


class Decider:
    """Who answers one question: the mask of the rules that do, and what each of them says."""

    def __init__(self, question: Question, rules: tuple[Rule, ...], currency: str) -> None:
        self.default = in_currency(question.default, currency)
        self.by_rule = {
            index: in_currency(rule.answers[question.name], currency)
            for index, rule in enumerate(rules)
            if question.name in rule.answers
        }
        self.answering = sum(1 << index for index in self.by_rule)

    def answer(self, matching: int) -> Any:
        """What the first matching rule says."""
        hits = matching & self.answering
        return self.by_rule[(hits & -hits).bit_length() - 1] if hits else self.default


class Column:
    """One fact against all rules: which of them a value of it leaves standing."""

    def __init__(self, fact: Fact, conditions: Mapping[int, tuple[Condition, ...]], rules: int) -> None:
        self.fact = fact
        self.recent: dict[Value | None, int] = {}
        self._conditions = conditions
        self._regions = regions_of(fact, (each for asked in conditions.values() for each in asked))
        self._indifferent = ((1 << rules) - 1) & ~sum(1 << index for index in conditions)
        self._masks: dict[Hashable, int] = {}

    def mask(self, value: Value | None) -> int:
        """The rules left standing by a value; None is unknown."""
        if len(self.recent) >= _RECENT:
            self.recent.clear()
        mask = self.recent[value] = self._region_mask(value if value is not None else self.fact.if_unknown)
        return mask

    def region_masks(self) -> frozenset[int]:
        """The masks of every value the fact can take, and of leaving it unknown."""
        return frozenset([self.mask(None), *(self._region_mask(value) for value in self._regions.samples())])

    def _region_mask(self, value: Value | None) -> int:
        region = None if value is None else self._regions.of(value)
        if region not in self._masks:
            self._masks[region] = self._indifferent | sum(
                1 << index for index, asked in self._conditions.items() if all_hold(asked, value)
            )
        return self._masks[region]


def _columns(policy: Policy) -> Iterator[Column]:
    """One column for each fact that any rule asks about."""
    asked: dict[str, dict[int, list[Condition]]] = {}
    for index, rule in enumerate(policy.rules):
        for condition in all_conditions(rule):
            asked.setdefault(condition.fact, {}).setdefault(index, []).append(condition)
    for name, by_rule in asked.items():
        if (fact := fact_named(name)) is not None:
            yield Column(fact, {index: tuple(each) for index, each in by_rule.items()}, len(policy.rules))


def all_conditions(rule: Rule) -> Iterator[Condition]:
    """What a rule asks, its first and last day included: they are conditions on the day of the request."""
    yield from rule.conditions
    if rule.first_day or rule.last_day:
        days = Within(rule.first_day, rule.last_day)
        text = f"{rule.first_day or ''}..{rule.last_day or ''}"
        yield Condition("requested_on", Kind.DATE, (days,), text)


def _matched(rule: Rule, situation: Situation) -> Iterator[Matched]:
    for condition in all_conditions(rule):
        yield Matched(condition.fact, situation.get(condition.fact), condition.text)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
