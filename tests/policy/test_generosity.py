"""The order of generosity: for every question a total join that is never worse than either answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.core.case import amount_of
from returns_app.money import Money
from returns_app.policy import (
    GRADES,
    METHODS,
    QUESTIONS,
    RESOLUTIONS,
    Amount,
    Cost,
    Deduction,
    Either,
    Note,
    PayOn,
    Percent,
    Rate,
    Rates,
    Span,
    Window,
)
from returns_app.policy.generosity import joined_amount

euros = st.integers(0, 800).map(lambda minor: Money(minor, "EUR"))
points = st.integers(0, 100).map(Decimal)
percents = points.map(Percent)


def _rates(amounts: st.SearchStrategy[Any], methods: tuple[str | None, ...]) -> st.SearchStrategy[Rates]:
    rate = st.builds(Rate, st.sampled_from([None, *RESOLUTIONS]), st.sampled_from(methods), amounts)
    return st.lists(rate, max_size=4).map(lambda each: Rates(tuple(each), "EUR"))


def _words(question: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(QUESTIONS[question].generous.kindest_first)  # type: ignore[attr-defined]  (Ranked)


def _some(words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(words), unique=True).map(tuple)


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "accept": _words("accept"),
    "window": st.builds(lambda days: Window((Span(days, "delivery"),)), st.integers(0, 99)),
    "offers": _some(RESOLUTIONS),
    "fee": _rates(st.one_of(euros, percents), (None,)),
    "return_shipping": _rates(st.one_of(euros, st.just(Cost())), (None, *METHODS)),
    "credit_bonus": st.one_of(euros, percents),
    "exchange_bonus": st.one_of(euros, percents),
    "bonus_cap": st.one_of(st.none(), euros),
    "keep": points,
    "exchange_for": _words("exchange_for"),
    "methods": _some(METHODS),
    "evidence": _words("evidence"),
    "pay_on": st.sampled_from(["scan", "receipt"]).map(lambda moment: PayOn(moment)),
    "shipping_refund": st.sampled_from(["none", "proportional", "whole-order"]),
    "promotion": _words("promotion"),
    "gift_back": _words("gift_back"),
    "verdict": _words("verdict"),
    "deduction": st.dictionaries(st.sampled_from(GRADES), points).map(
        lambda each: Deduction(tuple(each.items()))
    ),
    "ship_to": st.one_of(st.none(), st.just("Venlo")),
    "flag": st.one_of(st.none(), st.just("look")),
    "note": st.one_of(st.none(), st.just(Note((("en", "words"),)))),
}


def said(question: str, answer: Any) -> Any:
    """An answer by its meaning: lists as sets, rates cell by cell."""
    if isinstance(answer, Rates):
        return tuple(answer.for_(resolution, method) for resolution in RESOLUTIONS for method in METHODS)
    if isinstance(answer, Deduction):
        return tuple(answer.for_(grade) for grade in GRADES)
    return frozenset(answer) if question in ("offers", "methods") else answer


def normal(question: str, answer: Any) -> Any:
    """Nothing is nothing, in percent too."""
    zero = Money(0, "EUR")
    meant = said(question, answer)
    if isinstance(meant, tuple):
        return tuple(zero if amount == Percent(Decimal(0)) else amount for amount in meant)
    return zero if meant == Percent(Decimal(0)) else meant


@pytest.mark.parametrize("question", sorted(QUESTIONS))
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_the_join_is_total_idempotent_and_does_not_mind_who_is_first(
    question: str, data: st.DataObject
) -> None:
    join = QUESTIONS[question].generous.join
    one, two, three = (data.draw(ANSWERS[question]) for _ in range(3))
    assert join(one, one) == one
    if QUESTIONS[question].generous.compared:
        assert normal(question, join(one, two)) == normal(question, join(two, one))
        left, right = join(join(one, two), three), join(one, join(two, three))
        assert normal(question, left) == normal(question, right)
        assert normal(question, join(join(one, two), two)) == normal(question, join(one, two))
    else:
        assert join(one, two) == one


@settings(deadline=None)
@given(
    st.lists(st.one_of(euros, percents, st.just(Cost())), min_size=1, max_size=4),
    st.sampled_from(["less", "more"]),
    euros,
    euros,
)
def test_a_joined_amount_is_worth_what_the_best_of_them_is_on_any_case(
    amounts: list[Amount], better: Any, base: Money, label: Money
) -> None:
    joined = amounts[0]
    for amount in amounts[1:]:
        joined = joined_amount(joined, amount, better)
    worth = [amount_of(amount, base, label) for amount in amounts]
    assert amount_of(joined, base, label) == (min(worth) if better == "less" else max(worth))


def test_a_label_without_a_price_yet_does_not_beat_a_published_one() -> None:
    joined = joined_amount(Money(395, "EUR"), Cost(), "less")
    assert joined == Either((Money(395, "EUR"), Cost()), "less")
    assert amount_of(joined, Money(0, "EUR")) == Money(395, "EUR")
    assert amount_of(joined, Money(0, "EUR"), Money(310, "EUR")) == Money(310, "EUR")


@settings(deadline=None)
@given(ANSWERS["return_shipping"], ANSWERS["return_shipping"], euros)
def test_joined_rates_cost_the_least_of_both_whatever_the_label_costs(
    one: Rates, two: Rates, label: Money
) -> None:
    joined, zero = QUESTIONS["return_shipping"].generous.join(one, two), Money(0, "EUR")
    for resolution in RESOLUTIONS:
        for method in METHODS:
            costs = [amount_of(rates.for_(resolution, method), zero, label) for rates in (joined, one, two)]
            assert costs[0] == min(costs[1:])


def test_a_share_and_the_whole_shipping_are_both_kept() -> None:
    join = QUESTIONS["shipping_refund"].generous.join
    assert join("proportional", "whole-order") == join("whole-order", "proportional") == "either"
    assert join("none", "proportional") == "proportional"
    assert join("either", "none") == join("either", "whole-order") == "either"
