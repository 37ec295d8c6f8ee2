"""Findings by hand: the ones brute force can't count out, budgets, and the shipped policies."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from returns_app.money import Money
from returns_app.policy import Catalogue, Finding, compile_policy, lint, parse
from tests.strategies_policy import HOUSE_ANSWERS, policy_of

POLICIES = sorted((Path(__file__).parents[3] / "policies").glob("*.toml"))


def findings(
    *rules: dict[str, Any], segments: tuple[dict[str, Any], ...] = (), **options: Any
) -> list[Finding]:
    named = [{"name": f"rule {index}"} | rule for index, rule in enumerate(rules)]
    house = {"name": "house", "then": HOUSE_ANSWERS}
    told = {"segment": list(segments)} if segments else {}
    document = {"title": "t", "currency": "EUR"} | told | {"rule": [*named, house]}
    return list(lint(policy_of(document), **options).findings)


def kinds(*rules: dict[str, Any], **more: Any) -> list[str]:
    return [finding.kind for finding in findings(*rules, **more)]


NO = {"accept": "no"}


@pytest.mark.parametrize(
    "when",
    [
        {"discount": "> 100%"},
        {"quantity": "< 1"},
        {"delivered_days": "< 0"},
        {"delivered_days": "> 20", "dispatched_days": "<= 20"},
        {"dispatched_days": "> 20", "ordered_days": "<= 20"},
        {"ordered_on": ">= 2026-05-10", "requested_on": "< 2026-05-10"},
        {"ordered_on": "2026-05-01", "requested_on": "2026-05-10", "ordered_days": "10"},
        {"ordered_on": "2026-05-01", "requested_on": "2026-05-10", "delivered_days": "10"},
        {"withdrawal": "closed", "delivered_days": "<= 14", "buyer": "consumer"},
        {"withdrawal": "open", "buyer": "business"},
        {"conformity": "closed", "delivered_days": "<= 730", "buyer": "consumer"},
        {"orders": 0, "return_rate": "> 0%"},
        {"orders": 0, "spend": "> 0.00"},
        {"price": {"EUR": "> 1"}, "return_total": {"GBP": "> 1"}},
        {"segment": "unknown", "gift": True, "discount": "> 100%"},
    ],
)
def test_what_the_theory_rules_out_can_never_hold(when: dict[str, Any]) -> None:
    [first, *_] = findings({"when": when, "then": NO})
    assert first.kind == "condition-never-holds"
    assert first.severity == "error"
    assert first.rules[0].name == "rule 0"
    core = {fact for fact in when if f"{fact} " in first.message}
    assert core == when.keys() - ({"segment", "gift"} if "segment" in when else set())


@pytest.mark.parametrize(
    "when",
    [
        {"discount": "100%"},
        {"return_rate": "> 100%"},
        {"delivered_days": "> 20", "dispatched_days": "> 20"},
        {"ordered_on": "2026-05-01", "requested_on": "2026-05-10", "ordered_days": "9"},
        {"withdrawal": "closed", "delivered_days": "<= 14"},
        {"withdrawal": "closed", "delivered_days": "15", "buyer": "consumer"},
        {"orders": 0, "returns": "> 1"},
    ],
)
def test_what_it_doesn_t_rule_out_can(when: dict[str, Any]) -> None:
    assert "condition-never-holds" not in kinds({"when": when, "then": NO})


def test_the_dates_of_a_rule_are_conditions_too() -> None:
    rule = {"until": date(2026, 5, 1), "when": {"ordered_on": "> 2026-05-01"}, "then": NO}
    assert kinds(rule) == ["condition-never-holds"]


SILVER = {"name": "silver", "when": {"spend": ">= 500", "period": "12 months"}}
GOLD = {"name": "gold", "when": {"spend": ">= 1000", "period": "1 year"}}
ONCE = {"name": "new", "when": {"spend": "< 500", "period": "24 months"}}


def test_segments_that_can_t_both_hold_by_their_definitions() -> None:
    both = {"when": {"segment": "gold", "return_rate": "unknown"}, "then": NO}
    assert "condition-never-holds" not in kinds(both, segments=(SILVER, GOLD, ONCE))
    covered = [
        {"when": {"segment": "silver"}, "then": NO},
        {"when": {"segment": "gold"}, "then": {"accept": "yes"}},
    ]
    assert "unreachable-rule" in kinds(*covered, segments=(SILVER, GOLD))
    new_and_gold = [
        {"when": {"segment": "new"}, "then": NO},
        {"when": {"segment": "gold", "spend": "< 900"}, "then": NO},
    ]
    assert "condition-never-holds" in kinds(*new_and_gold, segments=(SILVER, GOLD, ONCE))


def test_a_segment_nobody_can_be_in() -> None:
    nobody = {"name": "nobody", "when": {"orders": 0, "return_rate": ">= 50%", "period": "90 days"}}
    [finding] = findings(segments=(nobody,))
    assert (finding.kind, finding.rules[0].name) == ("condition-never-holds", "nobody")


def test_names_are_held_against_the_catalogue_paths_with_their_parents() -> None:
    catalogue = Catalogue(
        reasons=frozenset({"too-small"}),
        product_types=frozenset({"apparel/shoes/boots"}),
        tags=frozenset({"sale"}),
        brands=frozenset({"Noor"}),
        methods=frozenset({"label", "store"}),
    )
    known = {"reason": "too-small", "product_type": "apparel/shoes", "tag": "sale", "brand": "not Noor"}
    assert kinds({"when": known, "then": NO}, catalogue=catalogue) == []
    strange = {"reason": "to-small", "product_type": "apparel/shoe", "tag": "sales", "brand": "Nor"}
    found = findings(
        {"when": strange, "then": {"methods": ["pickup"], "accept": "review"}}, catalogue=catalogue
    )
    assert [each.kind for each in found] == ["unknown-name"] * 5
    assert "Did you mean “too-small”?" in found[0].suggestion
    assert all(each.witness for each in found)


def test_ways_the_shop_can_t_carry_are_a_dead_end() -> None:
    catalogue = Catalogue(methods=frozenset({"label"}))
    rule = {"when": {"gift": True}, "then": {"methods": ["pickup"]}}
    assert "dead-end" in kinds(rule, catalogue=catalogue)
    assert "dead-end" not in kinds(rule)


def test_a_currency_the_shop_sells_in_needs_its_amounts() -> None:
    found = findings(catalogue=Catalogue(currencies=frozenset({"EUR", "GBP"})))
    assert [(each.kind, each.severity) for each in found] == [("question-unanswered", "warning")]
    assert found[0].witness is not None
    assert found[0].witness.situation == {"price": Money(2500, "GBP")}


def test_a_small_budget_says_not_proven_and_never_fine() -> None:
    rules = [{"when": {"reason": f"r{index % 3}", "gift": True}, "then": NO} for index in range(6)]
    document = [*rules, {"when": {"reason": "r1", "gift": True}, "then": {"accept": "yes"}}]
    assert "unreachable-rule" in kinds(*document)
    found = findings(*document, budget=30)
    assert "not-proven" in [each.kind for each in found]
    [report] = [lint(parse(POLICIES[0].read_text("utf-8"), file="p.toml"), budget=1)]
    assert not report.proven
    assert report.findings


def test_the_same_policy_takes_the_same_steps() -> None:
    policy = parse(POLICIES[0].read_text("utf-8"), file="p.toml")
    assert lint(policy, budget=3_000) == lint(policy, budget=3_000)


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_shipped_policies_lint_clean_but_for_what_their_comments_explain(file: Path) -> None:
    text = file.read_text("utf-8")
    report = lint(parse(text, file=file.name))
    assert report.proven
    lines = text.splitlines()
    for finding in report.findings:
        assert finding.kind == "inspection-after-money"
        assert lines[finding.line - 2].startswith("# Lint warns here")
    assert len(report.findings) == text.count("# Lint warns here")


# A hundred thousand chances ------------------------------------------------------------------------

WORDS = {"reason": "abcde", "country": ["NL", "BE", "DE"], "channel": ["web", "app"], "brand": "pqr"}
DAY = date(2026, 5, 1)


def _drawn_rule(chance: random.Random, index: int) -> dict[str, Any]:
    when: dict[str, Any] = {
        fact: chance.sample(list(words), k=chance.randint(1, 2))
        for fact, words in WORDS.items()
        if chance.random() < 0.35
    }
    for fact in ("delivered_days", "dispatched_days"):
        if chance.random() < 0.3:
            low = chance.randint(0, 40)
            when[fact] = f"{low}..{low + chance.randint(0, 25)}"
    then = dict.fromkeys(chance.sample(["credit_bonus", "exchange_bonus", "keep"], k=2), f"{index}%")
    return ({"when": when} if when else {"when": {"gift": True}}) | {"then": then}


def _drawn_situation(chance: random.Random) -> dict[str, Any]:
    situation: dict[str, Any] = {
        fact: chance.choice([*words, "never named"]) for fact, words in WORDS.items()
    }
    delivered = chance.randint(0, 70)
    return situation | {
        "delivered_days": delivered,
        "dispatched_days": delivered + chance.randint(0, 8),
        "requested_on": DAY + timedelta(days=chance.randint(0, 30)),
        "gift": chance.random() < 0.5,
    }


@pytest.mark.parametrize("seed", [3, 11])
def test_what_is_called_unreachable_is_never_reached_in_a_hundred_thousand_situations(seed: int) -> None:
    chance = random.Random(seed)
    rules = [{"name": f"rule {index}"} | _drawn_rule(chance, index) for index in range(70)]
    house = {"name": "house", "then": HOUSE_ANSWERS}
    policy = policy_of({"title": "t", "currency": "EUR", "rule": [*rules, house]})
    report = lint(policy)
    never = {
        (finding.rules[0].name, question)
        for finding in report.findings
        if finding.kind in ("condition-never-holds", "unreachable-rule", "answer-never-used")
        for question in finding.questions
    }
    engine, questions = compile_policy(policy), ("credit_bonus", "exchange_bonus", "keep")
    answering = {
        name: [rule.name if name in rule.answers else None for rule in policy.rules] for name in questions
    }
    met = {engine.matching(_drawn_situation(chance)) for _ in range(50_000)}
    decided = {(_first(answering[name], matching), name) for matching in met for name in questions}
    assert report.proven
    assert never
    assert not never & decided


def _first(names: list[str | None], matching: int) -> str | None:
    return next((name for index, name in enumerate(names) if name and matching >> index & 1), None)
