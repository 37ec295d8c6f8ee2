"""`returns schedule`: the process that sets off what happens at a certain time."""

from __future__ import annotations

import asyncio

import click

from returns_app.cli.surroundings import end_with_supervisor, settings_with_database, stop_on_signal
from returns_app.logs import use_logs
from returns_app.settings import Settings


@click.command()
def schedule() -> None:
    """Set off the timetable's sweeps until Ctrl-C. Any number of these may run."""
    end_with_supervisor()
    use_logs()
    with settings_with_database() as settings:
        asyncio.run(_schedule(settings))


async def _schedule(settings: Settings) -> None:
    from returns_app import database, reactions
    from returns_app import schedule as timetable
    from returns_app.journal.wiring import use_reactions

    assert settings.database_url, "settings_with_database() sets it"
    stop = stop_on_signal()
    database.use_database(settings.database_url)
    use_reactions(reactions.REACTIONS)
    async with database.pool(size=2):
        await timetable.run(settings, stop)
