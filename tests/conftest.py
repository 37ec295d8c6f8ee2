"""One PostgreSQL for the run, one database per test worker, empty for every test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from returns_app import database
from returns_app.cli.migrate import migrate
from tests import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of the server's maintenance database, for tests that make databases of their own."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def database_url(postgres_server: str) -> Iterator[str]:
    """A database of this test worker's own, cloned from the migrated template."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with postgres.migrated_database(postgres_server, migrate, worker) as url:
        yield url


@pytest.fixture(scope="session")
async def _pool(database_url: str) -> AsyncIterator[None]:
    database.use_database(database_url)
    async with database.pool(size=12):
        yield


@pytest.fixture
async def db(_pool: None, database_url: str) -> str:
    """An empty, migrated database; the value is its address."""
    await _empty(database_url)
    return database_url


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
