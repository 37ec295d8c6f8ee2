"""A shop with a policy, orders and returns, and a person with a scanner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from litestar import Litestar

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal import wiring
from returns_app.merchants.queries import Shop, StaffMember
from tests.faces.browser import Browser
from tests.faces.conftest import person
from tests.faces.warehouse.makers import publish_policy, sign_in


@pytest.fixture(autouse=True)
def reactions() -> AsyncIterator[None]:
    """Everything may happen and nothing follows by itself."""
    before = dict(wiring._reactions)
    wiring.use_reactions({str(event): () for event in Event})
    yield
    wiring.use_reactions(before)


@pytest.fixture
async def policy(shop: Shop) -> None:
    await publish_policy(shop.id, "fashion")


@pytest.fixture
async def wim(shop: Shop) -> StaffMember:
    """A person of the warehouse."""
    return await person(shop, "wim", "warehouse")


@pytest.fixture
async def bench(app: Litestar, shop: Shop, wim: StaffMember, policy: None) -> Browser:
    """The warehouse's own browser, signed in."""
    return await sign_in(Browser(app), wim)


async def rows(sql: str, *arguments: object) -> list[dict[str, object]]:
    return [dict(row) for row in await database.fetch(sql, *arguments)]


async def received(return_id: UUID) -> list[tuple[int, int, int]]:
    """What was counted, line by line."""
    found = await rows(
        "SELECT received, missing, wrong FROM return_lines WHERE return_id = $1 ORDER BY position", return_id
    )
    return [(int(str(row["received"])), int(str(row["missing"])), int(str(row["wrong"]))) for row in found]


__all__ = ["Path"]
