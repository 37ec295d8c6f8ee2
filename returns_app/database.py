"""PostgreSQL: one engine per process, one pool, one kind of transaction."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

# Piccolo looks its engine up by the name of a module; this module is the one.
os.environ.setdefault("PICCOLO_CONF", "returns_app.piccolo_conf")

_engine: PostgresEngine | None = None


class DatabaseNotThere(RuntimeError):
    """PostgreSQL does not answer; the message says where it was looked for."""


def use_database(url: str) -> PostgresEngine:
    """Name the database of this process. Connecting happens at the first query or `pool()`."""
    global _engine
    _engine = PostgresEngine(config={"dsn": url}, extensions=())
    return _engine


def engine() -> PostgresEngine:
    """The engine of this process; from DATABASE_URL when nobody named one."""
    if _engine is None:
        url = os.environ.get("DATABASE_URL")
        if not url:
            raise DatabaseNotThere("No database is named. Set DATABASE_URL, or start with `make run`.")
        return use_database(url)
    return _engine


@asynccontextmanager
async def pool(*, size: int = 10) -> AsyncIterator[PostgresEngine]:
    """Hold a pool of `size` connections. Without one, Piccolo connects anew for every query."""
    current = engine()
    try:
        await current.start_connection_pool(min_size=1, max_size=size, reset=_stays_as_it_is)
    except (OSError, asyncpg.PostgresError) as error:
        raise DatabaseNotThere(f"PostgreSQL does not answer: {error}. Is it running?") from error
    try:
        yield current
    finally:
        await current.close_connection_pool()


async def _stays_as_it_is(connection: asyncpg.Connection) -> None:
    """Nobody sets, listens or locks for longer than a transaction here: there is nothing to set back.

    asyncpg's own statement for that would be every sixth we send. What is open it rolls back anyway.
    """


@asynccontextmanager
async def transaction() -> AsyncIterator[PostgresTransaction]:
    """A transaction a verb owns. A verb inside a verb is a mistake and raises."""
    async with engine().transaction(allow_nested=False) as running:
        yield running


def connection() -> asyncpg.Connection:
    """The connection of the running transaction, for what Piccolo cannot say.

    Raises RuntimeError outside a transaction.
    """
    running = engine().current_transaction.get()
    if running is None:
        raise RuntimeError("this must run inside database.transaction()")
    # A pooled connection is a proxy that behaves as the connection it stands for.
    return cast("asyncpg.Connection", running.connection)


async def fetch(sql: str, *arguments: object) -> list[asyncpg.Record]:
    """Rows of a plain SQL read, inside the running transaction when there is one."""
    running = engine().current_transaction.get()
    if running is not None:
        return await running.connection.fetch(sql, *arguments)
    pool_ = engine().pool
    if pool_ is not None:
        async with pool_.acquire() as free:
            return await free.fetch(sql, *arguments)
    own = await engine().get_new_connection()
    try:
        return await own.fetch(sql, *arguments)
    finally:
        await own.close()


async def fetch_one(sql: str, *arguments: object) -> asyncpg.Record | None:
    rows = await fetch(sql, *arguments)
    return rows[0] if rows else None
