"""The promises of money, whatever the order, the policy and the steps: nothing is lost, nothing is made."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from returns_app.core.case import SALE_UNDONE, Case, Earlier
from returns_app.core.differences import difference
from returns_app.core.offers import offers
from returns_app.core.paid import PaidOrder
from returns_app.core.quote import Quote, quote
from returns_app.money import Money, total
from tests.core.makers import asked, total_of
from tests.core.strategies import cases, paid_orders, tenders, units_of

ZERO = Money.zero("EUR")


@st.composite
def all_back_in_steps(draw: st.DrawFn) -> tuple[PaidOrder, list[list[tuple[str, int]]]]:
    """An order, and all of its units in any order, cut into any number of returns."""
    paid = draw(paid_orders())
    units = draw(st.permutations(units_of(paid)))
    cuts = sorted(draw(st.sets(st.integers(1, len(units)), max_size=4)))
    bounds = zip([0, *cuts], [*cuts, len(units)], strict=True)
    return paid, [units[low:high] for low, high in bounds if high > low]


def lines_of(units: list[tuple[str, int]], resolution: Any, shipping_refund: str) -> list[Any]:
    by_line: dict[str, list[int]] = defaultdict(list)
    for line, unit in units:
        by_line[line].append(unit)
    return [asked(line, by_line[line], resolution, shipping_refund=shipping_refund) for line in by_line]


def after(earlier: Earlier, units: list[tuple[str, int]], quoted: Quote) -> Earlier:
    return msgspec.structs.replace(
        earlier,
        given=earlier.given + quoted.refund + quoted.credit + quoted.account,
        shipping=earlier.shipping + quoted.shipping_refund,
        back=earlier.back | set(units),
    )


@given(all_back_in_steps(), st.data())
def test_all_units_back_in_any_steps_give_exactly_what_was_paid(
    story: tuple[PaidOrder, list[list[tuple[str, int]]]], data: st.DataObject
) -> None:
    paid, steps = story
    shipping_refund = data.draw(st.sampled_from(["proportional", "whole-order"]))
    payments = data.draw(tenders(total_of(paid)))
    earlier, quotes = Earlier.nothing("EUR"), list[Quote]()
    for units in steps:
        resolution = data.draw(st.sampled_from(sorted(SALE_UNDONE)))
        lines = tuple(lines_of(units, resolution, shipping_refund))
        quoted = quote(Case(order=paid, lines=lines, payments=payments, earlier=earlier))
        earlier = after(earlier, units, quoted)
        quotes.append(quoted)
    assert earlier.given == total_of(paid)
    assert earlier.shipping == paid.shipping.gross
    taxes = total((line.tax for quoted in quotes for line in quoted.lines), "EUR")
    assert taxes == total((unit.tax for line in paid.lines for unit in line.units), "EUR")


@given(all_back_in_steps(), st.data())
def test_each_payment_gets_back_exactly_what_it_paid(
    story: tuple[PaidOrder, list[list[tuple[str, int]]]], data: st.DataObject
) -> None:
    paid, steps = story
    payments = data.draw(tenders(total_of(paid)))
    earlier = Earlier.nothing("EUR")
    for units in steps:
        lines = tuple(lines_of(units, "refund", "proportional"))
        quoted = quote(Case(order=paid, lines=lines, payments=payments, earlier=earlier))
        given_to = {part.key: part.amount for part in quoted.refund_to.parts}
        assert quoted.refund_to.by_hand == ZERO
        earlier = after(earlier, units, quoted)
        payments = tuple(
            msgspec.structs.replace(one, refundable=one.refundable - given_to.get(one.key, ZERO))
            for one in payments
        )
    assert [one.refundable for one in payments] == [ZERO] * len(payments)


@given(cases())
def test_nothing_is_ever_negative_and_never_more_than_is_left(case: Case) -> None:
    quoted = quote(case)
    sums = [quoted.refund, quoted.credit, quoted.account, quoted.bonus, quoted.due]
    parts = [quoted.shipping_refund, quoted.shipping_tax, quoted.return_cost, quoted.new_shipping]
    items = [
        amount
        for line in quoted.lines
        for amount in (
            line.goods,
            line.held,
            line.tax,
            line.deduction,
            line.bonus,
            line.new_goods,
            line.value,
        )
    ]
    assert min(*sums, *parts, *items) >= ZERO
    assert quoted.refund + quoted.credit + quoted.account <= case.left


@given(cases())
def test_the_sums_are_the_items_and_not_a_cent_else(case: Case) -> None:
    quoted = quote(case)
    lines = total((line.balance for line in quoted.lines), "EUR")
    carriage = quoted.shipping_refund - quoted.return_cost - quoted.new_shipping
    assert quoted.balance == lines + carriage


@given(cases())
def test_a_bonus_stays_under_its_cap_and_needs_money(case: Case) -> None:
    quoted = quote(case)
    for asked_, line in zip(case.lines, quoted.lines, strict=True):
        cap = asked_.answers.bonus_cap
        assert cap is None or line.bonus <= max(cap - case.earlier.bonus, ZERO)
    caps = [asked_.answers.bonus_cap for asked_ in case.lines]
    known = [cap for cap in caps if cap is not None]
    if len(known) == len(caps):
        assert total((line.bonus for line in quoted.lines), "EUR") <= max(
            max(known) - case.earlier.bonus, ZERO
        )
    if not case.captured_in_money:
        assert not any(line.bonus for line in quoted.lines)


@given(cases())
def test_a_fee_never_makes_what_is_paid_back_negative(case: Case) -> None:
    for line in quote(case).lines:
        if line.resolution in SALE_UNDONE:
            assert ZERO <= line.fee <= line.value


@given(cases())
def test_no_payment_takes_more_than_it_can(case: Case) -> None:
    quoted = quote(case)
    room = {payment.key: payment.refundable for payment in case.payments}
    assert all(ZERO < part.amount <= room[part.key] for part in quoted.refund_to.parts)
    parts = total((part.amount for part in quoted.refund_to.parts), "EUR")
    assert parts + quoted.refund_to.by_hand == quoted.refund


@given(cases())
def test_the_same_case_has_the_same_quote_and_no_differences(case: Case) -> None:
    assert quote(case) == quote(case)
    changes = difference(quote(case), quote(case))
    assert (changes.units, changes.items, changes.sums) == ((), (), {})


@given(cases(), st.data())
def test_differences_explain_every_cent_between_shown_and_acted(case: Case, data: st.DataObject) -> None:
    arrived = data.draw(st.lists(st.sampled_from(case.lines), unique_by=lambda line: line.line))
    cut = tuple(
        msgspec.structs.replace(line, units=line.units[:1], deduction=Money(100, "EUR")) for line in arrived
    )
    shown, acted = quote(case), quote(msgspec.structs.replace(case, lines=cut))
    changes = difference(shown, acted)
    assert total((item.gain for item in changes.items), "EUR") == acted.balance - shown.balance
    assert bool(changes.sums) <= bool(changes.items)


@given(cases())
def test_each_offer_is_the_quote_of_that_choice_alone(case: Case) -> None:
    for asked_ in case.lines:
        for offer in offers(case, asked_.line):
            assert offer.quote.lines[0].resolution == offer.resolution
            assert [line.line for line in offer.quote.lines] == [asked_.line]
            assert offer.worth >= ZERO
            if offer.resolution == "refund":
                assert offer.worth == offer.quote.refund
            if offer.resolution == "credit":
                assert offer.worth >= offer.quote.credit
