"""The worker: claims jobs, runs them, retries with patience, and asks for a person at last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import asyncpg
import msgspec
import structlog
from pgqueuer import executors
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job as QueuedJob

from returns_app import clock, database
from returns_app.journal.jobs import Handler, Job
from returns_app.journal.queue import CHANNEL, queries
from returns_app.journal.tasks import open_task

log = structlog.get_logger()

MOST_TRIES = 8
MOST_UNFINISHED_STARTS = 3


class WorkerKilledByJob(RuntimeError):
    """This job was started several times and never ended: its worker died each time."""


async def work(
    dsn: str,
    handlers: Mapping[str, Handler],
    *,
    stop: asyncio.Event,
    heartbeat: timedelta = timedelta(seconds=5),
) -> None:
    """Work jobs until `stop` is set. A lost database connection is replaced, not fatal."""
    while not stop.is_set():
        try:
            await _work_on_one_connection(dsn, handlers, stop, heartbeat)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("worker lost its database connection", error=str(error))
            await asyncio.wait([asyncio.create_task(stop.wait())], timeout=2)


async def _work_on_one_connection(
    dsn: str, handlers: Mapping[str, Handler], stop: asyncio.Event, heartbeat: timedelta
) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        manager = QueueManager(queries(connection), channel=CHANNEL)
        for name, handler in handlers.items():
            _register(manager, name, handler)
        ending = asyncio.create_task(_end_with(stop, manager))
        try:
            await manager.run(
                dequeue_timeout=timedelta(seconds=2),
                heartbeat_timeout=heartbeat,
                shutdown_on_listener_failure=True,
            )
        finally:
            ending.cancel()
    finally:
        await connection.close(timeout=5)


async def _end_with(stop: asyncio.Event, manager: QueueManager) -> None:
    await stop.wait()
    manager.shutdown.set()


def _register(manager: QueueManager, name: str, handler: Handler) -> None:
    async def run(queued: QueuedJob) -> None:
        await run_job(queued, handler)

    manager.entrypoint(
        name,
        on_failure="hold",
        executor_factory=lambda parameters: executors.DatabaseRetryEntrypointExecutor(
            parameters=parameters, max_attempts=MOST_TRIES, initial_delay=timedelta(seconds=1)
        ),
    )(run)


async def run_job(queued: QueuedJob, handler: Handler) -> None:
    """Run one claimed job, counting its start, so that one that kills workers is found out."""
    job = msgspec.json.decode(queued.payload or b"{}", type=Job)
    starts = await _count_start(str(queued.id))
    if starts > MOST_UNFINISHED_STARTS:
        error = WorkerKilledByJob(f"{job.name} did not come to an end {starts - 1} times")
        await _ask_for_a_person(queued, job, error)
        raise error
    try:
        await handler(job)
    except Exception as error:
        log.warning("job failed", job=job.name, attempt=queued.attempts, error=str(error))
        if queued.attempts >= MOST_TRIES:
            await _ask_for_a_person(queued, job, error)
        raise
    finally:
        await database.fetch("DELETE FROM journal_job_starts WHERE job = $1", str(queued.id))


async def _count_start(job: str) -> int:
    rows = await database.fetch(
        "INSERT INTO journal_job_starts (id, job, unfinished) VALUES ($1, $2, 1)"
        " ON CONFLICT (job) DO UPDATE SET unfinished = journal_job_starts.unfinished + 1"
        " RETURNING unfinished",
        uuid4(),
        job,
    )
    return rows[0]["unfinished"]


async def _ask_for_a_person(queued: QueuedJob, job: Job, error: Exception) -> None:
    if job.merchant is None:
        return
    await open_task(
        "job.failed",
        str(queued.id),
        merchant=job.merchant,
        return_id=job.return_id,
        sentence=f"“{job.name}” failed {queued.attempts + 1} times: {error}",
        at=clock.now(),
        job=job.name,
    )
