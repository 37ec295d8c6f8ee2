"""One practice process per test module, driven by the real SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from tests.practice.world import Ear, admin, ear, practice_world


@pytest.fixture(scope="module")
async def app() -> AsyncIterator[Ear]:
    async with ear() as hearing:
        yield hearing


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, app: Ear) -> AsyncIterator[PracticeProcess]:
    async with practice_world(tmp_path_factory.mktemp("practice"), app.url) as process:
        yield process


@pytest.fixture
async def practice(world: PracticeProcess, app: Ear) -> AsyncIterator[PracticeClient]:
    async with admin(world) as client:
        await client.disarm()
        await client.release_hooks()
        await client.hooks_arrived()
        app.told.clear()
        yield client
