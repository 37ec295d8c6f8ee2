"""Money is exact: read, split and rounded in one place. Figures C102–C112 and C186 are other projects'."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.money import Money, MoneyError, exponent, round_half_up, spread, total

minors = st.integers(-(10**12), 10**12)
euros = minors.map(lambda minor: Money(minor, "EUR"))
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_a_currency_has_its_own_places(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("3.95", "EUR", 395),
        ("-0.01", "EUR", -1),
        ("9899", "JPY", 9899),
        ("1.005", "KWD", 1005),
        (7, "EUR", 700),
    ],
)
def test_an_amount_is_read_exactly(text: str | int, currency: str, minor: int) -> None:
    assert Money.of(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("3.955", "EUR"), ("0.5", "JPY"), ("three", "EUR"), ("", "EUR"), ("NaN", "EUR"), ("Infinity", "EUR")],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(MoneyError):
        Money.of(text, currency)


@given(minors, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_written_and_read_again_is_the_same(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money
    assert Money.of(str(money).removeprefix(f"{currency} "), currency) == money


def test_money_is_stored_and_read_again_unchanged() -> None:
    money = Money.of("3.95", "EUR")
    assert msgspec.json.decode(msgspec.json.encode(money), type=Money) == money


@given(euros, euros)
def test_amounts_compare_as_their_minor_units_do(one: Money, other: Money) -> None:
    assert (one < other, one <= other) == (one.minor < other.minor, one.minor <= other.minor)
    assert (one > other, one >= other) == (one.minor > other.minor, one.minor >= other.minor)
    assert max(one, other).minor == max(one.minor, other.minor)


@given(euros, euros)
def test_adding_and_taking_away_cancel(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert one + -one == Money.zero("EUR")
    assert one * 3 == total([one, one, one], "EUR")


def test_two_currencies_cannot_be_mixed_or_compared() -> None:
    euro, yen = Money(1, "EUR"), Money(1, "JPY")
    assert euro != yen
    for attempt in (
        lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: euro <= yen,
        lambda: euro > yen, lambda: euro >= yen, lambda: total([yen], "EUR"),
    ):  # fmt: skip
        with pytest.raises(MoneyError):
            attempt()


def test_the_sum_of_nothing_is_zero_and_zero_is_false() -> None:
    assert total([], "EUR") == Money.zero("EUR")
    assert not Money.zero("EUR")
    assert Money(-1, "EUR")


def test_decimals_do_not_fall_into_the_float_trap() -> None:
    assert Money.of("43.20", "EUR") + Money.of("19.20", "EUR") == Money.of("62.40", "EUR")


@pytest.mark.parametrize(
    ("value", "whole"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("2.4999", 2)]
)
def test_halves_are_rounded_away_from_zero(value: str, whole: int) -> None:
    assert round_half_up(Decimal(value)) == whole


@pytest.mark.parametrize(
    ("minor", "points", "part"), [(1000, "10", 100), (333, "50", 167), (9899, "10", 990), (1, "0", 0)]
)
def test_a_percentage_is_rounded_once(minor: int, points: str, part: int) -> None:
    assert Money(minor, "JPY").percent(Decimal(points)) == Money(part, "JPY")


@given(euros, euros, euros)
def test_a_clamped_amount_lies_between_its_bounds(amount: Money, one: Money, other: Money) -> None:
    low, high = min(one, other), max(one, other)
    assert low <= amount.clamp(low, high) <= high


# vendurehq/vendure, integer proration by largest remainder: C102, C103, C105–C108, C110, C112.
@pytest.mark.parametrize(
    ("weights", "amount", "parts"),
    [
        ([123], 300, [300]),
        ([4000, 2000, 2000], 300, [150, 75, 75]),
        ([4300, 1400, 2300], 299, [161, 52, 86]),
        ([1000, 1000, 1000], 299, [100, 100, 99]),
        ([10, 20, 10, 30, 50, 20, 10, 40], 95, [5, 10, 5, 15, 25, 10, 5, 20]),
        ([10, 20, 10, 30, 50, 20, 10, 40], 93, [5, 10, 5, 15, 24, 10, 5, 19]),
        ([0, 0], 10, [5, 5]),
        ([100, 100], -20, [-10, -10]),
    ],
)
def test_an_amount_is_spread_by_largest_remainder(weights: list[int], amount: int, parts: list[int]) -> None:
    assert spread(amount, weights) == parts


@given(minors, weights)
def test_parts_always_sum_to_the_amount(amount: int, weights: list[int]) -> None:
    assert sum(spread(amount, weights)) == amount


@given(minors, weights)
def test_a_part_is_never_a_whole_cent_off_its_share(amount: int, weights: list[int]) -> None:
    whole = sum(weights)
    if whole:
        parts = spread(amount, weights)
        assert all(
            abs(part * whole - amount * weight) < whole for part, weight in zip(parts, weights, strict=True)
        )


def test_there_must_be_something_to_spread_over() -> None:
    assert spread(0, []) == []
    with pytest.raises(MoneyError):
        spread(1, [])
    with pytest.raises(MoneyError):
        spread(1, [2, -1])
