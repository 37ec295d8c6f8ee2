"""The living page in a real browser: narrow, by keyboard, without JavaScript, under the strict policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page, Route, async_playwright

from returns_app.faces.parts import FACES
from scripts.screenshots import CHROMIUM, FLAGS

ORIGIN = "http://look.test"
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
TOO_SMALL = """(least) => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((target) => target.checkVisibility() && !target.closest(".skip, p, dialog"))
  .filter((target) => !target.matches(".row-link, .choice > input"))
  .filter((target) => ![target, ...(target.labels ?? [])].some((one) => {
    const { width, height } = one.getBoundingClientRect();
    return Math.min(width, height) >= least - 0.5;
  }))
  .map((target) => target.outerHTML)"""
"""Targets under `least` px, but for links in a sentence; of row-links and choices the whole card answers."""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        await chromium.close()


class Screen:
    """A browser page whose requests are answered by the app itself, and what it complained about."""

    def __init__(self, page: Page, complaints: list[str]) -> None:
        self.page, self.complaints = page, complaints


@pytest.fixture
async def screens(browser: Browser, living_page: Litestar) -> AsyncIterator[Any]:
    transport = httpx.ASGITransport(app=living_page)
    opened = []

    async def open_screen(path: str, **options: Any) -> Screen:
        context = await browser.new_context(base_url=ORIGIN, **options)
        opened.append(context)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.route("**/*", answer)
        await page.goto(path)
        return Screen(page, complaints)

    async def answer(route: Route) -> None:
        given = await client.get(route.request.url)
        headers = {**given.headers, "content-security-policy": POLICY}
        await route.fulfill(status=given.status_code, headers=headers, body=given.content)

    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield open_screen
        for context in opened:
            await context.close()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("language", ["en", "nl"])
async def test_nothing_is_wider_than_a_small_phone(screens: Any, face: str, language: str) -> None:
    """WCAG 1.4.10: no sideways scrolling at 320 px, which is also 1280 px at 400 %."""
    screen = await screens(f"/parts?face={face}&lang={language}", viewport={"width": 320, "height": 640})
    assert await screen.page.evaluate("document.documentElement.scrollWidth") == 320
    assert screen.complaints == []


@pytest.mark.parametrize(("face", "least"), [("portal", 44), ("warehouse", 44), ("console", 32)])
async def test_targets_are_large_enough(screens: Any, face: str, least: int) -> None:
    screen = await screens(f"/parts?face={face}", viewport={"width": 1280, "height": 800})
    assert await screen.page.evaluate(TOO_SMALL, least) == []


async def test_a_dialog_opens_and_closes_by_keyboard(screens: Any) -> None:
    page = (await screens("/parts")).page
    opener = page.get_by_role("button", name="Reject return").first
    await opener.focus()
    await page.keyboard.press("Space")
    dialog = page.get_by_role("dialog", name="Reject this return?")
    assert await dialog.is_visible()
    await page.keyboard.press("Escape")
    assert not await dialog.is_visible()
    assert await opener.evaluate("(button) => button === document.activeElement")


async def test_a_dialog_opens_without_javascript(screens: Any) -> None:
    page = (await screens("/parts", java_script_enabled=False)).page
    dialog = page.locator("#reject")
    assert not await dialog.is_visible()
    await page.locator("[data-opens=reject]").click()
    assert await dialog.is_visible()
    await dialog.locator("[data-closes]").click()
    assert not await dialog.is_visible()


@pytest.mark.parametrize("javascript", [True, False])
async def test_the_consoles_navigation_is_always_within_reach(screens: Any, javascript: bool) -> None:
    desk = await screens(
        "/parts?face=console", viewport={"width": 1280, "height": 800}, java_script_enabled=javascript
    )
    assert await desk.page.get_by_role("link", name="Returns", exact=True).is_visible()
    phone = await screens(
        "/parts?face=console", viewport={"width": 390, "height": 800}, java_script_enabled=javascript
    )
    link = phone.page.get_by_role("link", name="Returns", exact=True)
    assert not await link.is_visible()
    await phone.page.get_by_text("Menu", exact=True).click()
    assert await link.is_visible()


async def test_the_scan_field_is_ready_and_stays_so(screens: Any) -> None:
    page = (await screens("/parts?face=warehouse")).page
    focused = "document.activeElement.id"
    assert await page.evaluate(focused) == "scan"
    await page.get_by_role("heading", name="Item card").click()
    await page.wait_for_function(f"{focused} === 'scan'")


async def test_characters_left_are_counted(screens: Any) -> None:
    page = (await screens("/parts")).page
    await page.locator("#note").fill("four")
    assert await page.locator("#note-count").inner_text() == "496 characters left"
