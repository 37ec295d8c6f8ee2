"""One PostgreSQL for the run, one database per test worker, empty for every test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest

from returns_app import database
from returns_app.cli.migrate import migrate
from tests.postgres import clone_url, template_database


@pytest.fixture(scope="session")
def database_url() -> str:
    """A database of this test worker's own, cloned from the migrated template."""
    return clone_url(template_database(migrate), os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture(scope="session")
async def _pool(database_url: str) -> AsyncIterator[None]:
    database.use_database(database_url)
    async with database.pool(size=12):
        yield


@pytest.fixture
async def db(_pool: None, database_url: str) -> AsyncIterator[str]:
    """An empty, migrated database; the value is its address."""
    await _empty(database_url)
    yield database_url


_TABLES = """
SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'migration'
"""


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"TRUNCATE {await connection.fetchval(_TABLES)} CASCADE")
    finally:
        await connection.close()
