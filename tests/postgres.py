"""The PostgreSQL of the test run: one embedded server, one database for each test worker.

The server is shared by all workers and runs at the same time, and ends with the last of them.
`RETURNS_TEST_DATABASE_URL` names another server, whose user may create databases.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from returns_app import embedded

HOME = Path(os.environ.get("RETURNS_TEST_DATA") or f"/var/tmp/returns-tests-{os.geteuid()}")
_ROOT = Path(__file__).parent.parent

# Tests are repeated, not kept: nothing needs to survive a power cut.
_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Address of the server's maintenance database, for a role that may create databases."""
    given = os.environ.get("RETURNS_TEST_DATABASE_URL")
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "uses").mkdir(exist_ok=True)
    if given:
        yield given
        return
    with embedded.held(HOME, _HURRY) as url:
        master = embedded.url(HOME, database="postgres", role=embedded.SUPERUSER)
        _tell(master, f"ALTER ROLE {embedded.ROLE} CREATEDB")
        yield with_database(url, "postgres")


@contextlib.contextmanager
def migrated_database(server_url: str, migrate: Callable[[str], Awaitable[None]], name: str) -> Iterator[str]:
    """Address of a database of the caller's own, cloned from a template made once per set of migrations."""
    with _used(template := f"returns_t_{_migrations_digest()}"):
        with _alone():
            _drop_left_behind(server_url)
            if not _exists(server_url, template):
                _make_template(server_url, template, migrate)
        with database(server_url, name, template=template) as url:
            yield url


@contextlib.contextmanager
def database(server_url: str, name: str, *, template: str = "template0") -> Iterator[str]:
    """Address of a database that exists as long as the block runs; empty unless cloned from a template."""
    full = "returns_c_" + re.sub(r"\W", "_", f"{name}_{os.getpid()}").lower()
    with _used(full):
        with _alone():
            _tell(server_url, f'CREATE DATABASE "{full}" TEMPLATE "{template}"')
        try:
            yield with_database(server_url, full)
        finally:
            _tell(server_url, f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)')


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def _make_template(server_url: str, name: str, migrate: Callable[[str], Awaitable[None]]) -> None:
    half_made = f"{name}_half_made"
    _tell(server_url, f'DROP DATABASE IF EXISTS "{half_made}"', f'CREATE DATABASE "{half_made}"')
    asyncio.run(migrate(with_database(server_url, half_made)))
    _tell(server_url, f'ALTER DATABASE "{half_made}" RENAME TO "{name}"')


def _migrations_digest() -> str:
    """Changes with everything that shapes the migrated database."""
    files = [*sorted(_ROOT.glob("returns_app/*/piccolo_migrations/*.py"))]
    files += [_ROOT / "returns_app/journal/queue.py", _ROOT / "returns_app/cli/migrate.py"]
    said = b"".join(file.name.encode() + file.read_bytes() for file in files)
    return hashlib.sha256(said + version("pgqueuer").encode()).hexdigest()[:16]


def _drop_left_behind(server_url: str) -> None:
    """Drop the databases of runs that are over, however they ended."""
    for name in _databases(server_url):
        with (HOME / "uses" / name).open("a") as use:
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _tell(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            if name.startswith("returns_c_"):
                (
                    HOME / "uses" / name
                ).unlink()  # a template's file may be waited for; a clone's is never used again


def _databases(server_url: str) -> list[str]:
    ours = "SELECT datname FROM pg_database WHERE datname LIKE 'returns\\_%'"
    return [row["datname"] for row in _ask(server_url, ours)]


def _exists(server_url: str, name: str) -> bool:
    return bool(_ask(server_url, "SELECT FROM pg_database WHERE datname = $1", name))


@contextlib.contextmanager
def _used(name: str) -> Iterator[None]:
    """While it runs, `name` is not left behind. The lock ends with the process, however that ends."""
    with (HOME / "uses" / name).open("a") as use:
        fcntl.flock(use, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with (HOME / "databases.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tell(url: str, *commands: str) -> None:
    async def tell() -> None:
        connection = await asyncpg.connect(url)
        try:
            for command in commands:
                await connection.execute(command)
        finally:
            await connection.close()

    asyncio.run(tell())


def _ask(url: str, query: str, *arguments: object) -> list[asyncpg.Record]:
    async def ask() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    return asyncio.run(ask())
