"""One machine and one browser for all stories of a test worker; the database is empty before each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser, async_playwright, expect

from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Shop
from returns_app.reactions import REACTIONS
from scripts.screenshots import CHROMIUM, FLAGS
from tests.stories.people import NARROW, WIDE, AtTheBench, AtTheDesk, Person, Shopper
from tests.stories.shop import Bought, buy, hire, open_shop
from tests.stories.world import Machine, machine

Anyone = TypeVar("Anyone", bound=Person)
Comes = Callable[..., Awaitable[Any]]

expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
async def whole(
    database_url: str, _pool: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Machine]:
    async with machine(database_url, tmp_path_factory.mktemp("machine")) as running:
        yield running


@pytest.fixture
async def world(whole: Machine, db: str) -> AsyncIterator[Machine]:
    use_reactions(REACTIONS)
    await whole.practice.disarm()
    shutil.rmtree(whole.folder / "outgoing-orders", ignore_errors=True)
    yield whole
    await whole.quiet()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def shop(world: Machine) -> Shop:
    return await open_shop()


@pytest.fixture
async def comes(world: Machine, chromium: Browser) -> AsyncIterator[Comes]:
    """Lets people in. At the end no page of theirs may have broken, whatever else was shown."""
    there: list[Person] = []

    async def comes(who: type[Anyone], **screen: Any) -> Anyone:
        context = await chromium.new_context(base_url=world.url, locale="en-GB", **screen)
        context.set_default_timeout(20_000)
        person = who(world, context, await context.new_page())
        there.append(person)
        return person

    yield comes
    for person in there:
        await person.context.close()
    assert [complaint for person in there for complaint in person.complaints] == []


@pytest.fixture
async def bought(world: Machine, shop: Shop) -> Bought:
    return await buy(shop, world.practice)


@pytest.fixture
async def shopper(comes: Comes, bought: Bought) -> Shopper:
    """On a phone, with an order of one shoe of 80 euro."""
    return (await comes(Shopper, viewport=NARROW)).has(bought)


@pytest.fixture
async def bench(comes: Comes, shop: Shop) -> AtTheBench:
    person = await comes(AtTheBench, viewport=WIDE)
    return await person.signs_in(await hire(shop, "warehouse"), "/warehouse/")


@pytest.fixture
async def desk(comes: Comes, shop: Shop) -> AtTheDesk:
    person = await comes(AtTheDesk, viewport=WIDE)
    return await person.signs_in(await hire(shop, "owner"), "/console/")
