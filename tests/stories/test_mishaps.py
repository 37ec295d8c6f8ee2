"""What goes wrong for people: each time a sentence, and nothing they did is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from returns_app.merchants.queries import Shop
from tests.stories.people import AtTheBench, Shopper
from tests.stories.shop import buy
from tests.stories.world import Machine


async def test_a_wrong_code_can_be_tried_again(shopper: Shopper) -> None:
    await shopper.goes("/returns/winkel/")
    await shopper.asks_for_a_code()
    code = await shopper.code()
    wrong = str((int(code.replace(" ", "")) + 1) % 10**6).zfill(6)
    await shopper.types_the_code(wrong)
    await shopper.reads("This code is not right. You can try 4 more times.")
    await shopper.types_the_code(code)
    await shopper.reads_heading("What would you like to send back?")


async def test_a_stranger_cannot_tell_whether_an_order_exists(shopper: Shopper) -> None:
    """The same words for an order that is not there; only no mail comes."""
    await shopper.goes("/returns/winkel/")
    await shopper.asks_for_a_code()
    there = await shopper.page.locator("main").inner_text()
    await shopper.follows("Change order number or e-mail")
    await shopper.page.get_by_label("Order number").fill("99999")
    await shopper.page.get_by_label("E-mail").fill(shopper.bought.email)
    await shopper.presses("Mail me a code")
    await shopper.reads("99999")
    said = await shopper.page.locator("main").inner_text()
    assert said == there.replace(shopper.bought.number, "99999", 1)
    await shopper.world.quiet()
    assert len(await shopper.world.practice.mails(shopper.bought.email)) == 1


async def test_who_was_away_too_long_finds_everything_as_it_was(shopper: Shopper) -> None:
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe", reason="Too large")
    await shopper.reads_heading("What would you like for it?")
    await shopper.ticks(shopper.page.get_by_role("radio", name="Store credit"))
    await shopper.context.clear_cookies(name="session")
    await shopper.presses("Go on")
    await shopper.reads("Please find your order again")
    await shopper.world.practice.empty_mailbox()
    await shopper.asks_for_a_code()
    await shopper.types_the_code(await shopper.code())
    await shopper.reads_heading("What would you like for it?")
    await shopper.reads("We kept what you filled in.")
    await expect(shopper.page.get_by_role("radio", name="Store credit")).to_be_checked()
    await shopper.follows("Choose other items")
    await expect(shopper.page.get_by_role("checkbox", name="Trail shoe")).to_be_checked()
    chosen = shopper.page.get_by_label("Why do you send it back?").locator("option:checked")
    await expect(chosen).to_have_text("Too large")


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """A photo of 40 MB: a true picture with much behind it."""
    file = tmp_path / "holiday.jpg"
    Image.new("RGB", (64, 64), "red").save(file)
    with file.open("ab") as photo:
        photo.truncate(40 * 1024 * 1024)
    return file


@pytest.fixture
def light(tmp_path: Path) -> Path:
    file = tmp_path / "sole.jpg"
    Image.new("RGB", (640, 480), "gray").save(file)
    return file


async def test_a_photo_of_40_mb_is_refused_and_the_words_stay(
    shopper: Shopper, heavy: Path, light: Path
) -> None:
    await shopper.finds_the_order()
    await shopper.chooses("Trail shoe", reason="Does not work")
    await shopper.reads_heading("A few questions")
    await shopper.page.get_by_label("What does not work, and when?").fill("The sole came off on day two.")
    await shopper.page.locator("input[type=file]").set_input_files(heavy)
    await shopper.presses("Go on")
    await shopper.reads("One thing still needs you", "10 MB")
    await expect(shopper.page.get_by_label("What does not work, and when?")).to_have_value(
        "The sole came off on day two."
    )
    await shopper.page.locator("input[type=file]").set_input_files(light)
    await shopper.presses("Go on")
    await shopper.reads_heading("What would you like for it?")


async def test_an_unknown_code_becomes_an_unannounced_parcel(bench: AtTheBench) -> None:
    await bench.scans("3SNOBODY000001")
    await bench.hears("Unknown code")
    await bench.page.get_by_label("What do you see?").fill("A red box, no letter in it.")
    await bench.presses("Keep this box")
    await bench.hears("Kept")
    await bench.follows("Next box")
    await bench.reads("Boxes without a return", "3SNOBODY000001", "Unannounced return")
    await bench.scans("]C13snobody000001")  # another scanner, which names the kind of barcode first
    await bench.hears("Known box")
    await bench.reads("A red box, no letter in it.")


async def test_our_own_parcel_that_comes_back_is_known(world: Machine, shop: Shop, bench: AtTheBench) -> None:
    bought = await buy(shop, world.practice, outbound_tracking=["3SOUTBOUND0001"])
    await bench.scans("3SOUTBOUND0001")
    await bench.hears("Came back to us")
    await bench.reads(f"Order {bought.number}", "Trail shoe", "It was refused or not collected.")
    await bench.presses("Keep this box")
    await bench.hears("Kept")
    await bench.follows("Next box")
    await bench.reads("Refused or not collected", bought.number)
