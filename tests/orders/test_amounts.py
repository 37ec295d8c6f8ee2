"""Amounts as told tie to the cent, whatever is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.orders.amounts import OrderDoesNotAddUp, amounts_of
from tests.orders.makers import a_line, told

cents = st.integers(0, 200_000)


def euros(minor: int) -> str:
    return f"{Decimal(minor) / 100:.2f}"


@given(
    lines=st.lists(st.tuples(st.integers(1, 50), cents, st.integers(0, 100)), min_size=1, max_size=8),
    off=st.integers(0, 100),
    shipping=cents,
    rounding=st.integers(-2, 2),
)
def test_lines_shipping_and_charges_are_the_total(
    lines: list[tuple[int, int, int]], off: int, shipping: int, rounding: int
) -> None:
    grosses = [quantity * price - quantity * price * percent // 100 for quantity, price, percent in lines]
    discount = sum(grosses) * off // 100
    total = sum(grosses) - discount + shipping + rounding
    if total < 0:
        return
    order = told(
        lines=[
            a_line(quantity=q, unit_price=euros(price), discount=euros(q * price * percent // 100))
            for q, price, percent in lines
        ],
        discount=euros(discount),
        shipping={"amount": euros(shipping), "tax_rate": "21"},
        charges=[{"name": "Rounding", "amount": euros(rounding)}],
        total=euros(total),
    )
    amounts = amounts_of(order)
    assert sum(line.paid for line in amounts.lines) == sum(grosses) - discount
    assert amounts.total == total
    for line, gross in zip(amounts.lines, grosses, strict=True):
        assert 0 <= line.tax <= line.paid <= gross


@given(st.lists(cents, min_size=1, max_size=6), st.sampled_from([-1, 1]))
def test_one_cent_beside_the_total_is_refused(paid: list[int], beside: int) -> None:
    wrong = sum(paid) + beside
    if wrong < 0:
        return
    lines = [a_line(paid=euros(one), tax="0") for one in paid]
    with pytest.raises(OrderDoesNotAddUp, match="does not add up"):
        amounts_of(told(lines=lines, shipping={}, total=euros(wrong)))


def test_what_was_told_per_line_is_never_recomputed() -> None:
    """13.9563 × 9 must match the invoice (PrestaShop issue 40271), whatever we would make of it."""
    fine = amounts_of(told(lines=[a_line(quantity=9, unit_price="13.9563")], shipping={}, total="125.61"))
    assert (fine.lines[0].paid, fine.lines[0].unit_price) == (12561, 1396)
    said = a_line(quantity=9, unit_price="13.96", paid="125.61", tax="21.81")
    exact = amounts_of(told(lines=[said], shipping={}, total="125.61"))
    assert (exact.lines[0].paid, exact.lines[0].tax) == (12561, 2181)


def test_ten_at_a_quarter_off_are_not_a_cent_too_much() -> None:
    """10 × 23.90 less 25 % is 179.25, not 179.26 (WooCommerce issue 64668)."""
    order = told(
        lines=[a_line(quantity=10, unit_price="23.90", tax_rate="20")],
        discount="59.75",
        shipping={},
        total="179.25",
    )
    assert [line.paid for line in amounts_of(order).lines] == [17925]


def test_currencies_without_cents() -> None:
    order = told(
        currency="JPY", lines=[a_line(quantity=1, unit_price="9899")], shipping={}, total="9899", payments=[]
    )
    assert amounts_of(order).total == 9899
