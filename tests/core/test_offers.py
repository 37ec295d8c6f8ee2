"""What a shopper sees side by side for one line."""

from __future__ import annotations

import msgspec
import pytest

from returns_app.core.case import Earlier, NewItem
from returns_app.core.offers import Offer, offers
from returns_app.policy import METHODS, RESOLUTIONS
from tests.core.makers import asked, case, eur, line, order, percent, rates

SHOES = line("shoes", paid=eur("80"), price=eur("100"))
TOLD = {
    "offers": ("exchange", "credit", "refund"),
    "return_shipping": rates(refund=eur("3.95")),
    "fee": rates(refund=eur("1")),
    "credit_bonus": percent(10),
    "exchange_bonus": percent(5),
    "bonus_cap": eur("6"),
}


def shown() -> dict[str, Offer]:
    return {offer.resolution: offer for offer in offers(case(order(SHOES), asked("shoes", **TOLD)), "shoes")}


def test_offers_stand_in_the_policy_s_order() -> None:
    assert list(shown()) == ["exchange", "credit", "refund"]


def test_a_refund_is_shown_less_what_it_costs() -> None:
    assert (shown()["refund"].worth, shown()["refund"].cost) == (eur("75.05"), eur("4.95"))


def test_credit_is_shown_with_its_capped_bonus() -> None:
    assert (shown()["credit"].worth, shown()["credit"].bonus) == (eur("86"), eur("6"))


def test_an_exchange_shows_its_worth_before_the_other_item_is_chosen() -> None:
    assert (shown()["exchange"].worth, shown()["exchange"].bonus) == (eur("84"), eur("4"))


def test_a_bonus_given_before_in_the_same_return_lowers_what_is_offered() -> None:
    before = msgspec.structs.replace(Earlier.nothing("EUR"), bonus=eur("4.50"))
    told = offers(case(order(SHOES), asked("shoes", **TOLD), earlier=before), "shoes")
    assert [offer.bonus for offer in told] == [eur("1.50"), eur("1.50"), eur(0)]


def test_once_the_other_item_is_chosen_only_the_bonus_it_really_brings_is_shown() -> None:
    chosen = asked("shoes", **TOLD, price="82")
    assert chosen.new_item == NewItem(eur("82"), same_product=False)
    exchange = offers(case(order(SHOES), chosen), "shoes")[0]
    assert (exchange.bonus, exchange.quote.due) == (eur("2"), eur(0))


def test_a_line_that_was_not_asked_about_is_an_error() -> None:
    with pytest.raises(KeyError):
        offers(case(order(SHOES), asked("shoes")), "boots")


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_every_resolution_of_the_policy_can_be_quoted(resolution: str) -> None:
    this = asked("shoes", offers=(resolution,), methods=METHODS)
    assert [offer.resolution for offer in offers(case(order(SHOES), this), "shoes")] == [resolution]
