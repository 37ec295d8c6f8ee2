"""Somebody calls: the desk asks for the return on the shopper's own pages, and everyone can see who acted."""

from __future__ import annotations

from playwright.async_api import expect

from tests.stories.people import AtTheDesk, Shopper
from tests.stories.shop import PEOPLE
from tests.stories.world import Machine


async def test_the_desk_asks_for_a_return_for_a_caller(
    world: Machine, shopper: Shopper, desk: AtTheDesk
) -> None:
    me = PEOPLE["owner"]
    await desk.follows("Orders")
    await desk.page.get_by_label("Order number or e-mail address").fill(shopper.bought.number)
    await desk.page.keyboard.press("Enter")
    await desk.presses("Start a return for this shopper")
    caller = Shopper(world, desk.context, desk.page).has(shopper.bought)
    await caller.reads(f"{me} is doing this for the shopper. It is kept with the return.")
    await caller.chooses("Trail shoe")
    await caller.decides("Money back")
    await caller.sends_by("Print a label")
    rma = await caller.confirms()
    mail = (await shopper.mails())[0]
    assert "Winkel entered this return for you." in mail.text.replace("\n", " ")
    await desk.opens(rma)
    await expect(desk.page.locator(".case-head")).to_contain_text(me)
