"""Changing one's mind again: possible until the carrier has the parcel."""

from __future__ import annotations

from returns_app import database
from tests.stories.people import Shopper
from tests.stories.world import Machine


async def asked(shopper: Shopper) -> str:
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe")
    await shopper.decides("Money back")
    await shopper.sends_by("Print a label")
    rma = await shopper.confirms()
    await shopper.label()
    await shopper.follows("Follow your return")
    await shopper.follows("Cancel return")
    await shopper.reads_heading("Cancel this return?")
    return rma


async def test_a_return_is_cancelled_and_asked_for_again(world: Machine, shopper: Shopper) -> None:
    await asked(shopper)
    await shopper.presses("Cancel return")
    await shopper.reads_heading("This return is cancelled")
    assert "is cancelled" in (await shopper.mails())[-1].subject
    await shopper.follows("Return something else")
    await shopper.reads("You can send this back until", "Cancelled")
    await shopper.chooses("Trail shoe")
    await shopper.decides("Money back")
    await shopper.sends_by("Print a label")
    await shopper.confirms()
    row = await database.fetch_one("SELECT reserved, refunded FROM payments")
    assert row is not None
    assert row["refunded"] == 0


async def test_after_the_carriers_scan_it_is_too_late(world: Machine, shopper: Shopper) -> None:
    rma = await asked(shopper)
    await world.practice.move_parcel(rma, "dropped_off")
    await world.quiet()
    await shopper.presses("Cancel return")
    await shopper.reads("One thing still needs you")
    await shopper.reads_heading("Your parcel is on its way")
    await shopper.goes_to_the_return(rma)
    assert not await shopper.page.get_by_role("link", name="Cancel return").is_visible()
