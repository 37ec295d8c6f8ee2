"""The whole way of a refund without JavaScript: shopper, bench and desk."""

from __future__ import annotations

from tests.stories.conftest import Comes
from tests.stories.people import NARROW, WIDE, AtTheBench, AtTheDesk, Shopper
from tests.stories.shop import Bought, Shop, hire
from tests.stories.test_refund import (
    the_box_is_counted_and_judged,
    the_desk_sees_why,
    the_label_can_be_read,
    the_mails_say_so,
    the_parcel_is_delivered,
    the_refund_is_there_once,
)
from tests.stories.world import Machine


async def test_money_back_without_javascript(
    world: Machine, shop: Shop, bought: Bought, comes: Comes
) -> None:
    shopper = (await comes(Shopper, viewport=NARROW, java_script_enabled=False)).has(bought)
    bench = await comes(AtTheBench, viewport=WIDE, java_script_enabled=False)
    desk = await comes(AtTheDesk, viewport=WIDE, java_script_enabled=False)
    await bench.signs_in(await hire(shop, "warehouse"), "/warehouse/")
    await desk.signs_in(await hire(shop, "owner"), "/console/")
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe")
    await shopper.decides("Money back")
    await shopper.sends_by("Print a label")
    await shopper.reads("€ 76.05")
    rma = await shopper.confirms()
    await the_label_can_be_read(shopper, rma)
    await the_parcel_is_delivered(desk, rma)
    await the_box_is_counted_and_judged(bench, rma)
    await the_refund_is_there_once(world, shopper, 7605)
    await shopper.goes_to_the_return(rma)
    await shopper.reads_heading("Your return is done")
    await the_mails_say_so(shopper, rma)
    await the_desk_sees_why(desk, bought.number, rma)
