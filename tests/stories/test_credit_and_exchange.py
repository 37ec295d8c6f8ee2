"""Instead of money: store credit with its bonus, and the same shoe in another size."""

from __future__ import annotations

import re

import msgspec
from playwright.async_api import expect

from returns_app import database
from returns_app.merchants.queries import Shop
from tests.makers import shoe, stock
from tests.stories.people import AtTheBench, AtTheDesk, Shopper
from tests.stories.test_refund import the_label_can_be_read
from tests.stories.world import Machine


async def test_a_shopper_takes_credit_with_its_bonus(
    world: Machine, shopper: Shopper, bench: AtTheBench
) -> None:
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe")
    await shopper.reads("That is € 8.00 more.")
    await shopper.decides("Store credit")
    await shopper.sends_by("Print a label")
    await shopper.reads("You get back As store credit € 88.00")
    await it_is_only_confirmed_with_consent(shopper)
    rma = shopper.rma()
    await the_label_can_be_read(shopper, rma)

    await bench.scans(rma)
    await bench.hears("Return found")
    await bench.presses("All here, as new")
    await bench.hears("Done")
    await bench.reads("€ 88.00")

    await world.quiet()
    await shopper.goes_to_the_return(rma)
    await shopper.reads_heading("Your return is done")
    await shopper.reads("€ 88.00", "€ 8.00 of it is extra.", "It stays valid.")
    code = await shopper.page.locator(".credit-code").inner_text()
    settled = (await shopper.mails())[-1].text.replace("\xa0", " ")
    assert f"Your credit code: {code}" in settled
    assert "Store credit: € 88.00" in settled
    assert await world.practice.refunds(shopper.bought.payment) == []
    row = await database.fetch_one("SELECT code FROM credits")
    assert row is not None
    assert row["code"] == code.replace("-", "")


async def it_is_only_confirmed_with_consent(shopper: Shopper) -> None:
    """Nothing is ticked beforehand, and without the tick nothing is sent."""
    tick = shopper.page.get_by_role("checkbox", name="I choose store credit instead of my money back")
    await expect(tick).not_to_be_checked()
    await shopper.presses("Confirm return")
    await shopper.reads("One thing still needs you")
    await expect(tick).not_to_be_checked()
    await shopper.ticks(tick)
    await shopper.presses("Confirm return")
    await shopper.reads_heading("Your return is confirmed")


async def test_a_shopper_takes_another_size(
    world: Machine, shop: Shop, shopper: Shopper, desk: AtTheDesk
) -> None:
    await stock(shop, shoe(43), shoe(44, stock=0))
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe")
    await shopper.ticks(shopper.page.get_by_role("radio", name="Exchange"))
    await expect(shopper.page.get_by_role("radio", name=re.compile("44.*sold out"))).to_be_disabled()
    await shopper.decides("Exchange", instead="43")
    await shopper.sends_by("Print a label")
    await shopper.reads("Exchange: 43")
    await shopper.ticks_consent()
    rma = await shopper.confirms()
    assert await in_stock("TRAIL-43") == (5, 1)
    await the_label_can_be_read(shopper, rma)

    await world.practice.move_parcel(rma, "dropped_off")
    await world.quiet()
    assert await in_stock("TRAIL-43") == (4, 0)
    [file] = (world.folder / "outgoing-orders").glob("*.json")
    sent = msgspec.json.decode(file.read_bytes())
    assert [(line["sku"], line["quantity"]) for line in sent["lines"]] == [("TRAIL-43", 1)]
    await shopper.goes_to_the_return(rma)
    await shopper.reads("The other item", "Order", "43")
    mail = (await shopper.mails())[-1].text
    assert "Trail shoe" in mail
    assert "43" in mail
    assert await world.practice.refunds(shopper.bought.payment) == []
    await desk.opens(rma)
    await desk.reads("Exchange", "43")


async def in_stock(sku: str) -> tuple[int, int]:
    """How many are there, and how many of them are set aside."""
    row = await database.fetch_one("SELECT stock, reserved FROM products WHERE sku = $1", sku)
    assert row is not None
    return row["stock"], row["reserved"]
