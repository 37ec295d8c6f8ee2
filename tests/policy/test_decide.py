"""The decision: windows and their anchors, review in doubt, the bench's verdict, the shopper's words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import Answers, Decision, Engine, compile_policy, decide
from tests.strategies_policy import HOUSE_ANSWERS, documents, policy_of, situations

TODAY = date(2026, 11, 22)


def engine(*rules: dict[str, Any], **house: Any) -> Engine:
    named = [{"name": f"rule {index}"} | rule for index, rule in enumerate(rules)]
    last = {"name": "house", "then": HOUSE_ANSWERS | house}
    return compile_policy(policy_of({"title": "t", "currency": "EUR", "rule": [*named, last]}))


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


@settings(deadline=None)
@given(documents(), situations(), st.sampled_from(["request", "inspection"]))
def test_every_situation_is_decided_and_every_doubt_has_a_reason(
    document: dict[str, Any], situation: dict[str, Any], stage: Any
) -> None:
    decision = decide(compile_policy(policy_of(document)), situation, stage=stage)
    assert (decision.verdict == "accepted") == (not decision.reasons)
    if stage == "request":
        assert (decision.answers.accept == "no") == ("rule-refuses" in codes(decision))


@pytest.mark.parametrize(("days", "verdict"), [(0, "accepted"), (30, "accepted"), (31, "refused")])
def test_the_last_day_of_the_window_is_part_of_it(days: int, verdict: str) -> None:
    decision = decide(engine(), {"requested_on": TODAY, "delivered_days": days})
    assert decision.verdict == verdict
    assert decision.window_ends == TODAY - timedelta(days=days) + timedelta(days=30)


def test_the_first_known_anchor_counts() -> None:
    known = {"requested_on": TODAY, "delivered_days": 31, "dispatched_days": 32}
    assert codes(decide(engine(), known)) == ["window-closed"]
    decision = decide(engine(), {"requested_on": TODAY, "dispatched_days": 32})
    assert (decision.verdict, decision.window_ends) == ("accepted", TODAY + timedelta(days=3))


def test_without_a_known_anchor_a_person_decides() -> None:
    decision = decide(engine(), {"requested_on": TODAY, "ordered_days": 2})
    assert (decision.verdict, decision.window_ends) == ("review", None)
    assert codes(decision) == ["window-without-anchor"]


def test_an_order_s_age_follows_from_its_day() -> None:
    policy = engine(window="14 days from order")
    assert decide(policy, {"requested_on": TODAY, "ordered_on": date(2026, 11, 8)}).verdict == "accepted"
    assert decide(policy, {"requested_on": TODAY, "ordered_on": date(2026, 11, 7)}).verdict == "refused"
    assert decide(policy, {"ordered_on": date(2026, 11, 7)}).verdict == "review"


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [(date(2027, 1, 31), "accepted"), (date(2027, 2, 1), "refused"), (None, "review")],
)
def test_a_window_until_a_day_includes_it(asked: date | None, verdict: str) -> None:
    situation: dict[str, Any] = {} if asked is None else {"requested_on": asked}
    decision = decide(engine(window="until 2027-01-31"), situation)
    assert (decision.verdict, decision.window_ends) == (verdict, date(2027, 1, 31))


def test_a_refusal_names_all_its_reasons_and_the_rules_behind_them() -> None:
    final = {"when": {"tag": "final"}, "then": {"accept": "no"}}
    decision = decide(engine(final), {"tag": frozenset({"final"}), "delivered_days": 99})
    assert [(r.code, r.side, r.rule) for r in decision.reasons] == [
        ("rule-refuses", "merchant", "rule 0"),
        ("window-closed", "merchant", "house"),
    ]
    assert [side.name for side in decision.sides] == ["merchant"]


def test_accepted_without_a_way_on_goes_to_a_person() -> None:
    delivered = {"delivered_days": 1}
    assert codes(decide(engine(offers=[]), delivered)) == ["no-offer"]
    assert codes(decide(engine(methods=[]), delivered)) == ["no-method"]
    assert codes(decide(engine(methods=[], offers=["keep"]), delivered)) == []


def test_no_amount_in_the_order_s_currency_goes_to_a_person() -> None:
    decision = decide(engine(fee="5"), {"delivered_days": 1, "price": Money(100, "GBP")})
    assert "no-amount-in-currency" in codes(decision)
    assert "fee" in [reason.question for reason in decision.reasons]


@pytest.mark.parametrize("code", ["accept", "verdict"])
def test_a_note_is_shown_when_its_own_rule_decided(code: str) -> None:
    extra = {"then": {"credit_bonus": "20%", "note": {"en": "More!", "nl": "Meer!"}}}
    refusing = {"then": {"accept": "no", "verdict": "refuse", "note": {"en": "Sorry", "nl": "Helaas"}}}
    stage: Any = "request" if code == "accept" else "inspection"
    note = decide(engine(extra, refusing), {"delivered_days": 1}, stage=stage).note
    assert note is not None
    assert (note.in_("nl"), note.in_("en"), note.in_("fr")) == ("Helaas", "Sorry", "Sorry")
    assert decide(engine(extra), {"delivered_days": 1}, stage=stage).note is None


DEDUCT = {"then": {"verdict": "deduct"}}


def test_a_deduction_is_proposed_to_a_person_by_grade() -> None:
    decision = decide(engine(DEDUCT), {"ground": "return", "grade": "C"}, stage="inspection")
    assert (decision.verdict, decision.deduction, codes(decision)) == (
        "review",
        Decimal(25),
        ["deduction-proposed"],
    )


def test_nothing_to_deduct_is_accepted() -> None:
    decision = decide(engine(DEDUCT), {"ground": "return", "grade": "B"}, stage="inspection")
    assert (decision.verdict, decision.deduction) == ("accepted", None)


def test_a_claim_never_loses_to_a_deduction() -> None:
    decision = decide(engine(DEDUCT), {"ground": "claim", "grade": "C"}, stage="inspection")
    assert (decision.verdict, decision.deduction) == ("accepted", None)


def test_a_missing_grade_goes_to_a_person() -> None:
    assert codes(decide(engine(DEDUCT), {"ground": "return"}, stage="inspection")) == ["grade-missing"]


def test_the_bench_can_refuse_after_the_window_has_closed() -> None:
    refuse = {"when": {"sealed": False}, "then": {"verdict": "refuse"}}
    late = {"delivered_days": 60, "sealed": False}
    assert codes(decide(engine(refuse), late, stage="inspection")) == ["inspection-refuses"]
    assert decide(engine(refuse), late | {"sealed": True}, stage="inspection").verdict == "accepted"


@settings(deadline=None)
@given(documents(), situations())
def test_a_decision_can_be_stored_and_its_answers_read_again(
    document: dict[str, Any], situation: dict[str, Any]
) -> None:
    decision = decide(compile_policy(policy_of(document)), situation)
    stored = msgspec.json.encode(decision)
    again = msgspec.json.decode(stored, type=Decision)
    assert (
        again.answers
        == decision.answers
        == msgspec.json.decode(msgspec.json.encode(decision.answers), type=Answers)
    )
    assert msgspec.json.encode(again) == stored
