"""What was paid is allocated once per unit. Figures C… are other projects', as selected in refund_cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.core.paid import (
    PaidUnit,
    less_discount,
    paid_units,
    shipping_paid,
    tax_share,
    tax_within,
    together,
)
from returns_app.money import Money, MoneyError
from tests.core.makers import cents, eur, line, order


@pytest.mark.parametrize(
    ("paid", "quantity", "units"),
    [
        ("300", 3, ["100", "100", "100"]),  # solidus C001
        ("290", 3, ["96.67", "96.67", "96.66"]),  # solidus C002: 100 − 10/3 each, summing to 290
        ("1.67", 2, ["0.84", "0.83"]),  # solidus C026: the odd cent on exactly one unit
        ("10.01", 2, ["5.01", "5.00"]),  # woocommerce C198
        ("99.15", 3, ["33.05", "33.05", "33.05"]),  # Sylius C081: 3 × 33.68 less 1.89
        ("179.25", 10, ["17.93"] * 5 + ["17.92"] * 5),  # woocommerce#64668: never 179.26
        ("0", 2, ["0", "0"]),
    ],
)
def test_the_odd_cents_go_to_the_first_units(paid: str, quantity: int, units: list[str]) -> None:
    assert [unit.gross for unit in paid_units(eur(paid), eur(0), quantity)] == [eur(unit) for unit in units]


@given(st.integers(0, 10**7), st.integers(1, 60), st.sampled_from([0, 600, 900, 2100, 2333]))
def test_units_add_up_to_the_line_in_gross_and_tax(paid: int, quantity: int, rate: int) -> None:
    tax = tax_within(cents(paid), rate)
    assert together(paid_units(cents(paid), tax, quantity), "EUR") == PaidUnit(cents(paid), tax)


def test_two_notes_share_the_tax_of_their_line_exactly() -> None:
    # getlago C138: 163.99 in all with 27.33 tax; 82.00 with 13.67, then 81.99 with 13.66.
    first, second = paid_units(eur("163.99"), eur("27.33"), 2)
    assert first == PaidUnit(eur("82.00"), eur("13.67"))
    assert second == PaidUnit(eur("81.99"), eur("13.66"))


def test_an_order_wide_discount_is_spread_by_the_lines_gross() -> None:
    # vendurehq/vendure C105: 299 over 4300, 1400, 2300 is 161, 52, 86.
    assert less_discount([cents(4300), cents(1400), cents(2300)], cents(299)) == [
        cents(4139), cents(1348), cents(2214),
    ]  # fmt: skip


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8), st.data())
def test_a_discount_leaves_no_line_below_zero(grosses: list[int], data: st.DataObject) -> None:
    discount = data.draw(st.integers(0, sum(grosses)))
    rest = less_discount([cents(gross) for gross in grosses], cents(discount))
    assert sum(money.minor for money in rest) == sum(grosses) - discount
    assert min(money.minor for money in rest) >= 0


def test_a_discount_above_the_lines_is_refused() -> None:
    with pytest.raises(MoneyError):
        less_discount([cents(100)], cents(101))


@pytest.mark.parametrize(
    ("gross", "tax", "part", "share"),
    [
        ("15.00", "3.00", "5.00", "1.00"),  # Sylius C100
        ("11.00", "1.00", "5.50", "0.50"),  # Sylius C094
        ("11.50", "1.50", "5.75", "0.75"),  # Sylius C095
        ("10.00", "2.00", "5.00", "1.00"),  # polar C129
        ("110.00", "10.00", "110.00", "10.00"),  # woocommerce C185
        ("10.00", "0.00", "10.00", "0.00"),  # woocommerce C209: a rate alone extracts nothing
        ("0", "0", "0", "0"),
    ],
)
def test_a_part_carries_its_share_of_the_tax_really_charged(
    gross: str, tax: str, part: str, share: str
) -> None:
    assert tax_share(eur(part), PaidUnit(eur(gross), eur(tax))) == eur(share)


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [("121", 2100, "21"), ("12.30", 2300, "2.30"), ("31.71", 2333, "6.00"), ("5", 0, "0")],
)
def test_tax_is_found_inside_a_gross_amount(gross: str, rate: int, tax: str) -> None:
    assert tax_within(eur(gross), rate) == eur(tax)


def test_shipping_is_a_unit_of_its_own_with_its_own_tax() -> None:
    # Sylius C078: (10 − 50 %) × 1.23.
    assert shipping_paid(eur("6.15"), 2300) == PaidUnit(eur("6.15"), eur("1.15"))


def test_yen_have_no_smaller_part() -> None:
    units = paid_units(Money(9_899, "JPY"), Money(900, "JPY"), 2)
    assert [unit.gross.minor for unit in units] == [4_950, 4_949]


def test_an_order_knows_its_lines() -> None:
    shoes = line("shoes", paid=eur("80"))
    assert order(shoes).line("shoes") is shoes
    with pytest.raises(KeyError):
        order(shoes).line("boots")
