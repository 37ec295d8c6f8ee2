"""Days are counted as the law counts them. Facts W3, W4, W7, W10, W12–W14; C178–C181 of our figures."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.core.calendar import (
    complete_on,
    next_working_day,
    pay_by,
    pay_by_unheld,
    send_back_by,
    window_end,
    withdrawal_end,
)

NONE: frozenset[date] = frozenset()
DUTCH = holidays.country_holidays("NL", years=range(2025, 2029))
days = st.dates(date(2025, 1, 1), date(2028, 12, 1))


def test_a_window_ending_on_saturday_closes_on_monday() -> None:
    assert window_end(date(2026, 11, 21), 14, NONE) == date(2026, 12, 7)


def test_the_day_of_the_event_is_not_counted() -> None:
    assert window_end(date(2026, 11, 16), 1, NONE) == date(2026, 11, 17)


def test_christmas_is_jumped_over() -> None:
    # Day 14 is Friday 25 December; the 26th is a holiday and a Saturday, the 27th a Sunday.
    assert window_end(date(2026, 12, 11), 14, DUTCH) == date(2026, 12, 28)


@given(days)
def test_the_roll_ends_on_the_first_working_day(day: date) -> None:
    end = next_working_day(day, DUTCH)
    assert end.weekday() < 5
    assert end not in DUTCH
    between = [day + timedelta(days=n) for n in range((end - day).days)]
    assert all(skipped.weekday() >= 5 or skipped in DUTCH for skipped in between)


@given(days, st.integers(0, 400), st.integers(0, 400))
def test_a_longer_window_never_ends_sooner(event: date, shorter: int, longer: int) -> None:
    low, high = sorted((shorter, longer))
    assert window_end(event, low, DUTCH) <= window_end(event, high, DUTCH)


@pytest.mark.parametrize(
    ("age", "window", "open_"), [(5, 30, True), (60, 30, False), (20, 14, False), (14, 14, True)]
)
def test_a_window_is_open_up_to_its_last_day(age: int, window: int, open_: bool) -> None:
    asked = date(2026, 11, 20)
    assert (asked <= window_end(asked - timedelta(days=age), window, NONE)) is open_


def test_an_order_is_complete_with_its_last_delivery() -> None:
    assert complete_on([date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 4)]) == date(2026, 3, 9)


@pytest.mark.parametrize("deliveries", [[], [None], [date(2026, 3, 2), None]])
def test_an_unknown_delivery_leaves_the_window_without_a_start(deliveries: list[date | None]) -> None:
    assert complete_on(deliveries) is None


COMPLETE = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("informed", "end"),
    [
        (date(2026, 2, 20), date(2026, 3, 16)),
        (COMPLETE, date(2026, 3, 16)),
        (date(2026, 5, 4), date(2026, 5, 18)),
        (None, date(2027, 3, 16)),
        (date(2027, 3, 15), date(2027, 3, 16)),
    ],
)
def test_who_was_told_late_may_withdraw_longer(informed: date | None, end: date) -> None:
    assert withdrawal_end(COMPLETE, informed, NONE) == end


@given(days, days)
def test_being_told_late_never_shortens_the_window(complete: date, informed: date) -> None:
    normal = withdrawal_end(complete, complete, DUTCH)
    assert normal <= withdrawal_end(complete, informed, DUTCH) <= withdrawal_end(complete, None, DUTCH)


def test_a_year_from_a_leap_day_ends_with_february() -> None:
    assert withdrawal_end(date(2028, 2, 15), None, NONE) == date(2029, 2, 28)


def test_goods_are_sent_back_within_the_days_given() -> None:
    assert send_back_by(date(2026, 11, 16), 14, NONE) == date(2026, 11, 30)


STATED = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("proof", "received", "expected"),
    [
        (None, None, None),
        (date(2026, 11, 4), None, date(2026, 11, 16)),
        (None, date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 20)),
        (date(2026, 11, 24), date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_money_is_due_when_proof_or_goods_are_there_but_not_before_fourteen_days(
    proof: date | None, received: date | None, expected: date | None
) -> None:
    assert pay_by(STATED, proof, received) == expected


def test_where_nothing_may_be_held_money_is_due_in_fourteen_days() -> None:
    assert pay_by_unheld(STATED) == date(2026, 11, 16)
