"""A shop at a fixed moment, with a shopper inside the portal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from litestar import Litestar

from returns_app import clock
from returns_app.core.events import Event
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Shop
from tests.faces.browser import app_for_tests
from tests.faces.portal.walking import Walker, with_a_door
from tests.makers import AT, a_shop, an_order, shoe, stock

Walk = Callable[..., Awaitable[Walker]]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    use_reactions(dict.fromkeys(Event, ()))


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    return with_a_door(app_for_tests(tmp_path))


@pytest.fixture
async def shop(db: str) -> Shop:
    """Fashion, with one more size of the shoe in stock and one sold out."""
    shop = await a_shop()
    await stock(shop, shoe(43), shoe(44, stock=0))
    return shop


@pytest.fixture
async def order(shop: Shop) -> UUID:
    """One shoe for € 80."""
    return await an_order(shop)


@pytest.fixture
async def walker(app: Litestar, shop: Shop, order: UUID) -> Walker:
    return await Walker(app, shop, order).enter()
