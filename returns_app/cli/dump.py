"""The database out to a file and back in, by PostgreSQL's own programs, all or nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
import msgspec

from returns_app.embedded import client_program

Connection = asyncpg.Connection


class DatabaseProgramFailed(RuntimeError):
    """pg_dump, pg_restore or psql said no; the message is theirs."""


class DatabaseNotEmpty(RuntimeError):
    """There are already data where the back-up should go."""


class Counted(msgspec.Struct, frozen=True):
    """One moment of the database: rows by table, and the migrations that made it."""

    rows: dict[str, int]
    migrations: list[str]


async def dump(url: str, target: Path) -> Counted:
    """Write the whole database to `target` as of one moment, while others go on working."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            counted = Counted(await _rows(connection), await _migrations(connection))
            options = ("--format=custom", "--no-owner", "--no-privileges")
            await asyncio.to_thread(
                _run, url, "pg_dump", *options, f"--snapshot={snapshot}", f"--file={target}"
            )
            return counted
    finally:
        await connection.close()


async def load(url: str, source: Path, rows: Mapping[str, int]) -> None:
    """Replace everything in the database by the dump in `source`, in one transaction.

    It fails, and changes nothing, when afterwards a table has not the number of `rows` it should have.
    """
    emptying, filling, checking = (source.with_name(f"{step}.sql") for step in ("empty", "fill", "check"))
    emptying.write_text(_EMPTY)
    checking.write_text(_check(rows))
    filling.touch(mode=0o600)
    await asyncio.to_thread(_run, None, "pg_restore", "--no-owner", f"--file={filling}", source)
    steps = [f"--file={step}" for step in (emptying, filling, checking)]
    alone = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    await asyncio.to_thread(_run, url, "psql", *alone, *steps)


async def check_free(url: str, *, replace: bool) -> None:
    """Raises DatabaseNotEmpty when somebody works on it, or when it holds data not to be replaced."""
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval(_OTHERS):
            raise DatabaseNotEmpty("The app is running on this database. End it first; nothing was changed.")
        tables = await _tables(connection)
        theirs = bool(tables) and "merchants" not in tables
        if not replace and (
            theirs or (tables and await connection.fetchval("SELECT count(*) FROM merchants"))
        ):
            raise DatabaseNotEmpty(
                "The database is not empty. Say --replace to put the back-up in the place of what is there."
                " Nothing was changed."
            )
    finally:
        await connection.close()


_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

# Everything of ours lives in the schema public. What an extension brought stays.
_EMPTY = """
SET client_min_messages = warning;
DO $$ DECLARE command text; BEGIN
  FOR command IN
    SELECT format('DROP TABLE IF EXISTS %s CASCADE', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP EXECUTE command; END LOOP;
  FOR command IN
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('DROP TYPE IF EXISTS %s CASCADE', t.oid::regtype) FROM pg_type t
    WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('DROP SEQUENCE IF EXISTS %s CASCADE', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
  LOOP EXECUTE command; END LOOP;
END $$;
"""


def _check(rows: Mapping[str, int]) -> str:
    """SQL that fails when a table does not hold the rows that were counted when it was saved."""
    checks = [
        f"IF (SELECT count(*) FROM public.{_quoted(table)}) <> {count} THEN"
        f" RAISE EXCEPTION 'the table % came back with another number of rows', '{table}'; END IF;"
        for table, count in rows.items()
    ]
    return "DO $$ BEGIN\n" + "\n".join([*checks, "NULL;"]) + "\nEND $$;\n"


async def _rows(connection: Connection) -> dict[str, int]:
    rows = {}
    for table in await _tables(connection):
        rows[table] = await connection.fetchval(f"SELECT count(*) FROM public.{_quoted(table)}")
    return rows


async def _tables(connection: Connection) -> list[str]:
    found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row["tablename"] for row in found]


async def _migrations(connection: Connection) -> list[str]:
    if "migration" not in await _tables(connection):
        return []
    found = await connection.fetch("SELECT app_name, name FROM public.migration ORDER BY 1, 2")
    return [f"{row['app_name']} {row['name']}" for row in found]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _run(url: str | None, program: str, *arguments: object) -> None:
    """Run a PostgreSQL program. The password goes by the environment: arguments are seen by every user."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    command = [client_program(program), *map(str, arguments)]
    if url:
        environment["PGPASSWORD"] = unquote(urlsplit(url).password or "")
        command.append(f"--dbname={_without_password(url)}")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise DatabaseProgramFailed(f"{program}: {done.stderr.strip()} Nothing was changed.")


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    name, _, host = parts.netloc.rpartition("@")
    user = name.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
