"""Segments follow from a shopper's figures over the stated period, and from tags."""

from __future__ import annotations

from decimal import Decimal

import pytest

from returns_app.money import Money
from returns_app.policy import RULE_PERIOD, Figures, Period, Policy, parse, periods_of, segments_of
from tests.policy.test_parse import GOOD

SEGMENTS = """
[[segment]]
name = "often"
when = { orders = ">= 6", return_rate = ">= 80%", period = "90 days" }
[[segment]]
name = "trade"
when = { tag = "trade-account" }
[[segment]]
name = "quiet"
when = { return_rate = "unknown", period = "2 years" }
"""

YEAR, QUARTER, LONG = Period(12, "months"), Period(90, "days"), Period(2, "years")


@pytest.fixture
def policy() -> Policy:
    return parse(GOOD + SEGMENTS, file="segments.toml")


def figures(orders: int = 0, spend: int = 0, rate: str | None = "0", currency: str = "EUR") -> Figures:
    return Figures(orders, Money(spend, currency), 0, None if rate is None else Decimal(rate))


KNOWN = {YEAR: figures(), QUARTER: figures(), LONG: figures()}


def test_a_segment_needs_every_condition_over_its_own_period(policy: Policy) -> None:
    busy = KNOWN | {YEAR: figures(spend=100_000), QUARTER: figures(orders=6, rate="80")}
    assert segments_of(policy, busy, frozenset()) == {"vip", "often"}
    swapped = KNOWN | {QUARTER: figures(spend=100_000), YEAR: figures(orders=6, rate="80")}
    assert segments_of(policy, swapped, frozenset()) == frozenset()
    assert segments_of(policy, KNOWN | {QUARTER: figures(orders=6, rate="79.9")}, frozenset()) == frozenset()


def test_tags_are_enough_where_only_tags_are_asked(policy: Policy) -> None:
    assert segments_of(policy, KNOWN, frozenset({"trade-account", "x"})) == {"trade"}


def test_a_rate_of_no_orders_is_unknown_and_so_are_missing_figures(policy: Policy) -> None:
    assert segments_of(policy, {LONG: figures(rate=None)}, frozenset()) == {"quiet"}
    assert segments_of(policy, {}, frozenset()) == {"quiet"}
    assert segments_of(policy, {LONG: figures(rate="0")}, frozenset()) == frozenset()


def test_spend_in_another_currency_is_unknown(policy: Policy) -> None:
    assert (
        segments_of(policy, KNOWN | {YEAR: figures(spend=999_999, currency="GBP")}, frozenset())
        == frozenset()
    )


def test_the_periods_asked_for_are_named(policy: Policy) -> None:
    assert periods_of(policy) == {YEAR, QUARTER, LONG}
    asking = GOOD.replace('"12 months"', '"3 years"').replace(
        'reason = "other" }\nthen', 'orders = ">= 3" }\nthen'
    )
    assert periods_of(parse(asking, file="asking.toml")) == {Period(3, "years"), RULE_PERIOD}
