"""One answer for several lines: the shopper pays the least, money waits for the strictest."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import (
    METHODS,
    MOMENTS,
    QUESTIONS,
    RESOLUTIONS,
    AnsweredPerLine,
    Cost,
    PayOn,
    Rate,
    Rates,
)
from returns_app.policy import merge as merged


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def rates(*each: Rate) -> Rates:
    return Rates(each, "EUR")


_AMOUNTS = st.one_of(st.integers(0, 500).map(euros), st.just(Cost()))
_RATES = st.lists(
    st.builds(Rate, st.sampled_from([None, *RESOLUTIONS]), st.sampled_from([None, *METHODS]), _AMOUNTS),
    max_size=4,
).map(lambda each: rates(*each))


@settings(deadline=None)
@given(st.lists(_RATES, min_size=1, max_size=4), st.integers(0, 600), st.sampled_from(RESOLUTIONS))
def test_the_shopper_pays_the_least_any_line_asks_whatever_the_label_costs(
    lines: list[Rates], label: int, resolution: str
) -> None:
    def paid(answer: Rates, method: str) -> int:
        amount = answer.for_(resolution, method)
        return amount.minor if isinstance(amount, Money) else label

    for method in METHODS:
        least = min(paid(line, method) for line in lines)
        assert min(paid(answer, method) for answer in merged("return_shipping", lines)) == least


def test_money_and_the_label_s_price_are_both_kept() -> None:
    money, cost = rates(Rate(None, None, euros(395))), rates(Rate(None, None, Cost()))
    first, second = merged("return_shipping", [money, cost])
    assert {first.for_("refund", "label"), second.for_("refund", "label")} == {euros(395), Cost()}


def test_one_answer_for_all_lines_stays_as_it_is() -> None:
    free = rates(Rate(None, None, euros(0)))
    assert merged("return_shipping", [free, free]) == (free,)
    assert merged("pay_on", [PayOn("scan"), PayOn("scan")]) == (PayOn("scan"),)


_PAY_ON = st.one_of(
    st.sampled_from(MOMENTS).map(PayOn),
    st.dictionaries(st.sampled_from(RESOLUTIONS), st.sampled_from(MOMENTS)).map(
        lambda each: PayOn(None, tuple(each.items()))
    ),
)


@settings(deadline=None)
@given(st.lists(_PAY_ON, min_size=1, max_size=4))
def test_money_waits_for_the_strictest_line(lines: list[PayOn]) -> None:
    [answer] = merged("pay_on", lines)
    for resolution in RESOLUTIONS:
        latest = max(MOMENTS.index(line.for_(resolution)) for line in lines)
        assert MOMENTS.index(answer.for_(resolution)) == latest


EXAMPLES: list[tuple[str, list[Any], set[Any]]] = [
    ("methods", [("label", "qr"), ("label", "pickup")], {"label", "qr", "pickup"}),
    ("bonus_cap", [euros(4000), euros(6000)], {euros(6000)}),
    ("bonus_cap", [euros(4000), None], {None}),
    ("shipping_refund", ["none", "whole-order"], {"whole-order"}),
    ("shipping_refund", ["proportional", "whole-order", "none"], {"proportional", "whole-order"}),
    ("shipping_refund", ["none", "none"], {"none"}),
    ("promotion", ["reclaim", "keep"], {"keep"}),
    ("promotion", ["reclaim", "reclaim"], {"reclaim"}),
    ("gift_back", ["yes", "no"], {"no"}),
    ("ship_to", ["Venlo", None, "Venlo"], {"Venlo", None}),
]


@pytest.mark.parametrize(("question", "answers", "expected"), EXAMPLES)
def test_examples_in_any_order(question: str, answers: list[Any], expected: set[Any]) -> None:
    for order in permutations(answers):
        got = merged(question, order)
        assert set(got[0] if question == "methods" else got) == expected


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_of_a_parcel_or_return_is_merged_and_none_of_a_line(question: str) -> None:
    if QUESTIONS[question].scope == "line":
        with pytest.raises(AnsweredPerLine, match=question):
            merged(question, [])
    else:
        assert isinstance(merged(question, [None]), tuple)
