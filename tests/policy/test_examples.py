"""The rules real shops asked for and published, as policies whose cases come out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from returns_app.money import Money
from returns_app.policy import Decision, compile_policy, decide, parse, run_cases
from tests.policy.laws import PACKS

FILES = sorted((Path(__file__).parents[2] / "policies" / "examples").glob("*.toml"))
FIFTEEN = compile_policy(
    parse(next(file for file in FILES if file.stem == "fifteen").read_text("utf-8"), file="fifteen.toml")
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_cases_come_out(file: Path) -> None:
    engine = compile_policy(parse(file.read_text("utf-8"), file=file.name))
    assert engine.policy.cases
    assert run_cases(engine) == ()


def half_off(days: int) -> Decision:
    withdrawal = "open" if days <= 14 else "closed"
    sold = {"discount": Decimal(60), "price": Money(4000, "EUR"), "country": "NL", "ground": "return"}
    known = {**sold, "withdrawal": withdrawal, "delivered_days": days, "requested_on": date(2026, 11, 20)}
    return decide(FIFTEEN, known, law=PACKS)


def test_over_half_off_gives_the_law_s_minimum_and_says_so() -> None:
    in_time, late = half_off(10), half_off(20)
    assert (in_time.verdict, in_time.answers.offers) == ("accepted", ("refund",))
    assert in_time.note is not None
    assert in_time.note.in_("en") == "By law you may withdraw from this purchase, without giving a reason."
    assert late.verdict == "refused"
    assert late.note is not None
    assert "after the law's own days it is final" in late.note.in_("en")
