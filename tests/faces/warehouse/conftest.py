"""A shop with a policy, and a person with a scanner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar

from returns_app.core.events import Event
from returns_app.journal import wiring
from returns_app.merchants.queries import Shop, StaffMember
from tests.faces.browser import Browser
from tests.faces.conftest import person
from tests.faces.warehouse.makers import publish_policy, sign_in


@pytest.fixture(autouse=True)
def reactions(app: Litestar) -> Iterator[None]:
    """Everything may happen and nothing follows by itself."""
    before = dict(wiring._reactions)
    wiring.use_reactions({str(event): () for event in Event})
    yield
    wiring.use_reactions(before)


@pytest.fixture
async def wim(shop: Shop) -> StaffMember:
    """A person of the warehouse."""
    await publish_policy(shop.id, "fashion")
    return await person(shop, "wim", "warehouse")


@pytest.fixture
async def bench(app: Litestar, wim: StaffMember) -> Browser:
    """The warehouse's own browser, signed in."""
    return await sign_in(Browser(app), wim)
