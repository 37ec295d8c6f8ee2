"""The gateways' other side: one practice process per test module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from tests.practice.world import admin, practice_world


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeProcess]:
    async with practice_world(tmp_path_factory.mktemp("practice")) as process:
        yield process


@pytest.fixture
async def practice(world: PracticeProcess) -> AsyncIterator[PracticeClient]:
    async with admin(world) as client:
        await client.disarm()
        yield client
