"""What changed since the shopper saw the quote is told item by item."""

from __future__ import annotations

from returns_app.core.differences import Difference, UnitsChanged, difference
from returns_app.core.quote import quote
from tests.core.makers import asked, case, eur, line, order, rates

MUGS = line("mugs", paid=eur("30"), quantity=3)
BOWL = line("bowl", paid=eur("12"))
PAID = order(MUGS, BOWL)


def test_a_missing_unit_is_named_with_what_it_costs() -> None:
    # spree PR#14678: three announced, two arrived, pay for two.
    changes = difference(
        quote(case(PAID, asked("mugs", [0, 1, 2]))), quote(case(PAID, asked("mugs", [0, 1])))
    )
    assert changes.units == (UnitsChanged("mugs", 3, 2, "refund", "refund"),)
    assert changes.items == (Difference("goods", "mugs", eur("30"), eur("20")),)
    assert changes.sums == {"refund": (eur("30"), eur("20"))}


def test_a_deduction_and_a_line_that_never_came_are_told_apart() -> None:
    shown = quote(case(PAID, asked("mugs", [0]), asked("bowl")))
    acted = quote(case(PAID, asked("mugs", [0], deduction=eur("2.50"))))
    changes = difference(shown, acted)
    assert changes.units == (UnitsChanged("bowl", 1, 0, "refund", None),)
    assert [(item.item, item.line, item.gain) for item in changes.items] == [
        ("deduction", "mugs", eur("-2.50")),
        ("goods", "bowl", eur("-12")),
    ]


def test_a_changed_choice_is_told_with_its_cost() -> None:
    costs = rates(refund=eur("3.95"))
    shown = quote(case(PAID, asked("bowl", return_shipping=costs)))
    acted = quote(case(PAID, asked("bowl", resolution="credit", return_shipping=costs)))
    changes = difference(shown, acted)
    assert changes.units == (UnitsChanged("bowl", 1, 1, "refund", "credit"),)
    assert changes.items == (Difference("return_cost", None, eur("3.95"), eur(0)),)
    assert changes.sums == {"refund": (eur("8.05"), eur(0)), "credit": (eur(0), eur("12"))}


def test_an_order_line_that_stands_twice_is_compared_piece_by_piece() -> None:
    shown = quote(case(PAID, asked("mugs", [0]), asked("mugs", [1], "credit")))
    acted = quote(case(PAID, asked("mugs", [0]), asked("mugs", [1], "credit", deduction=eur("1"))))
    assert difference(shown, acted).items == (Difference("deduction", "mugs", eur(0), eur("1")),)
