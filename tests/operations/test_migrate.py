"""Migrations forward, again, and by two processes at once."""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg

from tests import postgres


async def migrate_in_a_process(url: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "returns_app.cli", "migrate"),
        env={**os.environ, "DATABASE_URL": url},
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


async def migrations_run(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT count(*) FROM migration")
    finally:
        await connection.close()


def test_two_processes_migrate_one_empty_database(postgres_server: str) -> None:
    async def twice_at_once_and_once_more(url: str) -> None:
        first = await asyncio.gather(migrate_in_a_process(url), migrate_in_a_process(url))
        made = await migrations_run(url)
        assert first == [0, 0]
        assert made > 0
        assert await migrate_in_a_process(url) == 0
        assert await migrations_run(url) == made

    with postgres.database(postgres_server, "migrate") as url:
        asyncio.run(twice_at_once_and_once_more(url))
