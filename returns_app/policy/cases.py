"""The examples a merchant wrote beside the rules, run against them."""

from __future__ import annotations

from typing import Any

import msgspec

from returns_app.money import Money
from returns_app.policy.amounts import Amount, Cost, Percent, Rates, in_currency, is_zero
from returns_app.policy.compile import Engine
from returns_app.policy.explain import Explained


class Mismatch(msgspec.Struct, frozen=True):
    """A case that does not come out: what it expected of a question, what the rules say, and which rule."""

    case: str
    line: int
    question: str
    expected: Any
    got: Any
    rule: str | None


def run_cases(engine: Engine) -> tuple[Mismatch, ...]:
    """Every answer in every case that differs from what is expected; empty when all come out."""
    return tuple(
        Mismatch(case.name, case.line, name, expected, told.answer, told.rule)
        for case in engine.policy.cases
        for explanation in [engine.explain(case.given)]
        for name, expected in _in(case.expect, explanation.currency)
        for told in [explanation.questions[name]]
        if not _agrees(expected, told)
    )


def _in(expect: dict[str, object], currency: str) -> list[tuple[str, object | None]]:
    return [(name, in_currency(answer, currency)) for name, answer in expect.items()]


def _agrees(expected: object, told: Explained) -> bool:
    """Amounts agree when they are equal or both nothing; rates in every cell the case names."""
    if isinstance(expected, Rates):
        return isinstance(told.answer, Rates) and all(
            _same_amount(expected.for_(*cell), told.answer.for_(*cell)) for cell in expected.cells()
        )
    if isinstance(expected, Money | Percent | Cost) and told.answer is not None:
        return _same_amount(expected, told.answer)
    return expected is not None and expected == told.answer


def _same_amount(expected: Amount, got: Amount) -> bool:
    return expected == got or (is_zero(expected) and is_zero(got))
