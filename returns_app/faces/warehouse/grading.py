"""The condition of what came in, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_app import clock
from returns_app.core.dispositions import Disposition, Grade, proposed
from returns_app.core.refusal import Refusal
from returns_app.faces.security.typed import typed
from returns_app.faces.warehouse.bench import AnyRequest, Band, Bench, go, new_step, step_of
from returns_app.faces.warehouse.follows import follows
from returns_app.faces.warehouse.pictures import pictures_in
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.returns.bench import LineInstructions, instructions, last_counted
from returns_app.returns.bench_photo import developed, keep_pictures, photos_of_return
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import ReturnLineSeen, ReturnSeen, return_seen
from returns_app.wording import refused

_INCOMPLETE_AT_BEST = Grade.C
"""A and B are complete (core/dispositions.py): what lacks a part is C, whatever it looks like."""


@get("/return/{return_id:uuid}/condition")
async def condition_page(
    request: AnyRequest,
    return_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[Any]:
    """Two or three questions per line that is here and not yet judged; with `again`, of judged ones too."""
    bench = Bench(request, own_shop, staff)
    seen = await return_seen(own_shop.id, return_id)
    lines = _to_judge(seen, again=bool(request.query_params.get("again")))
    if not lines:
        return go(f"/warehouse/return/{return_id}/result")
    return await _page(bench, seen, lines, _band(bench, seen), new_step(), {}, {})


@post("/return/{return_id:uuid}/condition", status_code=303)
async def judge(
    request: AnyRequest,
    return_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[Any]:
    """Judge all lines of the page at once. The same step again changes nothing."""
    form = await request.form()
    bench = Bench(request, own_shop, staff)
    seen = await return_seen(own_shop.id, return_id)
    lines = [line for line in seen.lines if line.received and f"line-{line.id}" in form]
    step = step_of(typed(form, "step"))
    errors = _unanswered(bench, lines, form)
    if not lines:
        return go(f"/warehouse/return/{return_id}/condition")
    if errors:
        return await _page(bench, seen, lines, _not_yet(bench, len(errors)), step, form, errors)
    try:
        new = await _judge(bench, seen, lines, step, form)
    except Refusal as refusal:
        band = Band(bench.say("Not kept"), refused(refusal, bench.locale), "danger")
        return await _page(bench, seen, lines, band, step, form, {}, refusal.status)
    return go(f"/warehouse/return/{return_id}/result", said="judged" if new else "known")


@get("/return/{return_id:uuid}/result")
async def result_page(
    request: AnyRequest,
    return_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[str]:
    """What is known of this return now, and what follows. The field is ready for the next box."""
    bench = Bench(request, own_shop, staff)
    seen = await return_seen(own_shop.id, return_id)
    return bench.page(
        "result.html",
        await _result_band(bench, seen),
        seen=seen,
        follows=await follows(bench, seen),
        waiting=_to_judge(seen, again=False),
        expected=sum(line.expected for line in seen.lines if line.resolution != "keep"),
        instructions=await instructions(own_shop.id, return_id),
    )


def _to_judge(seen: ReturnSeen, *, again: bool) -> list[ReturnLineSeen]:
    return [line for line in seen.lines if line.received and (again or line.grade is None)]


def _unanswered(bench: Bench, lines: list[ReturnLineSeen], form: Any) -> dict[str, str]:
    _ = bench.say
    wanted = {
        f"look-{line.id}": _("Choose the condition of “%(title)s”.") % {"title": line.title} for line in lines
    }
    return {name: words for name, words in wanted.items() if form.get(name) not in set(Grade)}


async def _judge(bench: Bench, seen: ReturnSeen, lines: list[ReturnLineSeen], step: str, form: Any) -> bool:
    limits, merchant, at = bench.shop.settings.photos, bench.shop.id, clock.now()
    pictures = {
        line.id: await developed(await pictures_in(form, f"photo-{line.id}"), limits) for line in lines
    }
    new = await grade(
        seen.id,
        {line.id: judged(form, line.id) for line in lines},
        step=step,
        merchant=merchant,
        actor=bench.staff.actor(),
        at=at,
    )
    for line, taken in pictures.items() if new else ():
        await keep_pictures(taken, merchant=merchant, at=at, return_line=line)
    return new


def judged(form: Mapping[str, Any], line: UUID) -> Judged:
    """What the answers mean. What lacks a part is C at best; without a choice of where to, the proposal."""
    complete = _yes_no(form, "complete", line)
    found = Grade(form[f"look-{line}"])
    if complete is False:
        found = max(found, _INCOMPLETE_AT_BEST)
    chosen = form.get(f"disposition-{line}", "")
    return Judged(
        grade=found,
        disposition=chosen if chosen in set(Disposition) else proposed(found),
        complete=complete,
        sealed=_yes_no(form, "sealed", line),
        serial_match=_yes_no(form, "serial_match", line),
        locked=_yes_no(form, "locked", line),
    )


def _yes_no(form: Mapping[str, Any], fact: str, line: UUID) -> bool | None:
    return {"yes": True, "no": False}.get(form.get(f"{fact}-{line}", ""))


async def _page(
    bench: Bench,
    seen: ReturnSeen,
    lines: list[ReturnLineSeen],
    band: Band,
    step: str,
    form: Any,
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    wanted = await instructions(bench.shop.id, seen.id)
    photos = await photos_of_return(bench.shop.id, seen.id)
    return bench.page(
        "condition.html",
        band,
        status=422 if errors else status,
        seen=seen,
        lines=lines,
        instructions={line.id: wanted.get(line.id, LineInstructions()) for line in lines},
        photos={line.id: [photo for photo in photos if photo.return_line == line.id] for line in lines},
        grades=list(Grade),
        dispositions=list(Disposition),
        proposals=[(each, proposed(each)) for each in Grade],
        step=step,
        given=form,
        errors=errors,
    )


def _band(bench: Bench, seen: ReturnSeen) -> Band:
    _ = bench.say
    if bench.request.query_params.get("said") == "counted":
        here = sum(line.received for line in seen.lines)
        text = bench.ngettext(
            "%(num)s item is here. What condition is it in?",
            "%(num)s items are here. What condition are they in?",
            here,
        )
        return Band(_("Counted"), text, "success")
    return Band(_("Condition"), _("Look at each item and say what you see."), "neutral")


def _not_yet(bench: Bench, missing: int) -> Band:
    _ = bench.say
    text = bench.ngettext(
        "%(num)s item has no condition yet.", "%(num)s items have no condition yet.", missing
    )
    return Band(_("Not done yet"), text, "danger")


async def _result_band(bench: Bench, seen: ReturnSeen) -> Band:
    _ = bench.say
    said = bench.request.query_params.get("said")
    if said == "known":
        counted = await last_counted(bench.shop.id, seen.id)
        text = _("It was counted %(when)s by %(who)s. Nothing was added a second time.")
        words = (
            {"when": bench.when(counted.at), "who": counted.by.name} if counted else {"when": "", "who": ""}
        )
        return Band(_("Done already"), text % words, "notice")
    if said in ("judged", "counted"):
        return Band(_("Done"), _("Scan the next box."), "success")
    return Band(_("Return"), _("This is how it stands. Scan the next box."), "neutral")


HANDLERS = [condition_page, judge, result_page]
