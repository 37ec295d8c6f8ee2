"""Events set off jobs in the same transaction; jobs survive failure and are held at last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from returns_app import database
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.inbound import store_inbound
from returns_app.journal.jobs import Job, enqueue
from returns_app.journal.queries import timeline
from returns_app.journal.wiring import UnknownEvent, use_reactions
from returns_app.journal.work import work

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def work_until(
    db: str, handlers: dict[str, Callable[[Job], Awaitable[None]]], done: asyncio.Event
) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(work(db, handlers, stop=stop, heartbeat=timedelta(seconds=2)))
    try:
        await asyncio.wait_for(done.wait(), 20)
    finally:
        stop.set()
        await worker


async def test_an_event_and_its_job_are_one_transaction(db: str) -> None:
    use_reactions({"thing.happened": ("do.it",)})
    merchant, return_id = uuid4(), uuid4()

    async def interrupted() -> None:
        async with database.transaction():
            await append("thing.happened", merchant=merchant, actor=SYSTEM, at=AT, return_id=return_id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await interrupted()
    assert await timeline(merchant, return_id) == []
    assert await database.fetch("SELECT 1 FROM jobs") == []
    async with database.transaction():
        await append("thing.happened", merchant=merchant, actor=SYSTEM, at=AT, return_id=return_id, size=3)
    seen: list[Job] = []
    done = asyncio.Event()

    async def do_it(job: Job) -> None:
        seen.append(job)
        done.set()

    await work_until(db, {"do.it": do_it}, done)
    [happened] = await timeline(merchant, return_id)
    assert (happened.kind, happened.data) == ("thing.happened", {"size": 3})
    assert [(job.event, job.return_id, job.data) for job in seen] == [(happened.id, return_id, {"size": 3})]


async def test_a_failing_job_is_tried_again(db: str) -> None:
    tries: list[int] = []
    done = asyncio.Event()

    async def stubborn(job: Job) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("not yet")
        done.set()

    await enqueue(Job(name="stubborn"))
    await work_until(db, {"stubborn": stubborn}, done)
    assert len(tries) == 3


async def test_an_unknown_event_is_refused(db: str) -> None:
    use_reactions({})
    with pytest.raises(UnknownEvent):
        async with database.transaction():
            await append("nobody.knows", merchant=uuid4(), actor=SYSTEM, at=AT)


async def test_a_webhook_is_stored_once(db: str) -> None:
    first = await store_inbound("stripe", "evt_1", payload=b"{}", headers={}, at=AT)
    again = await store_inbound("stripe", "evt_1", payload=b"{}", headers={}, at=AT)
    assert (first, again) == (True, False)
    assert len(await database.fetch("SELECT 1 FROM jobs")) == 1
