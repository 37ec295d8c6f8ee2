"""A refund goes back the way it was paid; figures are other projects', named beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.core.tender import Split, Tender, in_order, pro_rata
from returns_app.money import Money, total
from tests.core.makers import card, cents, eur, gift_card

ZERO = cents(0)
Way = Callable[[Money, Sequence[Tender]], Split]
each_way = pytest.mark.parametrize("way", [pro_rata, in_order])


@st.composite
def payments(draw: st.DrawFn) -> list[Tender]:
    return [
        Tender(
            f"payment {place}",
            draw(st.sampled_from(["money", "credit"])),
            cents(9_999),
            cents(draw(st.integers(-500, 9_999))),
            draw(st.sampled_from(["any", "any", "whole", "nothing"])),
        )
        for place in range(draw(st.integers(0, 4)))
    ]


def by_key(split: Split) -> dict[str, Money]:
    return {part.key: part.amount for part in split.parts}


@each_way
@given(amount=st.integers(0, 40_000).map(cents), tenders=payments())
def test_parts_and_rest_make_the_amount_and_respect_each_payment(
    way: Way, amount: Money, tenders: list[Tender]
) -> None:
    split = way(amount, tenders)
    room = {tender.key: tender for tender in tenders}
    assert total((part.amount for part in split.parts), "EUR") + split.by_hand == amount
    assert split.by_hand >= ZERO
    for part in split.parts:
        assert ZERO < part.amount <= room[part.key].refundable
        assert room[part.key].takes != "nothing"
        assert room[part.key].takes != "whole" or part.amount == room[part.key].refundable


@each_way
@given(amount=st.integers(0, 40_000).map(cents), tenders=payments())
def test_by_hand_is_paid_only_what_no_payment_could_take(
    way: Way, amount: Money, tenders: list[Tender]
) -> None:
    split = way(amount, tenders)
    spare = [
        max(tender.refundable, ZERO) - by_key(split).get(tender.key, ZERO)
        for tender in tenders
        if tender.takes == "any"
    ]
    assert not split.by_hand or not any(spare)


def test_a_refund_is_split_by_what_each_payment_can_still_take() -> None:
    split = pro_rata(eur("10"), [card(eur("60")), gift_card(eur("30"))])
    assert by_key(split) == {"card": eur("6.67"), "gift card": eur("3.33")}
    assert [part.kind for part in split.parts] == ["money", "credit"]


def test_a_merchant_s_own_order_drains_the_first_payment_first() -> None:
    # solidusio/solidus, C013 and C014; vendurehq/vendure#1753.
    payments = [card(eur("5"), key="check"), card(eur("5"))]
    assert by_key(in_order(eur("4"), payments)) == {"check": eur("4")}
    assert by_key(in_order(eur("10"), payments)) == {"check": eur("5"), "card": eur("5")}


# pretix, C168, C169, C171: p1 only whole, p2 any part, p3 not at all.
@pytest.mark.parametrize(
    ("amount", "parts", "by_hand"),
    [("5", {"p2": "5"}, "0"), ("20", {"p2": "10"}, "10"), ("35", {"p1": "23", "p2": "10"}, "2")],
)
def test_what_a_payment_cannot_take_passes_on_and_the_rest_is_paid_by_hand(
    amount: str, parts: dict[str, str], by_hand: str
) -> None:
    tenders = [
        Tender("p1", "money", eur("23"), eur("23"), "whole"),
        Tender("p2", "money", eur("10"), eur("10")),
        Tender("p3", "money", eur("13"), eur("13"), "nothing"),
    ]
    split = pro_rata(eur(amount), tenders)
    assert by_key(split) == {key: eur(part) for key, part in parts.items()}
    assert split.by_hand == eur(by_hand)


# medusajs/medusa C038–C041, spree C172–C173: captured less what went back is the ceiling.
@pytest.mark.parametrize(
    ("refundable", "asked", "taken"), [("75", "1000", "75"), ("50", "60", "50"), ("45.75", "45.75", "45.75")]
)
def test_a_payment_is_never_asked_for_more_than_is_left(refundable: str, asked: str, taken: str) -> None:
    split = pro_rata(eur(asked), [card(eur("100"), refundable=eur(refundable))])
    assert by_key(split) == {"card": eur(taken)}
