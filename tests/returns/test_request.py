"""A return is asked for once, holds its units, and shows what it will do."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from returns_app import database
from returns_app.core.lifecycle import ReturnState
from returns_app.core.reference import valid
from returns_app.journal.actors import SHOPPER
from returns_app.money import Money
from returns_app.returns.queries import decisions, return_seen
from returns_app.returns.refusals import (
    ConsentMissing,
    LineClosed,
    MethodNotOffered,
    NotExchangeable,
    NotOffered,
    OfferChanged,
    QuantityWrong,
    SoldOut,
)
from returns_app.returns.request import Requested, request
from returns_app.returns.weigh import weigh
from tests.makers import AT, a_return, a_shop, a_wish, agreed, an_order, product_id, shoe, stock


async def test_a_refund_is_asked_for_and_explained(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    seen = await return_seen(shop.id, asked.id)
    assert (seen.status, valid(seen.rma)) == (ReturnState.APPROVED, True)
    assert seen.quote.refund == Money(8000, "EUR")
    [decision] = await decisions(shop.id, asked.id)
    assert decision.explanation.questions["accept"].rule == "House rule"
    assert (decision.facts["reason"], decision.facts["delivered_days"]) == ("too-small", 5)
    assert decision.policy_hash == seen.policy_hash


async def test_the_offers_stand_side_by_side_with_exact_amounts(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    await stock(shop, shoe(43))
    weighed = await weigh(shop.id, await a_wish(shop, order, method="label"), at=AT)
    [line] = weighed.lines
    worth = {offer.resolution: offer.worth.minor for offer in line.offers}
    assert worth == {"exchange": 8000 + 400, "credit": 8800, "refund": 8000}
    assert {way.method: way.cost.minor for way in weighed.methods} == {"label": 395, "store": 0, "own": 0}
    assert weighed.quote is not None
    assert weighed.quote.refund.minor == 8000 - 395


async def test_the_same_form_twice_is_one_return(db: str) -> None:
    shop = await a_shop()
    wish = await a_wish(shop, await an_order(shop))
    answers = await asyncio.gather(*(request(wish, merchant=shop.id, actor=SHOPPER, at=AT) for _ in range(5)))
    assert len({answer.id for answer in answers}) == 1
    assert sum(answer.new for answer in answers) == 1


async def test_two_tabs_cannot_send_one_unit_back_twice(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    wishes = [await a_wish(shop, order) for _ in range(6)]
    answers = await asyncio.gather(
        *(request(wish, merchant=shop.id, actor=SHOPPER, at=AT) for wish in wishes), return_exceptions=True
    )
    assert sum(isinstance(answer, Requested) for answer in answers) == 1
    refused = [answer for answer in answers if not isinstance(answer, Requested)]
    assert all(isinstance(answer, QuantityWrong) for answer in refused)
    assert len(await database.fetch("SELECT 1 FROM unit_claims")) == 1


@pytest.mark.parametrize("quantity", [0, -1, 3])
async def test_no_more_than_was_bought(db: str, quantity: int) -> None:
    shop = await a_shop()
    order = await an_order(shop, shoe(quantity=2))
    with pytest.raises(QuantityWrong):
        await a_wish(shop, order, quantity=quantity)


async def test_a_closed_window_is_closed(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop, ordered_at="2026-01-05T10:00:00+01:00",
                           dispatched_at="2026-01-06T10:00:00+01:00",
                           delivered_at="2026-01-07T10:00:00+01:00")  # fmt: skip
    with pytest.raises(LineClosed):
        await a_return(shop, order)


async def test_what_was_not_agreed_to_is_not_done(db: str) -> None:
    shop = await a_shop()
    wish = await a_wish(shop, await an_order(shop))
    with pytest.raises(OfferChanged):
        await request(
            msgspec.structs.replace(wish, agreed="something else"), merchant=shop.id, actor=SHOPPER, at=AT
        )
    assert await database.fetch("SELECT 1 FROM returns UNION SELECT 1 FROM unit_claims") == []


async def test_credit_over_money_needs_consent(db: str) -> None:
    shop = await a_shop()
    wish = await a_wish(shop, await an_order(shop), "credit")
    with pytest.raises(ConsentMissing):
        await request(msgspec.structs.replace(wish, consent=None), merchant=shop.id, actor=SHOPPER, at=AT)


@pytest.mark.parametrize(("resolution", "refusal"), [("gold", NotOffered), ("exchange", NotExchangeable)])
async def test_only_what_is_offered_can_be_chosen(db: str, resolution: str, refusal: type) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    await stock(shop, shoe(43))
    with pytest.raises(refusal):
        await a_return(shop, order, resolution)


async def test_only_ways_that_are_offered_can_be_taken(db: str) -> None:
    shop = await a_shop()
    wish = await a_wish(shop, await an_order(shop), method="qr")
    with pytest.raises(MethodNotOffered):
        await request(wish, merchant=shop.id, actor=SHOPPER, at=AT)


async def test_the_other_item_is_set_aside_with_the_request(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop, shoe(quantity=2))
    await stock(shop, shoe(43, stock=1))
    other = await product_id(shop, "TRAIL-43")
    first = await a_wish(shop, order, "exchange", product=other)
    await request(first, merchant=shop.id, actor=SHOPPER, at=AT)
    row = await database.fetch_one("SELECT stock, reserved FROM products WHERE id = $1", other)
    assert row is not None
    assert (row["stock"], row["reserved"]) == (1, 1)
    second = await agreed(shop, msgspec.structs.replace(first, key="second"))
    with pytest.raises((SoldOut, NotOffered)):
        await request(second, merchant=shop.id, actor=SHOPPER, at=AT)


async def test_a_foreign_order_is_not_found(db: str) -> None:
    from returns_app.returns.order_case import OrderNotFound

    ours, theirs = await a_shop(), await a_shop("ander")
    order = await an_order(theirs)
    wish = await a_wish(theirs, order)
    with pytest.raises(OrderNotFound):
        await request(wish, merchant=ours.id, actor=SHOPPER, at=AT)
