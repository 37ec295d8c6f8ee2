"""What the checks ask about a policy: who answers what, and whether a situation exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from returns_app.money import Money
from returns_app.policy.amounts import Prices, RawRates, in_currency
from returns_app.policy.compile import all_conditions
from returns_app.policy.conditions import holds
from returns_app.policy.lint.findings import SEVERITIES, Finding, Kind, RuleAt, Severity, Witness
from returns_app.policy.lint.layout import Clause
from returns_app.policy.lint.search import IF_UNKNOWN, Budget, Found, NotProven, Search
from returns_app.policy.lint.space import Space
from returns_app.policy.model import Policy, Rule
from returns_app.policy.questions import QUESTIONS

Also = Callable[[Space], Iterable[Clause]]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the shop knows. What is None is not looked at. `product_types` are paths of its tree."""

    reasons: frozenset[str] | None = None
    product_types: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    brands: frozenset[str] | None = None
    methods: frozenset[str] | None = None
    currencies: frozenset[str] | None = None


class Said(msgspec.Struct, frozen=True):
    """What a rule makes of a question in one currency: an answer, or that it names no such amount.

    With `accept` and `verdict` goes the rule's own note, which is shown when it decides them.
    """

    answer: Any
    unpriced: bool = False
    note: Any = None


class Asking:
    """One policy under question, in every currency of the theory, within one budget."""

    def __init__(self, policy: Policy, catalogue: Catalogue, steps: int) -> None:
        self.policy, self.catalogue = policy, catalogue
        self.rules: tuple[Rule, ...] = policy.rules
        self._asked = [tuple(all_conditions(rule)) for rule in policy.rules]
        self.answering: dict[str, tuple[int, ...]] = {
            name: tuple(index for index, rule in enumerate(policy.rules) if name in rule.answers)
            for name in QUESTIONS
        }
        budget = Budget(steps)
        self.searches = [
            Search(Space(policy, currency), budget) for currency in currencies_of(policy, catalogue)
        ]
        self._unproven: dict[Kind, list[int]] = {}

    def earlier(self, question: str, rule: int) -> list[int]:
        """The rules that would decide the question before this one."""
        return [index for index in self.answering[question] if index < rule]

    def first(
        self, include: Iterable[int], exclude: Iterable[int] = (), also: Also | None = None
    ) -> tuple[Search, Found] | None:
        """A situation, in the first currency where there is one. Raises NotProven."""
        wanted, unwanted = list(include), list(exclude)
        for search in self.searches:
            found = search.find(wanted, unwanted, also(search.space) if also else ())
            if found is not None:
                return search, found
        return None

    def deciding(self, deciders: Mapping[str, int], also: Also | None = None) -> tuple[Search, Found] | None:
        """A situation where each of these questions is decided by its rule. Raises NotProven."""
        before = [index for question, rule in deciders.items() for index in self.earlier(question, rule)]
        if set(before) & set(deciders.values()):
            return None
        return self.first(deciders.values(), before, also)

    def said(self, rule: int | None, question: str, currency: str) -> Said:
        """What a rule (None: the default) makes of a question."""
        if rule is None:
            return Said(in_currency(QUESTIONS[question].default, currency))
        answers = self.rules[rule].answers
        answer = in_currency(answers[question], currency)
        note = answers.get("note") if question in ("accept", "verdict") else None
        return Said(answer, answer is None, note)

    def decider(self, question: str, situation: Found, *, below: int = -1) -> int | None:
        """The first rule (of those below one) that decides a question in a situation."""
        answering = (index for index in self.answering[question] if index > below)
        return next((index for index in answering if self._matches(index, situation)), None)

    def _matches(self, rule: int, situation: Found) -> bool:
        return all(
            holds(asked, situation.get(asked.fact, IF_UNKNOWN.get(asked.fact))) for asked in self._asked[rule]
        )

    # Findings --------------------------------------------------------------------------------------

    def finding(
        self,
        kind: Kind,
        about: Iterable[int | RuleAt],
        message: str,
        suggestion: str,
        *,
        questions: Iterable[str] = (),
        severity: Severity | None = None,
        witness: Witness | None = None,
        compared: Witness | None = None,
    ) -> Finding:
        rules = tuple(each if isinstance(each, RuleAt) else self._at(each) for each in about)
        line = rules[0].line if rules else 1
        return Finding(
            kind, severity or SEVERITIES[kind], self.policy.file, line, rules, tuple(questions),
            message, suggestion, witness, compared,
        )  # fmt: skip

    def _at(self, rule: int) -> RuleAt:
        return RuleAt(self.rules[rule].name, self.rules[rule].line)

    def trying(self, kind: Kind, rule: int, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
        """The findings of a check; where the budget ends first, that it was not proven for this rule."""
        try:
            yield from list(check())
        except NotProven:
            self._unproven.setdefault(kind, []).append(rule)

    def unproven(self) -> Iterator[Finding]:
        """One finding for each kind that was not searched to the end."""
        for kind, rules in self._unproven.items():
            first = ", ".join(f"“{self.rules[index].name}”" for index in rules[:3])
            more = f" and {len(rules) - 3} more" if len(rules) > 3 else ""
            yield self.finding(
                "not-proven",
                rules,
                f"Not proven: whether there is a “{kind}” finding about {first}{more}.",
                "The search took too many steps. Lint again with a larger budget, or write fewer rules.",
            )


def currencies_of(policy: Policy, catalogue: Catalogue) -> list[str]:
    """The policy's own currency first, then what it names and what the shop sells in."""
    others = set(named_currencies(policy)) | (catalogue.currencies or set())
    return [policy.currency, *sorted(others - {policy.currency})]


def named_currencies(policy: Policy) -> dict[str, int]:
    """Each currency that a rule tells amounts in, with the first rule that does."""
    found: dict[str, int] = {}
    for index, rule in enumerate(policy.rules):
        asked = [code for condition in rule.conditions for code in condition.currencies]
        for code in (*asked, *(code for answer in rule.answers.values() for code in _currencies(answer))):
            found.setdefault(code, index)
    return found


def _currencies(answer: object) -> Iterator[str]:
    match answer:
        case Money() if answer.minor:
            yield answer.currency
        case Prices(each):
            yield from (money.currency for money in each)
        case RawRates(rates):
            for rate in rates:
                yield from _currencies(rate.amount)
        case _:
            return
