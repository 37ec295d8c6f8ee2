"""A code for the counter by Sendcloud: announced, followed by its signed webhook, and settled by its scan."""

from __future__ import annotations

import msgspec

from returns_app import clock
from returns_app.merchants.settings import MethodCarriers
from returns_app.money import Money
from returns_app.shipping.queries import label_pdf, label_qr, parcels_of
from tests.makers import SETTINGS, a_return, product_id, shoe, stock
from tests.stories.shop import buy, open_shop
from tests.stories.test_verbs_to_settled import settled
from tests.stories.world import Machine

BY_SENDCLOUD = msgspec.structs.replace(
    SETTINGS, carriers=MethodCarriers(label="sendcloud", qr="sendcloud", own="own")
)


async def test_a_code_for_the_counter_is_followed_and_settled_at_its_scan(world: Machine) -> None:
    shop = await open_shop(BY_SENDCLOUD)
    bought = await buy(shop, world.practice)
    await stock(shop, shoe(43))
    other = await product_id(shop, "TRAIL-43")
    asked = await a_return(shop, bought.order, "exchange", product=other, method="qr", at=clock.now())
    code = await world.until(lambda: label_qr(shop.id, asked.id))
    assert code.startswith(b"\x89PNG")
    [parcel] = await parcels_of(shop.id, asked.id)
    assert parcel.carrier == "sendcloud"
    assert parcel.tracking
    await world.practice.move_parcel(parcel.tracking, "dropped_off")
    await settled(world, shop, asked.id)
    [parcel] = await parcels_of(shop.id, asked.id)
    assert parcel.state == "dropped_off"


async def test_a_printed_label_of_sendcloud_is_kept_with_its_price(world: Machine) -> None:
    shop = await open_shop(BY_SENDCLOUD)
    bought = await buy(shop, world.practice)
    asked = await a_return(shop, bought.order, method="label", at=clock.now())
    paper = await world.until(lambda: label_pdf(shop.id, asked.id))
    assert paper.startswith(b"%PDF-")
    [parcel] = await parcels_of(shop.id, asked.id)
    assert parcel.cost is None or parcel.cost > Money.zero("EUR")


async def test_sendclouds_lost_answer_buys_no_second_label(world: Machine) -> None:
    shop = await open_shop(BY_SENDCLOUD)
    await world.practice.fault("lose_answer", call="POST /sendcloud/returns")
    bought = await buy(shop, world.practice)
    asked = await a_return(shop, bought.order, method="label", at=clock.now())
    await world.until(lambda: label_pdf(shop.id, asked.id))
    told = [each for each in await world.practice.parcels() if asked.rma in (each.reference, each.tracking)]
    assert len(told) <= 1
