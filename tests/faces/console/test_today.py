"""Today: what waits for a person, and what to do first in a new shop."""

from __future__ import annotations

from uuid import UUID

from litestar import Litestar

from returns_app import database
from returns_app.journal.jobs import Job, enqueue
from returns_app.journal.tasks import open_task, open_tasks
from returns_app.merchants.create import create_merchant
from returns_app.merchants.queries import Shop
from returns_app.shipping.found import keep_unannounced
from tests.faces.browser import Browser
from tests.faces.console.conftest import in_review, signed_in, words
from tests.makers import AT, OWNER, a_shop


async def test_a_new_shop_is_told_what_to_do_first(app: Litestar, db: str) -> None:
    new = await create_merchant("nieuw", name="Nieuw", at=AT)
    page = await (await signed_in(app, new, "nora", "owner")).get("/console")
    assert "Publish your return policy" in words(page.text)
    assert "Waiting for your decision" not in page.text


async def test_what_waits_stands_first(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    page = await desk.get("/console")
    assert f'href="/console/returns/{seen.rma}"' in page.text
    assert "Waiting for your decision" in page.text
    assert "Nothing waits for you" not in page.text


async def held_job(shop: Shop) -> int:
    """A job on hold with its task, as the worker leaves them."""
    await enqueue(Job(name="label.announce", merchant=shop.id))
    [row] = await database.fetch("UPDATE jobs SET status = 'failed' RETURNING id")
    await open_task("job.failed", str(row["id"]), merchant=shop.id, sentence="It failed.", at=AT)
    return row["id"]


async def status_of(job: int) -> str:
    row = await database.fetch_one("SELECT status::text FROM jobs WHERE id = $1", job)
    assert row is not None
    return row["status"]


async def test_a_step_that_failed_runs_again_once(desk: Browser, shop: Shop) -> None:
    job = await held_job(shop)
    [task] = await open_tasks(shop.id)
    path = f"/console/tasks/{task.id}/run-again"
    assert (await desk.post(path, {})).headers["location"] == "/console?done=running"
    assert await status_of(job) == "queued"
    assert (await desk.post(path, {})).headers["location"] == "/console?done=already"
    assert await open_tasks(shop.id) == []


async def test_another_shops_step_is_left_alone(desk: Browser, shop: Shop) -> None:
    other = await a_shop("elders")
    job = await held_job(other)
    [task] = await open_tasks(other.id)
    await desk.post(f"/console/tasks/{task.id}/run-again", {})
    assert await status_of(job) == "failed"


async def a_box(shop: Shop) -> UUID:
    parcel = await keep_unannounced("3SABCD987654", note="", step="1", merchant=shop.id, actor=OWNER, at=AT)
    assert parcel is not None
    return parcel


async def test_a_box_is_given_to_a_return(desk: Browser, shop: Shop) -> None:
    parcel, seen = await a_box(shop), await in_review(shop)
    [task] = await open_tasks(shop.id)
    path = f"/console/tasks/{task.id}/give"
    wrong = await desk.post(path, {"rma": "R2222-2222"})
    assert wrong.status_code == 422
    assert 'value="R2222-2222"' in wrong.text
    given = await desk.post(path, {"rma": seen.rma.lower()})
    assert given.headers["location"] == f"/console/returns/{seen.rma}?done=matched"
    row = await database.fetch_one("SELECT return_id FROM parcels WHERE id = $1", parcel)
    assert row is not None
    assert row["return_id"] == seen.id
    assert await open_tasks(shop.id) == []
    assert (await desk.post(path, {"rma": seen.rma})).headers["location"] == "/console?done=already"


async def test_a_box_never_goes_to_another_shops_return(desk: Browser, shop: Shop) -> None:
    await a_box(shop)
    seen = await in_review(await a_shop("elders"))
    [task] = await open_tasks(shop.id)
    assert (await desk.post(f"/console/tasks/{task.id}/give", {"rma": seen.rma})).status_code == 422
    assert len(await open_tasks(shop.id)) == 1
