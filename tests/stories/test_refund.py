"""Money back: from the order number to the settled return, with every part real but the outside world."""

from __future__ import annotations

from tests.shipping import pictures
from tests.stories.people import AtTheBench, AtTheDesk, Shopper
from tests.stories.world import Machine


async def test_a_shopper_gets_money_back(
    world: Machine, shopper: Shopper, bench: AtTheBench, desk: AtTheDesk
) -> None:
    await shopper.finds_the_order()
    await shopper.reads("Trail shoe", "€ 80.00", "You can send this back until")
    await shopper.chooses("Trail shoe")
    await shopper.reads("Money back", "Store credit", "€ 88.00")
    await shopper.decides("Money back")
    await shopper.reads("€ 3.95", "Free")
    await shopper.sends_by("Print a label")
    await shopper.reads("Too small", "Sending it back", "−€ 3.95", "You get back", "€ 76.05")
    rma = await shopper.confirms()
    await shopper.reads(f"We mailed this to {shopper.bought.email}.")
    await the_label_can_be_read(shopper, rma)
    await the_parcel_is_delivered(desk, rma)
    await shopper.goes_to_the_return(rma)
    await shopper.reads_heading("Your parcel is on its way")

    await the_box_is_counted_and_judged(bench, rma)
    await the_refund_is_there_once(world, shopper, 7605)
    await shopper.goes_to_the_return(rma)
    await shopper.reads_heading("Your return is done")
    await shopper.reads("Your money", "€ 76.05 sent back to you", "Arrived at our warehouse")
    await the_mails_say_so(shopper, rma)
    await the_desk_sees_why(desk, shopper.bought.number, rma)


async def the_label_can_be_read(shopper: Shopper, rma: str) -> None:
    """Opening it again gives the same bytes, and a scanner reads the return number on it."""
    label = await shopper.label()
    assert await shopper.label() == label
    codes = pictures.codes(pictures.printed(label))
    assert {kind: code.text for kind, code in codes.items()} == {"Code128": rma, "QRCode": rma}


async def the_parcel_is_delivered(desk: AtTheDesk, rma: str) -> None:
    """By the buttons of the practice carrier's page."""
    await desk.goes("/practice/carrier")
    parcel = desk.page.get_by_role("row", name=rma)
    for button, state in (("Drop off", "Drop off"), ("Delivered", "Delivered")):
        await parcel.get_by_role("button", name=button).click()
        await desk.reads(state)
    await desk.world.quiet()


async def the_box_is_counted_and_judged(bench: AtTheBench, rma: str) -> None:
    await bench.goes("/warehouse/")
    await bench.reads("Delivered, not yet opened", "Anna de Vries")
    await bench.scans(rma)
    await bench.hears("Return found")
    await bench.reads("Trail shoe", "TRAIL-42", "Too small")
    await bench.scans("TRAIL-42")
    await bench.hears("All here")
    await bench.presses("Confirm this box")
    await bench.judges()
    await bench.reads("€ 76.05")


async def the_refund_is_there_once(world: Machine, shopper: Shopper, cents: int) -> None:
    await world.quiet()
    refunds = await world.practice.refunds(shopper.bought.payment)
    assert [(refund["amount"], refund["status"]) for refund in refunds] == [(cents, "succeeded")]


async def the_mails_say_so(shopper: Shopper, rma: str) -> None:
    mails = await shopper.mails()
    said = [mail.text.replace("\xa0", " ") for mail in mails]
    requested, label, received, settled = said
    assert "Your return is registered" in requested
    assert "€ 76.05" in requested
    assert "Your label is ready" in label
    assert "attached to this mail as a PDF" in label
    assert "Your parcel has arrived" in received
    assert "Your return is settled" in settled
    assert "€ 76.05" in settled
    assert len({mail.message_id for mail in mails}) == 4
    [attached] = mails[1].attachments
    assert await shopper.world.practice.attachment(mails[1].id, 0) == await stored_label(shopper, rma)
    assert attached.type == "application/pdf"


async def stored_label(shopper: Shopper, rma: str) -> bytes:
    """The same paper, still behind the return's page."""
    answer = await shopper.context.request.get(f"/returns/{shopper.shop}/return/{rma}/label.pdf")
    return await answer.body()


async def the_desk_sees_why(desk: AtTheDesk, order: str, rma: str) -> None:
    await desk.goes("/console/returns")
    await desk.page.get_by_role("link", name=f"{rma[:4]}-{rma[4:8]}-{rma[8:]}").click()
    await desk.reads("Anna de Vries", "Exactly what was shown for these items.", "€ 76.05")
    await desk.page.get_by_text("At the request").click()
    await desk.reads("The wrong size costs nothing to swap", "House rule", "Too small")
    await desk.reads(f"Your return for order {order} is settled")
