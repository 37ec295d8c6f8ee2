"""The compiled engine says what a plain reading of the rules from top to bottom says."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import QUESTIONS, Answers, Percent, compile_policy, decide
from returns_app.policy.amounts import in_currency
from tests.policy.plain_reading import deciding_rule, rule_matches
from tests.strategies_policy import HOUSE_ANSWERS, VALUES, documents, policy_of, situations


def currency_of(situation: dict[str, Any]) -> str:
    price = situation.get("price")
    return price.currency if isinstance(price, Money) else "EUR"


@settings(deadline=None)
@given(documents(), situations(), st.data())
def test_every_answer_is_that_of_the_first_rule_that_matches_and_answers(
    document: dict[str, Any], around: dict[str, Any], data: st.DataObject
) -> None:
    policy = policy_of(document)
    engine = compile_policy(policy)
    asked_about = {fact for rule in document["rule"] for fact in rule.get("when", {})} or {"reason"}
    fact = data.draw(st.sampled_from(sorted(asked_about)))
    for situation in [around, *(around | {fact: value} for value in VALUES[fact])]:
        answers, explanation = engine.answer(situation), engine.explain(situation)
        for name, question in QUESTIONS.items():
            index = deciding_rule(document, name, situation)
            told = question.default if index is None else policy.rules[index].answers[name]
            assert explanation.questions[name].index == index
            assert getattr(answers, name) == in_currency(told, currency_of(situation))
            assert engine.answer_to(name, situation) == getattr(answers, name)


@settings(deadline=None)
@given(documents(), situations())
def test_an_explanation_names_the_matched_facts_and_the_later_rules_it_overrode(
    document: dict[str, Any], situation: dict[str, Any]
) -> None:
    explanation = compile_policy(policy_of(document)).explain(situation)
    for name, told in explanation.questions.items():
        speaking = [r for r in document["rule"] if name in r["then"] and rule_matches(r, situation)]
        assert [told.rule, *told.overrode] == ([rule["name"] for rule in speaking] or [None])
        for matched in told.matched:
            assert matched.value == situation.get(matched.fact)
        if speaking:
            dated = {"requested_on"} if {"from", "until"} & speaking[0].keys() else set()
            assert {each.fact for each in told.matched} == speaking[0].get("when", {}).keys() | dated


@settings(deadline=None)
@given(documents(), situations())
def test_the_same_question_gets_the_same_answer_from_a_fresh_engine(
    document: dict[str, Any], situation: dict[str, Any]
) -> None:
    policy = policy_of(document)
    used = compile_policy(policy)
    used.answer(situation)
    assert used.answer(situation) == compile_policy(policy).answer(situation)
    assert decide(used, situation) == decide(compile_policy(policy), situation)


OPEN = [
    "reason",
    "answer.fit",
    "tag",
    "delivered_days",
    "product_type",
    "requested_on",
    "discount",
    "whole_order",
]


@settings(max_examples=60, deadline=None)  # machines under load are slow, not wrong
@given(documents(), situations(), st.lists(st.sampled_from(OPEN), max_size=2, unique=True))
def test_possible_answers_are_those_of_every_value_still_open(
    document: dict[str, Any], situation: dict[str, Any], open_facts: list[str]
) -> None:
    engine = compile_policy(policy_of(document))
    possible = engine.possible(situation, open_facts)
    expected: dict[str, set[Any]] = {name: set() for name in QUESTIONS}
    closed = {name: value for name, value in situation.items() if name not in open_facts}
    for values in product(*([None, *_every_value(name)] for name in open_facts)):
        chosen = {name: value for name, value in zip(open_facts, values, strict=True) if value is not None}
        answers = engine.answer(closed | chosen)
        for name, answer in expected.items():
            answer.add(getattr(answers, name))
    assert possible == expected


def _every_value(fact: str) -> list[Any]:
    more: dict[str, list[Any]] = {"product_type": ["gift"], "tag": [frozenset({"b"})]}
    return VALUES[fact] + more.get(fact, [])


def test_a_price_that_is_open_is_tried_in_every_currency_a_rule_names() -> None:
    dear = {"name": "dear", "when": {"price": {"EUR": "> 10", "GBP": "> 8"}}, "then": {"accept": "review"}}
    cheap = {"name": "unpriced", "when": {"price": "unknown"}, "then": {"accept": "no"}}
    engine = compile_policy(policy_of(_document(dear, cheap)))
    assert engine.possible({}, ["price"])["accept"] == {"yes", "review", "no"}


def test_neighbours_of_a_break_point_are_told_apart_by_one_engine() -> None:
    rule = {"name": "early", "when": {"delivered_days": "< 10"}, "then": {"accept": "no"}}
    engine = compile_policy(policy_of(_document(rule)))
    assert [engine.answer({"delivered_days": days}).accept for days in (9, 10, 11)] == ["no", "yes", "yes"]


def test_not_an_amount_speaks_of_its_own_currency_only() -> None:
    rule = {"name": "odd", "when": {"price": {"EUR": "not 10", "GBP": "not 5"}}, "then": {"accept": "no"}}
    engine = compile_policy(policy_of(_document(rule)))
    prices = [Money(1000, "EUR"), Money(500, "GBP"), Money(500, "EUR"), Money(1000, "SEK")]
    assert [engine.answer({"price": price}).accept for price in prices] == ["yes", "yes", "no", "yes"]


def test_a_word_and_its_longer_sister_are_different_paths() -> None:
    rule = {"name": "a", "when": {"product_type": "apparel"}, "then": {"accept": "no"}}
    engine = compile_policy(policy_of(_document(rule)))
    assert engine.answer({"product_type": "apparel/shoes/boots"}).accept == "no"
    assert engine.answer({"product_type": "apparelish"}).accept == "yes"


def test_an_amount_without_this_currency_is_left_open_and_said_so() -> None:
    rule = {"name": "fee", "when": {"reason": "other"}, "then": {"fee": {"EUR": "5", "GBP": "4"}}}
    engine = compile_policy(policy_of(_document(rule)))
    pounds = {"reason": "other", "price": Money(900, "GBP")}
    kronor = {"reason": "other", "price": Money(900, "SEK")}
    fee = engine.answer(pounds).fee
    assert fee is not None
    assert fee.for_("refund") == Money(400, "GBP")
    assert engine.answer(kronor).fee is None
    assert engine.explain(kronor).questions["fee"].unpriced
    assert engine.answer({"price": Money(900, "SEK")}).fee is not None  # nothing is nothing in every currency


def test_many_values_are_forgotten_again_and_still_answered() -> None:
    rule = {"name": "late", "when": {"ordered_days": "> 5000"}, "then": {"credit_bonus": "1%"}}
    engine = compile_policy(policy_of(_document(rule)))
    bonuses = [engine.answer({"ordered_days": days}).credit_bonus for days in range(10_000)]
    assert sum(isinstance(bonus, Percent) and bonus.points == 1 for bonus in bonuses) == 4_999


def test_the_answers_are_the_questions() -> None:
    assert Answers.__struct_fields__ == tuple(QUESTIONS)


def _document(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"title": "t", "currency": "EUR", "rule": [*rules, {"name": "house", "then": HOUSE_ANSWERS}]}
