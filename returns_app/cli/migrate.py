"""Bring the database to this release: our tables, then the job queue's."""

from __future__ import annotations

import asyncio
import contextlib
import io

import asyncpg
import click
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration

from returns_app import database
from returns_app.cli.surroundings import settings_with_database
from returns_app.journal.queue import install_or_upgrade

# Any number that nobody else uses: two processes that start together migrate one after the other.
_LOCK = 7_250_118_231


class MigrationFailed(RuntimeError):
    """A migration did not run through; the message is what Piccolo said of it."""


@click.command("migrate")
def command() -> None:
    """Bring the database to this release. Harmless to repeat."""
    with settings_with_database() as settings:
        assert settings.database_url, "settings_with_database() sets it"
        asyncio.run(migrate(settings.database_url))
    click.echo("The database is at this release.")


async def migrate(url: str) -> None:
    """Run every migration that has not run. Harmless to repeat. Raises MigrationFailed."""
    # Piccolo's own table remembers the first database it saw in this process.
    Migration._meta.db = database.use_database(url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await _our_tables()
        await install_or_upgrade(connection)
    finally:
        await connection.close()


async def _our_tables() -> None:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = await run_forwards("all")
    except SystemExit as end:
        raise MigrationFailed(said.getvalue()) from end
    if not result.success:
        raise MigrationFailed(result.message or said.getvalue())
