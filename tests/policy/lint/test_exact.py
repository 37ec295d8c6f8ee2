"""Lint against every situation counted out: it finds what is there, and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, example, given, settings

from returns_app.policy import (
    QUESTIONS,
    Engine,
    Finding,
    PayOn,
    Policy,
    Witness,
    compile_policy,
    lint,
    parse_situation,
)
from returns_app.policy.amounts import in_currency
from returns_app.policy.lint.asking import Catalogue, currencies_of
from returns_app.policy.lint.generosity import COMPARED, worse
from tests.policy.lint.drawn import allowed, every_situation, small_documents
from tests.strategies_policy import HOUSE_ANSWERS, policy_of

SHOWN_WITH = ("accept", "verdict")


class Counted:
    """Which rules match together, in every situation there is."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.engine = policy, compile_policy(policy)
        self.currencies = currencies_of(policy, Catalogue())
        self.matching: dict[tuple[str, int], dict[str, Any]] = {}
        self.all: list[tuple[str, dict[str, Any]]] = []
        for currency in self.currencies:
            for situation in every_situation(policy, currency):
                self.all.append((currency, situation))
                self.matching.setdefault((currency, self.engine.matching(situation)), situation)

    def decider(self, question: str, matching: int, without: int | None = None) -> int | None:
        for index, rule in enumerate(self.policy.rules):
            if index != without and matching >> index & 1 and question in rule.answers:
                return index
        return None

    def said(self, question: str, matching: int, currency: str, without: int | None = None) -> Any:
        index = self.decider(question, matching, without)
        answers = {} if index is None else self.policy.rules[index].answers
        told = answers[question] if index is not None else QUESTIONS[question].default
        answer = in_currency(told, currency)
        return (
            answer,
            index is not None and answer is None,
            answers.get("note") if question in SHOWN_WITH else None,
        )

    def decides(self, rule: int, question: str) -> bool:
        return any(self.decider(question, matching) == rule for _, matching in self.matching)

    def uses(self, rule: int, question: str) -> bool:
        asked = SHOWN_WITH if question == "note" else (question,)
        return any(self.decides(rule, name) for name in asked if name in self.policy.rules[rule].answers)

    def changes_nothing(self, rule: int) -> bool:
        return any(self.decides(rule, question) for question in self.policy.rules[rule].answers) and all(
            self.said(question, matching, currency) == self.said(question, matching, currency, rule)
            for currency, matching in self.matching
            for question in QUESTIONS
        )


def expected(counted: Counted) -> set[tuple[Any, ...]]:
    return {*of_rules(counted), *unanswered(counted), *dead_ends(counted), *paid_before(counted)}


def of_rules(counted: Counted) -> Iterator[tuple[Any, ...]]:
    for index, rule in enumerate(counted.policy.rules):
        if not any(matching >> index & 1 for _, matching in counted.matching):
            yield "condition-never-holds", rule.name
            continue
        unused = [question for question in rule.answers if not counted.uses(index, question)]
        if len(unused) == len(rule.answers) and unused != ["note"]:
            yield "unreachable-rule", rule.name
        else:
            yield from (("answer-never-used", rule.name, question) for question in unused)
        if counted.changes_nothing(index):
            yield "redundant-rule", rule.name


def unanswered(counted: Counted) -> Iterator[tuple[Any, ...]]:
    for currency, matching in counted.matching:
        for question in QUESTIONS:
            _, unpriced, _ = counted.said(question, matching, currency)
            if unpriced:
                decider = counted.decider(question, matching)
                assert decider is not None
                yield "question-unanswered", counted.policy.rules[decider].name, currency, question


def dead_ends(counted: Counted) -> Iterator[tuple[Any, ...]]:
    rules = counted.policy.rules
    for currency, matching in counted.matching:
        accept, offers, methods = (
            counted.said(question, matching, currency)[0] for question in ("accept", "offers", "methods")
        )
        if accept == "yes" and offers == ():
            yield "dead-end", rules[counted.decider("offers", matching) or 0].name
        elif accept == "yes" and methods == () and offers != ("keep",):
            yield "dead-end", rules[counted.decider("methods", matching) or 0].name


def paid_before(counted: Counted) -> Iterator[tuple[Any, ...]]:
    rules = counted.policy.rules
    for currency, situation in counted.all:
        matching = counted.engine.matching(situation)
        accept, offers, pay_on, verdict = (
            counted.said(question, matching, currency)[0]
            for question in ("accept", "offers", "pay_on", "verdict")
        )
        assert isinstance(pay_on, PayOn)
        early = [each for each in offers if each != "keep" and pay_on.for_(each) in ("approval", "scan")]
        judged = verdict == "refuse" or (verdict == "deduct" and situation.get("ground") != "claim")
        if early and accept != "no" and judged:
            payer, judge = counted.decider("pay_on", matching), counted.decider("verdict", matching)
            yield "inspection-after-money", rules[payer or 0].name, rules[judge or 0].name


def told(finding: Finding) -> Iterator[tuple[Any, ...]]:
    first = finding.rules[0].name
    match finding.kind:
        case "answer-never-used":
            yield finding.kind, first, finding.questions[0]
        case "question-unanswered":
            assert finding.witness is not None
            yield from ((finding.kind, first, finding.witness.currency, q) for q in finding.questions)
        case "inspection-after-money":
            yield from ((finding.kind, first, judge.name) for judge in finding.rules[1:])
        case _:
            yield finding.kind, first


def nothing_known_is_a_situation_too() -> dict[str, Any]:
    """The only situation where the first rule changes anything is the empty one."""
    wide = {"name": "wide", "when": {"tag": ["x", "unknown"]}, "then": {"fee": "5"}}
    narrow = {"name": "narrow", "when": {"tag": "x"}, "then": {"fee": "5"}}
    house = {"name": "house", "then": HOUSE_ANSWERS}
    return {"title": "t", "currency": "EUR", "rule": [wide, narrow, house]}


@example(nothing_known_is_a_situation_too())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_documents())
def test_lint_finds_what_counting_finds_and_nothing_else(document: dict[str, Any]) -> None:
    policy = policy_of(document)
    report = lint(policy)
    assert report.proven
    found = [each for each in report.findings if each.kind != "worse-for-better-segment"]
    assert {each for finding in found for each in told(finding)} == expected(Counted(policy))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_documents())
def test_every_witness_is_a_situation_of_the_theory_and_shows_its_finding(document: dict[str, Any]) -> None:
    policy = policy_of(document)
    engine = compile_policy(policy)
    for finding in lint(policy).findings:
        assert finding.witness is not None
        for witness in (finding.witness, finding.compared):
            if witness is not None:
                assert allowed(witness.situation)
                assert engine.currency_of(witness.situation) == witness.currency
                assert written_and_read(witness, policy) == witness.situation
        shows(finding, finding.witness, engine)


def written_and_read(witness: Witness, policy: Policy) -> dict[str, Any]:
    raw = tomllib.loads(f"given = {witness.given(policy.currency)}")["given"]
    return parse_situation(raw, currency=policy.currency)


def shows(finding: Finding, witness: Witness, engine: Engine) -> None:
    """The engine itself, put into the witness' situation, does what the finding says."""
    explained = engine.explain(witness.situation).questions
    matching = engine.matching(witness.situation)
    names = [rule.name for rule in engine.policy.rules]
    first = names.index(finding.rules[0].name) if finding.rules[0].name in names else None
    match finding.kind:
        case "condition-never-holds":
            assert first is None or not matching >> first & 1
        case "unreachable-rule" | "answer-never-used":
            assert first is not None
            assert matching >> first & 1
            asked = {
                name for each in finding.questions for name in (SHOWN_WITH if each == "note" else (each,))
            }
            assert all(explained[question].index != first for question in asked)
        case "question-unanswered":
            assert all(explained[question].unpriced for question in finding.questions)
        case "dead-end":
            assert explained["accept"].answer == "yes"
            assert explained[finding.questions[1]].answer == ()
        case "inspection-after-money":
            assert explained["pay_on"].index == first
            assert explained["verdict"].rule in [rule.name for rule in finding.rules[1:]]
        case "redundant-rule":
            assert any(explained[question].index == first for question in finding.questions)
        case "worse-for-better-segment":
            assert finding.compared is not None
            beside = engine.explain(finding.compared.situation).questions
            for question in finding.questions:
                assert worse(question, explained[question].answer, beside[question].answer)
        case _:
            raise AssertionError(finding.kind)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_documents())
def test_a_better_segment_fares_worse_just_where_counting_says_so(document: dict[str, Any]) -> None:
    policy = policy_of(document)
    found = {
        (*(rule.name for rule in finding.rules), question)
        for finding in lint(policy).findings
        if finding.kind == "worse-for-better-segment"
        for question in finding.questions
    }
    assert found == surprises(policy)


def surprises(policy: Policy) -> set[tuple[str, ...]]:
    """“high” beside everyone and beside “low”, and “twice”, which has a tag, beside nobody."""
    engine, found = compile_policy(policy), set()
    for situation in every_situation(policy, "EUR"):
        if "high" in situation.get("segment", ()) and "spend" not in situation:
            for instead in ({"low"}, set()):
                other = situation | {"segment": situation["segment"] - {"high"} | instead}
                found |= set(worse_in(engine, situation, other))
    return found


def worse_in(engine: Engine, situation: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    mine, theirs = engine.explain(situation).questions, engine.explain(other).questions
    for question in COMPARED:
        if worse(question, mine[question].answer, theirs[question].answer):
            rules = (mine[question].rule, theirs[question].rule)
            yield (*(name for name in rules if name is not None), question)
