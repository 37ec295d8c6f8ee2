"""The timetable: what is looked at when. Each line only sets off a sweep, which any worker then does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from returns_app.journal.jobs import Job, enqueue
from returns_app.settings import Settings

TIMETABLE = {
    "sweep.refunds": IntervalTrigger(minutes=2, timezone="UTC"),
    "sweep.labels": IntervalTrigger(minutes=2, timezone="UTC"),
    "sweep.messages": IntervalTrigger(minutes=1, timezone="UTC"),
    "sweep.reminders": CronTrigger(minute=5, timezone="UTC"),
    "sweep.deadlines": CronTrigger(minute=15, timezone="UTC"),
    "sweep.kept": CronTrigger(minute=25, timezone="UTC"),
}
"""Hourly sweeps look at each merchant's own day, so that no zone's midnight is missed."""


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Keep the timetable until `stop`. Any number of these may run: a sweep waiting is not queued again."""
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        # The default drops a run that is a second late; a late sweep is as good as a punctual one.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, trigger in TIMETABLE.items():
        scheduler.add_job(_setting_off(name), trigger, id=name)
    scheduler.start()
    try:
        for name in TIMETABLE:
            await enqueue(Job(name=name), key=name)
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)


def _setting_off(name: str) -> Callable[[], Awaitable[None]]:
    async def set_off() -> None:
        await enqueue(Job(name=name), key=name)

    return set_off
