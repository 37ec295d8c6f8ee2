"""The people of the stories, each with a browser of their own. They act and read as people do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from returns_app.practice.mailbox import Mail
from tests.stories.shop import PASSWORD, Bought
from tests.stories.world import Machine

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


class Person:
    """Someone in front of a screen. `complaints` is what the browser found wrong with our pages."""

    def __init__(self, world: Machine, context: BrowserContext, page: Page) -> None:
        self.world, self.context, self.page = world, context, page
        self.complaints: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("response", self._response)

    def _console(self, said: ConsoleMessage) -> None:
        """Answers with an error status are looked at in `_response`."""
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.complaints.append(said.text)

    def _response(self, answer: Response) -> None:
        """A page may say no with a sentence; its parts must all be there."""
        part = not answer.request.is_navigation_request()
        if answer.status >= (400 if part else 500):
            self.complaints.append(f"{answer.status} {answer.request.method} {answer.url}")

    async def goes(self, path: str) -> None:
        await self.page.goto(self.world.url + path)

    async def presses(self, name: str, exact: bool = True) -> None:
        await self.page.get_by_role("button", name=name, exact=exact).click()

    async def follows(self, name: str) -> None:
        await self.page.get_by_role("link", name=name, exact=True).first.click()

    async def ticks(self, control: Locator) -> None:
        """By its words, which are larger than its box; one of the two lies over the other."""
        if not await control.is_checked():
            words = control.locator("xpath=ancestor::label | following-sibling::label").first
            await words.evaluate("(words) => words.scrollIntoView({ block: 'center' })")
            await words.click(force=True)
        await expect(control).to_be_checked()

    async def reads(self, *words: str | re.Pattern[str]) -> None:
        """All of these stand on the page, or soon will."""
        for each in words:
            await expect(self.page.locator("body")).to_contain_text(each, use_inner_text=True)

    async def reads_heading(self, words: str) -> None:
        await expect(self.page.get_by_role("heading", level=1, name=words)).to_be_visible()

    def error(self) -> Locator:
        return self.page.get_by_role("alert")


class Shopper(Person):
    """Someone with an order, on a phone, in English."""

    bought: Bought
    shop = "winkel"

    def has(self, bought: Bought) -> Self:
        self.bought = bought
        return self

    async def finds_the_order(self) -> None:
        """From the first page through the mailed code to the items."""
        await self.goes(f"/returns/{self.shop}/")
        await self.asks_for_a_code()
        await self.types_the_code(await self.code())
        await self.reads_heading("What would you like to send back?")

    async def asks_for_a_code(self) -> None:
        await self.page.get_by_label("Order number").fill(self.bought.number)
        await self.page.get_by_label("E-mail").fill(self.bought.email)
        await self.presses("Mail me a code")
        await self.reads_heading("Type the code")

    async def code(self) -> str:
        """The newest code in the shopper's mailbox."""
        mail = await self.mail("code")
        [code] = re.findall(r"Code: (\d{3} \d{3})", mail.text)
        return code

    async def types_the_code(self, code: str) -> None:
        await self.page.get_by_label("Code").fill(code)
        await self.presses("Open my order")

    async def chooses(self, *items: str, reason: str = "Too small") -> None:
        for item in items:
            await self.ticks(self.page.get_by_role("checkbox", name=item))
            pick = self.page.locator(".pick", has_text=item)
            await pick.get_by_label("Why do you send it back?").select_option(label=reason)
        await self.presses("Go on")

    async def decides(self, offer: str, instead: str = "") -> None:
        await self.reads_heading("What would you like for it?")
        await self.ticks(self.page.get_by_role("radio", name=offer))
        if instead:
            await self.ticks(self.page.get_by_role("radio", name=instead, exact=True))
        await self.presses("Go on")

    async def sends_by(self, way: str) -> None:
        await self.reads_heading("How will you send it back?")
        await self.ticks(self.page.get_by_role("radio", name=way))
        await self.presses("Go on")
        await self.reads_heading("Check your return")

    async def ticks_consent(self) -> None:
        await self.ticks(self.page.get_by_role("checkbox", name="instead of my money back"))

    async def confirms(self) -> str:
        """The number of the return, as the page shows it."""
        await self.presses("Confirm return")
        await self.reads_heading("Your return is confirmed")
        return self.rma()

    def rma(self) -> str:
        """The return number in the address of the page."""
        return re.sub(r"[?/].*", "", self.page.url.split("/done/")[-1].split("/return/")[-1])

    async def goes_to_the_return(self, rma: str) -> None:
        await self.goes(f"/returns/{self.shop}/return/{rma}")

    async def label(self) -> bytes:
        """The label behind the page's own link, once it is there."""
        link = self.page.get_by_role("link", name="Print label")
        await expect(link).to_be_visible()
        answer = await self.context.request.get(self.world.url + (await link.get_attribute("href") or ""))
        assert answer.ok
        assert answer.headers["content-type"] == "application/pdf"
        return await answer.body()

    async def mail(self, subject: str) -> Mail:
        return await self.world.practice.wait_for_mail(self.bought.email, subject, within=30)

    async def mails(self) -> Sequence[Mail]:
        """Every mail of the return, the oldest first."""
        await self.world.quiet()
        mails = reversed(await self.world.practice.mails(self.bought.email))
        return [mail for mail in mails if not mail.subject[0].isdigit()]


class Colleague(Person):
    """Someone of the shop, at a desk or at the bench."""

    async def signs_in(self, email: str, at: str) -> Self:
        await self.goes(at)
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.presses("Sign in")
        await self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self


class AtTheBench(Colleague):
    """Someone who opens boxes, with a scanner that types and presses Enter."""

    async def scans(self, code: str) -> None:
        field = self.page.locator("#scan")
        await field.fill(code)
        await field.press("Enter")

    async def hears(self, word: str) -> None:
        """The band says so, to be read from two metres."""
        await expect(self.page.locator(".band-word")).to_have_text(word)

    async def judges(self, condition: str = "Unused, tags on") -> None:
        await self.reads_heading("What condition is it in?")
        await self.ticks(self.page.get_by_role("radio", name=condition))
        await self.presses("Done")
        await self.hears("Done")


class AtTheDesk(Colleague):
    """Someone who decides and explains."""

    async def opens(self, rma: str) -> None:
        await self.goes(f"/console/returns/{rma}")
