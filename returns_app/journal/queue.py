"""The job queue, with every name and its durability stated rather than read from the environment."""

from __future__ import annotations

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.queries import Queries

CHANNEL = Channel("returns_jobs")

# PgQueuer reads bare CHANNEL, FUNCTION and DURABILITY from the environment of whoever starts us.
_NAMES = DBSettings(
    channel=CHANNEL,
    function="fn_returns_jobs_changed",
    statistics_table="job_statistics",
    queue_status_type="job_status",
    queue_table="jobs",
    queue_table_log="job_log",
    trigger="tg_returns_jobs_changed",
    schedules_table="job_schedules",
    durability=Durability.durable,
)


def queries(connection: asyncpg.Connection) -> Queries:
    """PgQueuer's operations on this connection, inside its transaction when it has one."""
    return Queries(
        driver=AsyncpgDriver(connection),
        qbe=QueryBuilderEnvironment(settings=_NAMES),
        qbq=QueryQueueBuilder(settings=_NAMES),
        qbs=QuerySchedulerBuilder(settings=_NAMES),
    )


async def install_or_upgrade(connection: asyncpg.Connection) -> None:
    """Make the queue's tables, or bring them up to date. Runs outside any transaction."""
    queue = queries(connection)
    if await queue.schema_is_installed():
        await queue.upgrade()
    else:
        await queue.install()
