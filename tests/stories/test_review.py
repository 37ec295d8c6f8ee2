"""A person looks first: the console approves or rejects a business order, and the shopper is told why."""

from __future__ import annotations

import pytest

from returns_app.merchants.queries import Shop
from tests.stories.conftest import Comes
from tests.stories.people import NARROW, AtTheDesk, Shopper
from tests.stories.shop import buy
from tests.stories.world import Machine

SORRY = "These shoes were printed with your name, so nobody else can wear them."


@pytest.fixture
async def office(world: Machine, shop: Shop, comes: Comes) -> Shopper:
    """Someone who bought for a business."""
    bought = await buy(shop, world.practice, buyer="business")
    return (await comes(Shopper, viewport=NARROW)).has(bought)


async def asks_for_credit(office: Shopper) -> str:
    await office.finds_the_order()
    await office.chooses("Trail shoe", reason="Changed my mind")
    await office.reads("A person looks at this first", "Your account manager approves business returns.")
    await office.decides("Store credit")
    await office.reads("You get the label or the code once it is approved.")
    await office.sends_by("Print a label")
    rma = await office.confirms()
    await office.goes_to_the_return(rma)
    await office.reads_heading("We are looking at your return")
    return rma


async def test_the_desk_approves_and_the_label_follows(
    world: Machine, office: Shopper, desk: AtTheDesk
) -> None:
    rma = await asks_for_credit(office)
    await world.quiet()
    assert ["We are looking at your return" in mail.subject for mail in await office.mails()] == [True]
    await desk.goes("/console/")
    await desk.reads("Waiting for your decision", "Anna de Vries")
    await desk.opens(rma)
    await desk.presses("Approve return")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Approve return").click()
    await desk.reads("The return was approved. The shopper gets a mail.")
    await office.goes_to_the_return(rma)
    await office.reads_heading("Send your parcel")
    await office.label()
    _, approved, label = await office.mails()
    assert "is approved" in approved.subject
    assert "label" in label.subject


async def test_the_desk_rejects_with_words_the_shopper_reads(
    world: Machine, office: Shopper, desk: AtTheDesk
) -> None:
    rma = await asks_for_credit(office)
    await desk.opens(rma)
    await desk.presses("Reject return")
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_label("Reason, as the shopper will read it").fill(SORRY)
    await desk.reads(SORRY)
    await dialog.get_by_role("button", name="Reject return").click()
    await desk.reads("The return was rejected. The shopper gets a mail with your words.")
    await office.goes_to_the_return(rma)
    await office.reads_heading("Your return was not accepted")
    await office.reads(SORRY)
    _, rejected = await office.mails()
    assert SORRY in rejected.text.replace("\n", " ")
    assert await world.practice.refunds(office.bought.payment) == []
    assert [each for each in await world.practice.parcels() if each.tracking == rma] == []
