"""One machine for the stories of a test worker; its database is empty at the start of each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from returns_app.journal.wiring import use_reactions
from returns_app.reactions import REACTIONS
from tests.stories.world import Machine, machine


@pytest.fixture(scope="session")
async def whole(
    database_url: str, _pool: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Machine]:
    async with machine(database_url, tmp_path_factory.mktemp("machine")) as running:
        yield running


@pytest.fixture
async def world(whole: Machine, db: str) -> AsyncIterator[Machine]:
    use_reactions(REACTIONS)
    await whole.practice.disarm()
    yield whole
    await whole.quiet()
