"""A shop with a policy, a person signed in at its console, and returns in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar

from returns_app.core.events import Event
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Role, Shop
from returns_app.returns.queries import ReturnSeen, return_seen
from tests.faces.browser import Browser
from tests.faces.conftest import PASSWORD, person
from tests.makers import a_return, a_shop, an_order, shoe


@pytest.fixture(autouse=True)
def _nothing_reacts() -> None:
    """What follows later is the worker's; here only what the page itself does counts."""
    use_reactions(dict.fromkeys(Event, ()))


@pytest.fixture
async def shop(db: str) -> Shop:
    return await a_shop()


@pytest.fixture
async def desk(app: Litestar, shop: Shop) -> Browser:
    """An owner's browser, signed in."""
    return await signed_in(app, shop, "olga", "owner")


async def signed_in(app: Litestar, shop: Shop, name: str, role: Role) -> Browser:
    browser = Browser(app)
    browser.http.headers["accept-language"] = "en"
    staff = await person(shop, name, role)
    answer = await browser.post("/sign-in", {"email": staff.email, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


async def in_review(shop: Shop, number: str = "2001", **said: Any) -> ReturnSeen:
    """A return that the fashion policy lets a person decide: a business buyer asks for credit."""
    order = await an_order(shop, shoe(), number=number, reference=f"pi_{number}", buyer="business", **said)
    asked = await a_return(shop, order, "credit")
    seen = await return_seen(shop.id, asked.id)
    assert seen.status == "in_review"
    return seen


def words(text: str) -> str:
    """A page without its tags, spaces made one: what a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
