"""A quote is exact, adds up, and never gives more than was paid. Rules: money.md 1–3, 7 and 8."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from returns_app.core.case import Earlier
from returns_app.core.paid import PaidLine, PaidUnit
from returns_app.core.quote import Quote, proposed_deduction, quote
from returns_app.policy import Amount, Cost, Deduction
from tests.core.makers import asked, card, case, eur, gift_card, line, order, percent, rates

SHOES = line("shoes", paid=eur("80"), price=eur("100"))
SOCKS = line("socks", paid=eur("10"), quantity=3)
ZERO = eur(0)


def earlier(**told: object) -> Earlier:
    return msgspec.structs.replace(Earlier.nothing("EUR"), **told)


def test_a_plain_refund_gives_what_was_paid_and_nothing_else() -> None:
    result = quote(case(order(SHOES, shipping="5"), asked("shoes")))
    assert (result.refund, result.credit, result.bonus, result.due) == (eur("80"), ZERO, ZERO, ZERO)
    assert result.lines[0].tax == eur("13.88")
    assert [(part.key, part.amount) for part in result.refund_to.parts] == [("card", eur("80"))]


def test_the_units_asked_for_are_the_units_paid() -> None:
    assert quote(case(order(SOCKS), asked("socks", [0]))).refund == eur("3.34")
    assert quote(case(order(SOCKS), asked("socks", [1, 2]))).refund == eur("6.66")


@pytest.mark.parametrize(
    ("lines", "units", "fee", "refund"),
    [
        ([("18", 1)], [[0]], percent(10), "16.20"),  # pretix C164
        ([("46", 2)], [[0]], eur("2"), "21"),  # pretix C165
        ([("20", 2), ("300", 3)], [[0], [1]], None, "110"),  # Sylius C092
        ([("100", 4)], [[1, 3]], None, "50"),  # woocommerce C187
        ([("99.15", 3)], [[0, 1, 2]], None, "99.15"),  # Sylius C081: 3 × 33.68 less 1.89
        (
            [("19.99", 1), ("7.33", 1), ("12.50", 1), ("4.99", 1), ("0.01", 1)],
            [[0]] * 5,
            None,
            "44.82",
        ),  # C193
    ],
)
def test_figures_of_other_projects(
    lines: list[tuple[str, int]], units: list[list[int]], fee: Amount | None, refund: str
) -> None:
    paid = order(
        *[line(f"{place}", paid=eur(paid), quantity=count) for place, (paid, count) in enumerate(lines)]
    )
    back = [asked(f"{place}", chosen, fee=rates(fee) if fee else None) for place, chosen in enumerate(units)]
    assert quote(case(paid, *back)).refund == eur(refund)


def test_the_whole_order_at_once_leaves_nothing() -> None:
    # Sylius C091: three units and the shipping, 40.00.
    tea = line("tea", paid=eur("30"), quantity=3)
    paid = order(tea, shipping="10")
    assert quote(case(paid, asked("tea", [0, 1, 2], shipping_refund="whole-order"))).refund == eur("40")


def test_shipping_given_back_in_part_leaves_only_its_rest() -> None:
    # woocommerce C194: 10.00 shipping, 5.00 of it refunded before.
    sofa = line("sofa", paid=eur("50"))
    before = earlier(given=eur("5"), shipping=eur("5"))
    result = quote(
        case(order(sofa, shipping="10"), asked("sofa", shipping_refund="whole-order"), earlier=before)
    )
    assert result.shipping_refund == eur("5")


# ── Fee ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_fee_is_taken_per_resolution() -> None:
    fee = rates(refund=percent(10), credit=eur("1"))
    assert quote(case(order(SHOES), asked("shoes", fee=fee))).refund == eur("72")
    assert quote(case(order(SHOES), asked("shoes", resolution="credit", fee=fee))).credit == eur("79")


@pytest.mark.parametrize("resolution", ["refund", "credit", "account"])
def test_a_fee_never_makes_an_amount_negative(resolution: str) -> None:
    result = quote(case(order(SHOES), asked("shoes", resolution=resolution, fee=rates(eur("200")))))
    assert result.lines[0].fee == eur("80")
    assert result.balance == ZERO


def test_a_fee_adds_to_what_an_exchange_costs() -> None:
    result = quote(
        case(order(SHOES), asked("shoes", resolution="exchange", price="100", same=True, fee=rates(eur("5"))))
    )
    assert result.due == eur("5")


# ── Credit and bonus ─────────────────────────────────────────────────────────────────────────────


def test_the_bonus_stands_beside_the_principal() -> None:
    result = quote(case(order(SHOES), asked("shoes", resolution="credit", credit_bonus=percent(10))))
    assert (result.credit, result.bonus) == (eur("80"), eur("8"))


def test_the_bonus_falls_only_on_the_part_first_paid_in_money() -> None:
    payments = [card(eur("60")), gift_card(eur("20"))]
    result = quote(
        case(order(SHOES), asked("shoes", resolution="credit", credit_bonus=percent(10)), payments=payments)
    )
    assert (result.credit, result.bonus) == (eur("80"), eur("6"))


def test_the_bonus_is_capped_per_return_not_per_line() -> None:
    told = {"resolution": "credit", "credit_bonus": percent(50), "bonus_cap": eur("30")}
    result = quote(case(order(SHOES, SOCKS), asked("shoes", **told), asked("socks", [0, 1, 2], **told)))
    assert result.bonus == eur("30")
    assert [quoted.bonus for quoted in result.lines] == [eur("26.67"), eur("3.33")]


def test_an_earlier_bonus_of_the_same_return_counts_towards_the_cap() -> None:
    told = {"resolution": "credit", "credit_bonus": percent(50), "bonus_cap": eur("30")}
    result = quote(case(order(SHOES), asked("shoes", **told), earlier=earlier(bonus=eur("25"))))
    assert result.bonus == eur("5")


def test_where_lines_have_different_caps_each_holds_for_the_lines_up_to_it() -> None:
    low = asked("shoes", resolution="credit", credit_bonus=percent(50), bonus_cap=eur("10"))
    high = asked("socks", [0, 1, 2], "credit", credit_bonus=percent(50), bonus_cap=eur("12"))
    result = quote(case(order(SHOES, SOCKS), low, high))
    assert result.lines[0].bonus <= eur("10")
    assert result.bonus == eur("12")


# ── Exchange ─────────────────────────────────────────────────────────────────────────────────────


def test_the_same_product_at_an_unchanged_list_price_is_even_whatever_discount_was_paid() -> None:
    result = quote(case(order(SHOES), asked("shoes", resolution="exchange", price="100", same=True)))
    assert result.balance == ZERO
    assert result.lines[0].new_goods == eur("80")


def test_the_same_product_at_another_price_costs_the_difference_to_what_was_paid() -> None:
    result = quote(case(order(SHOES), asked("shoes", resolution="exchange", price="110", same=True)))
    assert result.due == eur("30")


def test_an_exchange_bonus_is_a_discount_on_the_new_item_and_never_money() -> None:
    told = {"resolution": "exchange", "exchange_bonus": percent(25)}
    dearer = quote(case(order(SHOES), asked("shoes", price="90", **told)))
    assert (dearer.due, dearer.lines[0].bonus) == (ZERO, eur("10"))
    cheaper = quote(case(order(SHOES), asked("shoes", price="70", **told)))
    assert (cheaper.refund, cheaper.lines[0].bonus) == (eur("10"), ZERO)


def test_something_cheaper_gives_the_rest_back_as_the_shopper_chose() -> None:
    back = case(order(SHOES), asked("shoes", resolution="exchange", price="70"), surplus="credit")
    assert (quote(back).refund, quote(back).credit) == (ZERO, eur("10"))


def test_new_goods_shipping_and_return_cost_make_up_what_is_due() -> None:
    # medusajs/medusa, our figure C031: −20 + 50 + 5 + 7.50 = 42.50.
    shirts = line("shirts", paid=eur("60"), quantity=3)
    back = asked("shirts", resolution="exchange", price="50", return_shipping=rates(eur("7.50")))
    assert quote(case(order(shirts), back, new_shipping=eur("5"))).due == eur("42.50")


@pytest.mark.parametrize("resolution", ["replace", "repair"])
def test_like_for_like_moves_no_money(resolution: str) -> None:
    assert quote(case(order(SHOES), asked("shoes", resolution=resolution))).balance == ZERO


# ── Return cost and shipping ─────────────────────────────────────────────────────────────────────

COSTS = rates(refund=eur("3.95"), credit=eur("1"), exchange=ZERO)


def test_the_return_cost_is_charged_once_per_parcel() -> None:
    lines = [asked("shoes", return_shipping=COSTS), asked("socks", return_shipping=COSTS)]
    assert quote(case(order(SHOES, SOCKS), *lines)).return_cost == eur("3.95")


def test_the_most_generous_line_of_a_parcel_counts() -> None:
    lines = [
        asked("shoes", return_shipping=COSTS),
        asked("socks", resolution="credit", return_shipping=COSTS),
    ]
    result = quote(case(order(SHOES, SOCKS), *lines))
    assert (result.return_cost, result.refund) == (eur("1"), eur("79"))


def test_two_parcels_cost_twice() -> None:
    lines = [asked("shoes", return_shipping=COSTS), asked("socks", return_shipping=COSTS, parcel="north")]
    assert quote(case(order(SHOES, SOCKS), *lines)).return_cost == eur("7.90")


def test_what_is_kept_travels_in_no_parcel() -> None:
    result = quote(
        case(order(SHOES), asked("shoes", resolution="keep", keep=Decimal(30), return_shipping=COSTS))
    )
    assert (result.refund, result.return_cost) == (eur("24"), ZERO)


def test_cost_means_the_price_of_this_very_label() -> None:
    back = asked("shoes", return_shipping=rates(Cost()))
    assert quote(case(order(SHOES), back, label_cost=eur("6.10"))).return_cost == eur("6.10")


def test_the_method_decides_and_without_one_the_cheapest_is_told() -> None:
    back = asked("shoes", return_shipping=rates(label=eur("3.95"), qr=eur("2.95")), methods=("label", "qr"))
    assert quote(case(order(SHOES), back, method="label")).return_cost == eur("3.95")
    assert quote(case(order(SHOES), back)).return_cost == eur("2.95")


def test_a_return_cost_that_was_charged_is_not_charged_again() -> None:
    back = asked("shoes", return_shipping=COSTS)
    assert quote(case(order(SHOES), back, earlier=earlier(return_cost=eur("3.95")))).return_cost == ZERO


def test_a_return_cost_above_the_refund_is_waived() -> None:
    result = quote(case(order(SOCKS), asked("socks", return_shipping=rates(eur("9")))))
    assert (result.refund, result.return_cost, result.due) == (ZERO, eur("3.34"), ZERO)


def test_the_whole_order_brings_its_shipping_back_with_the_last_unit() -> None:
    told = {"shipping_refund": "whole-order"}
    paid = order(SHOES, SOCKS, shipping="5")
    first = quote(case(paid, asked("shoes", **told)))
    back = earlier(given=eur("80"), back=frozenset({("shoes", 0)}))
    last = quote(case(paid, asked("socks", [0, 1, 2], **told), earlier=back))
    assert (first.shipping_refund, last.shipping_refund) == (ZERO, eur("5"))
    assert last.shipping_tax == eur("0.87")


def test_proportional_shipping_follows_each_unit_and_adds_up() -> None:
    paid = order(line("tea", paid=eur("30"), quantity=3), shipping="10")
    shares, back, shipped = [], frozenset[tuple[str, int]](), ZERO
    for unit in (2, 0, 1):
        before = earlier(given=eur("10") * len(back) + shipped, shipping=shipped, back=back)
        result = quote(case(paid, asked("tea", [unit], shipping_refund="proportional"), earlier=before))
        shares.append(result.shipping_refund)
        back, shipped = back | {("tea", unit)}, shipped + result.shipping_refund
    assert shares == [eur("3.33"), eur("3.34"), eur("3.33")]


def test_free_shipping_is_not_refundable() -> None:
    assert quote(case(order(SHOES), asked("shoes", shipping_refund="whole-order"))).shipping_refund == ZERO


def test_an_exchanged_unit_does_not_bring_the_shipping_back() -> None:
    back = asked("shoes", resolution="exchange", price="100", same=True, shipping_refund="whole-order")
    assert quote(case(order(SHOES, shipping="5"), back)).shipping_refund == ZERO


# ── Ceilings and earlier movements ───────────────────────────────────────────────────────────────


def test_goodwill_given_before_lowers_what_later_units_bring() -> None:
    # woocommerce, our figures C195 and C196: 2 × 100 with 150 given without units leaves 50.
    chairs = line("chairs", paid=eur("200"), quantity=2)
    for units in ([0], [0, 1]):
        result = quote(case(order(chairs), asked("chairs", units), earlier=earlier(given=eur("150"))))
        assert result.refund == eur("50")
        assert result.lines[0].held == result.lines[0].goods - eur("50")


def test_the_rest_of_a_unit_is_what_an_earlier_cut_left() -> None:
    # Sylius, our figure C083: 12.30 paid, 5.00 given on this unit, 7.30 left.
    mug = line("mug", paid=eur("12.30"), rate=2300)
    result = quote(case(order(mug), asked("mug", before=eur("5")), earlier=earlier(given=eur("5"))))
    assert result.refund == eur("7.30")


def test_the_tax_of_a_cut_and_of_the_rest_add_up_to_the_unit_s_tax() -> None:
    # 0.05 of 10.00 carries half a cent of the 1.00 tax, 9.95 the other half: rounded up once, not twice.
    cup = PaidLine("cup", (PaidUnit(eur("10"), eur("1")),), 1111, eur("10"))
    given = earlier(given=eur("0.05"))
    result = quote(case(order(cup), asked("cup", before=eur("0.05")), earlier=given))
    assert result.lines[0].tax == eur("0.99")


def test_lines_share_what_is_left_in_their_order() -> None:
    result = quote(case(order(SHOES, SOCKS), asked("shoes"), asked("socks"), earlier=earlier(given=eur("9"))))
    assert [quoted.value for quoted in result.lines] == [eur("80"), eur("1")]


def test_an_order_that_was_never_paid_gives_nothing_back() -> None:
    assert (
        quote(case(order(SHOES, shipping="5"), asked("shoes", fee=rates(eur("9"))), payments=[])).balance
        == ZERO
    )


def test_a_part_paid_order_gives_back_no_more_than_its_part() -> None:
    assert quote(case(order(SHOES), asked("shoes"), payments=[card(eur("12"))])).refund == eur("12")


# ── Deduction ────────────────────────────────────────────────────────────────────────────────────


def test_a_deduction_is_a_proposal_until_it_is_confirmed() -> None:
    terms = asked("shoes")
    answers = msgspec.structs.replace(terms.answers, deduction=Deduction((("C", Decimal(25)),)))
    proposed = msgspec.structs.replace(terms, answers=answers)
    this = case(order(SHOES), proposed)
    assert quote(this).refund == eur("80")
    assert proposed_deduction(this, proposed, "C") == eur("20")
    assert proposed_deduction(this, proposed, "A") == ZERO
    confirmed = msgspec.structs.replace(proposed, deduction=eur("20"))
    assert quote(case(order(SHOES), confirmed)).refund == eur("60")


def test_a_deduction_is_never_more_than_the_goods_and_adds_to_an_even_exchange() -> None:
    assert quote(case(order(SHOES), asked("shoes", deduction=eur("99")))).refund == ZERO
    even = asked(
        "shoes",
        resolution="exchange",
        price="100",
        same=True,
        deduction=eur("20"),
        exchange_bonus=percent(50),
    )
    assert quote(case(order(SHOES), even)).due == eur("20")


def test_a_quote_is_stored_and_read_again_unchanged() -> None:
    result = quote(case(order(SHOES, SOCKS, shipping="5"), asked("shoes"), asked("socks", [0, 2], "credit")))
    assert msgspec.json.decode(msgspec.json.encode(result), type=Quote) == result


def test_a_unit_that_was_never_bought_is_an_error() -> None:
    with pytest.raises(IndexError):
        quote(case(order(SHOES), asked("shoes", [1])))
    with pytest.raises(KeyError):
        quote(case(order(SHOES), asked("boots")))
