"""`returns work`: the worker process."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import click

from returns_app.cli.surroundings import end_with_supervisor, settings_with_database, stop_on_signal
from returns_app.logs import use_logs
from returns_app.settings import Settings


@click.command()
def work() -> None:
    """Work the jobs until Ctrl-C; a job that is under way is brought to its end first."""
    end_with_supervisor()
    use_logs()
    with settings_with_database() as settings:
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    from returns_app import database, reactions
    from returns_app.journal.wiring import use_reactions
    from returns_app.journal.work import work as work_jobs
    from returns_app.practice.wiring import build_world

    assert settings.database_url, "settings_with_database() sets it"
    stop = stop_on_signal()
    database.use_database(settings.database_url)
    use_reactions(reactions.REACTIONS)
    async with database.pool(), build_world(settings) as world:
        await work_jobs(
            settings.database_url,
            reactions.handlers(world),
            stop=stop,
            heartbeat=timedelta(seconds=settings.job_heartbeat),
        )
