"""What is done twice is done once: clicks, tabs, the browser's back button, scans, receipts."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from playwright.async_api import expect

from returns_app import database
from tests.stories.people import AtTheBench, Shopper
from tests.stories.world import Machine


async def ready_to_confirm(shopper: Shopper) -> None:
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe")
    await shopper.decides("Money back")
    await shopper.sends_by("Print a label")


async def there_is_one_return(world: Machine, rma: str) -> None:
    await world.quiet()
    assert [row["rma"] for row in await database.fetch("SELECT rma FROM returns")] == [rma]
    assert len(await database.fetch("SELECT id FROM parcels")) == 1
    assert len([each for each in await world.practice.parcels() if each.tracking == rma]) == 1


async def test_a_double_click_makes_one_return(world: Machine, shopper: Shopper) -> None:
    await ready_to_confirm(shopper)
    await shopper.page.get_by_role("button", name="Confirm return").dblclick()
    await shopper.reads_heading("Your return is confirmed")
    await there_is_one_return(world, shopper.rma())
    assert len(await shopper.mails()) == 2


async def test_the_same_form_at_the_same_moment_makes_one_return(world: Machine, shopper: Shopper) -> None:
    """As an impatient browser, or two that share their cookies, would send it."""
    await ready_to_confirm(shopper)
    fields = await shopper.page.locator("form#confirm input[type=hidden]").evaluate_all(
        "(fields) => Object.fromEntries(fields.map((field) => [field.name, field.value]))"
    )
    headers = {"sec-fetch-site": "same-origin"}
    answers = await asyncio.gather(
        *(shopper.context.request.post(shopper.page.url, form=fields, headers=headers) for _ in range(4))
    )
    [place] = {urlsplit(answer.url).path for answer in answers}
    assert {answer.status for answer in answers} == {200}
    await there_is_one_return(world, place.split("/")[-1])


async def test_a_second_tab_and_the_way_back_lead_to_the_same_return(
    world: Machine, shopper: Shopper
) -> None:
    await ready_to_confirm(shopper)
    check = shopper.page.url
    second = await shopper.context.new_page()
    await second.goto(check)
    rma = await shopper.confirms()
    await second.get_by_role("button", name="Confirm return").click()
    await expect(second.get_by_role("heading", level=1)).to_have_text("Your return is confirmed")
    assert urlsplit(second.url).path.endswith(f"/done/{rma}")
    await shopper.page.go_back()
    again = shopper.page.get_by_role("button", name="Confirm return")
    if await again.is_visible():
        await again.click()
        await shopper.reads_heading("Your return is confirmed")
    await there_is_one_return(world, rma)
    assert len(await shopper.mails()) == 2


async def test_the_same_receipt_twice_counts_once(
    world: Machine, shopper: Shopper, bench: AtTheBench
) -> None:
    await ready_to_confirm(shopper)
    rma = await shopper.confirms()
    await shopper.label()
    await bench.scans(rma)
    await bench.hears("Return found")
    second = await bench.context.new_page()
    await second.goto(bench.page.url)
    await bench.presses("All here")
    await bench.presses("Confirm this box")
    await bench.judges()
    await second.get_by_role("button", name="All here", exact=True).click()
    await expect(second.locator(".band-word")).to_be_visible()
    if await second.get_by_role("button", name="Confirm this box").is_visible():
        await second.get_by_role("button", name="Confirm this box").click()
    await bench.goes("/warehouse/")
    await bench.scans(rma)
    await bench.hears("Counted already")
    await world.quiet()
    assert [refund["amount"] for refund in await world.practice.refunds(shopper.bought.payment)] == [7605]
    assert [row["received"] for row in await database.fetch("SELECT received FROM return_lines")] == [1]
    assert len(await shopper.mails()) == 4
