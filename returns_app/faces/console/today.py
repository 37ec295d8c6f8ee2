"""The first page: what needs a person, then the numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app import clock
from returns_app.core.reference import read
from returns_app.core.refusal import Refusal
from returns_app.faces.console.desk import AnyRequest, here, locale_of, page, start_of_day
from returns_app.faces.console.words import happened, task_advice, task_title
from returns_app.faces.security.typed import typed
from returns_app.insight.today import beginning, late_by_law, numbers
from returns_app.journal.held import run_again
from returns_app.journal.tasks import open_task_by_id, open_tasks
from returns_app.refunds.queries import refunds_in_doubt
from returns_app.returns.queries import ReturnFilter, count_returns, list_returns, return_by_rma, rmas
from returns_app.shipping.found import match_parcel
from returns_app.wording import refused

_NUMBERS_OF = 30
_SHOWN = 8
_WAITING = ReturnFilter(statuses=("requested", "in_review"))
_DUE_SOON = timedelta(days=3)


@get("/")
async def today(request: AnyRequest) -> Response[str]:
    """What waits, oldest and most pressing first, and the last 30 days in numbers."""
    return await _today(request)


@post("/tasks/{task:uuid}/run-again", status_code=303)
async def run_job_again(request: AnyRequest, task: FromPath[UUID]) -> Response[Any]:
    """A step that kept failing goes round once more; a second click does nothing."""
    shop, person = await here(request)
    waiting = await open_task_by_id(shop.id, task)
    if waiting is None or waiting.kind != "job.failed":
        return Redirect("/console?done=already", status_code=303)
    again = await run_again(int(waiting.subject), merchant=shop.id, actor=person.actor(), at=clock.now())
    return Redirect(f"/console?done={'running' if again else 'already'}", status_code=303)


@post("/tasks/{task:uuid}/give", status_code=303)
async def give_box(request: AnyRequest, task: FromPath[UUID]) -> Response[Any]:
    """A box without a return is given to the one whose number was typed."""
    shop, person = await here(request)
    waiting = await open_task_by_id(shop.id, task)
    if waiting is None or not waiting.kind.startswith("parcel."):
        return Redirect("/console?done=already", status_code=303)
    rma = typed(await request.form(), "rma", most=40)
    try:
        seen = await return_by_rma(shop.id, read(rma).code)
        await match_parcel(
            UUID(waiting.subject), seen.id, merchant=shop.id, actor=person.actor(), at=clock.now()
        )
    except Refusal as refusal:
        return await _today(request, wrong={str(task): refused(refusal, locale_of(request))}, rma=rma)
    return Redirect(f"/console/returns/{seen.rma}?done=matched", status_code=303)


HANDLERS = [today, run_job_again, give_box]


async def _today(request: AnyRequest, wrong: dict[str, str] | None = None, rma: str = "") -> Response[str]:
    shop, _ = await here(request)
    locale = locale_of(request)
    tasks = await open_tasks(shop.id)
    known = await rmas(shop.id, {task.return_id for task in tasks if task.return_id})
    return await page(
        request,
        "today.html",
        status=422 if wrong else 200,
        begun=await beginning(shop.id),
        reviews=await list_returns(shop.id, _WAITING, limit=_SHOWN),
        reviews_count=await count_returns(shop.id, _WAITING),
        tasks=[
            (
                task,
                task_title(task, locale),
                task_advice(task, locale),
                known.get(task.return_id) if task.return_id else None,
            )
            for task in tasks
        ],
        late=await late_by_law(shop.id, (clock.now() + _DUE_SOON).date()),
        doubtful=await refunds_in_doubt(shop.id),
        numbers=await numbers(shop.id, start_of_day(shop, _NUMBERS_OF), shop.currency),
        days=_NUMBERS_OF,
        happened=happened,
        wrong=wrong or {},
        typed_rma=rma,
    )
