"""The timetable sets every sweep off at its start, once however many timetables run, and ends when told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from returns_app import database
from returns_app.journal.jobs import Job
from returns_app.reactions import SWEEPS
from returns_app.schedule import TIMETABLE, run
from returns_app.settings import Settings


async def waiting() -> list[str]:
    rows = await database.fetch("SELECT payload FROM jobs ORDER BY id")
    return sorted(msgspec.json.decode(row["payload"], type=Job).name for row in rows)


async def test_each_sweep_is_set_off_once_by_any_number_of_timetables(db: str, tmp_path: Path) -> None:
    stop = asyncio.Event()
    running = [asyncio.create_task(run(Settings(data=tmp_path), stop)) for _ in range(3)]
    for _ in range(250):
        if len(await waiting()) == len(TIMETABLE):
            break
        await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*running), 5)
    assert await waiting() == sorted(TIMETABLE)


def test_every_sweep_has_its_time_and_its_handler() -> None:
    assert sorted(TIMETABLE) == sorted(SWEEPS)
