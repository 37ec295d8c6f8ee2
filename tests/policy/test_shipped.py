"""The policies we ship: their cases come out, both languages are there, and the law is never undercut."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import Engine, Note, compile_policy, decide, parse, run_cases
from returns_app.policy.amounts import is_zero

FILES = sorted((Path(__file__).parents[2] / "policies").glob("*.toml"))
ENGINES = {file.stem: compile_policy(parse(file.read_text("utf-8"), file=file.name)) for file in FILES}

REASONS = [
    "too-small", "too-large", "not-as-described", "changed-mind", "arrived-late", "damaged", "defective",
    "wrong-item", "missing-parts", "better-price", "other",
]  # fmt: skip
TYPES = [
    "apparel/shoes/boots",
    "apparel/swimwear",
    "electronics/earbuds",
    "electronics/download",
    "home",
    "gift/card",
]

situations = st.fixed_dictionaries(
    {"delivered_days": st.integers(0, 14)},
    optional={
        "reason": st.sampled_from(REASONS),
        "product_type": st.sampled_from(TYPES),
        "segment": st.sampled_from([frozenset(), frozenset({"vip"}), frozenset({"often-returns"})]),
        "price": st.integers(0, 200_000).map(lambda minor: Money(minor, "EUR")),
        "discount": st.just(Decimal(70)),
        "gift": st.booleans(),
        "tag": st.just(frozenset({"hygiene"})),
        "sealed": st.booleans(),
    },
)
engines = st.sampled_from(sorted(ENGINES)).map(ENGINES.__getitem__)


def test_three_are_shipped() -> None:
    assert set(ENGINES) == {"fashion", "electronics", "plain"}


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_the_cases_come_out(name: str) -> None:
    assert len(ENGINES[name].policy.cases) >= 5
    assert run_cases(ENGINES[name]) == ()


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_words_for_shoppers_are_in_both_languages(name: str) -> None:
    notes = [rule.answers["note"] for rule in ENGINES[name].policy.rules if "note" in rule.answers]
    assert notes
    assert all(isinstance(note, Note) and {"en", "nl"} <= dict(note.each).keys() for note in notes)


@settings(deadline=None)
@given(engines, situations)
def test_a_withdrawal_in_time_is_accepted_without_fee_or_photo(
    engine: Engine, situation: dict[str, Any]
) -> None:
    # W1, W2: Directive 2011/83/EU art. 9(1): no reason, and no cost beyond sending it back.
    decision = decide(engine, situation | {"ground": "withdrawal", "withdrawal": "open"})
    assert decision.verdict == "accepted"
    assert decision.answers.fee is not None
    assert is_zero(decision.answers.fee.for_("refund"))
    assert decision.answers.evidence == "none"
    assert "refund" in (decision.answers.offers or ())


@settings(deadline=None)
@given(engines, situations)
def test_a_consumer_s_return_while_withdrawal_is_open_is_as_kind(
    engine: Engine, situation: dict[str, Any]
) -> None:
    decision = decide(engine, situation | {"ground": "return", "withdrawal": "open"})
    assert decision.verdict == "accepted"
    assert decision.answers.fee is not None
    assert is_zero(decision.answers.fee.for_("refund"))
    assert "refund" in (decision.answers.offers or ())
    assert (
        decide(engine, situation | {"ground": "return", "withdrawal": "open"}, stage="inspection").verdict
        != "refused"
    )


@settings(deadline=None)
@given(engines, situations, st.integers(0, 3650))
def test_a_claim_is_never_refused_nor_at_the_shopper_s_cost(
    engine: Engine, situation: dict[str, Any], days: int
) -> None:
    # G1, G4: Directive (EU) 2019/771 art. 10, 14; in the Netherlands without a fixed end (BW 7:17, 7:21).
    claim = situation | {"ground": "claim", "delivered_days": days}
    decision = decide(engine, claim)
    assert decision.verdict != "refused"
    assert decision.answers.fee is not None
    assert decision.answers.return_shipping is not None
    for resolution in decision.answers.offers or ():
        assert is_zero(decision.answers.fee.for_(resolution))
        assert all(is_zero(rate.amount) for rate in decision.answers.return_shipping.rates)
    assert decide(engine, claim, stage="inspection").verdict == "accepted"


@settings(deadline=None)
@given(engines, situations)
def test_thirty_days_are_promised_on_the_shop_s_own_return(engine: Engine, situation: dict[str, Any]) -> None:
    returned = situation | {
        "ground": "return",
        "delivered_days": 30,
        "buyer": "consumer",
        "withdrawal": "closed",
    }
    assert "window-closed" not in [reason.code for reason in decide(engine, returned).reasons]
