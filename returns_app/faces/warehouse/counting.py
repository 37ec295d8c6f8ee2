"""A box of a return on the bench: tick what is in it, then confirm once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app import clock
from returns_app.core.dispositions import Grade, proposed
from returns_app.core.lifecycle import RETURN_REOPENS
from returns_app.core.refusal import Refusal
from returns_app.faces.security.typed import typed
from returns_app.faces.warehouse.bench import (
    LONGEST_CODE,
    AnyRequest,
    Band,
    Bench,
    go,
    new_step,
    step_of,
    uuid_of,
)
from returns_app.faces.warehouse.counting_words import band_of
from returns_app.faces.warehouse.counts import (
    Counting,
    CountKind,
    expected_lines,
    from_code,
    from_form,
    line_of,
)
from returns_app.faces.warehouse.look_up import lead_to
from returns_app.faces.warehouse.pictures import pictures_in
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.returns.bench import extras_of, instructions, last_counted
from returns_app.returns.bench_photo import developed, keep_pictures, photos_of_return
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import ReturnSeen, return_seen
from returns_app.returns.receive import Extra, receive
from returns_app.returns.refusals import AlreadyReceived
from returns_app.shipping.queries import ScanFound, find_scanned, parcels_of
from returns_app.wording import refused

_KINDS: dict[str, CountKind] = {"received": "received", "missing": "missing", "wrong": "wrong"}


@get("/return/{return_id:uuid}")
async def return_page(
    request: AnyRequest,
    return_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[str]:
    """What should be in the box."""
    bench = Bench(request, own_shop, staff)
    seen = await return_seen(own_shop.id, return_id)
    query = request.query_params
    counting = from_code(expected_lines(seen), query.get("n", ""))
    band = await band_of(bench, seen, counting)
    return await _page(bench, seen, counting, band, step_of(query.get("step", "")), query.get("parcel", ""))


@post("/return/{return_id:uuid}/count", status_code=303)
async def count(request: AnyRequest, return_id: FromPath[UUID], own_shop: NamedDependency[Shop]) -> Redirect:
    """One more, one fewer, all here, or a scanned article. Nothing is written yet."""
    form = await request.form()
    seen = await return_seen(own_shop.id, return_id)
    counting = from_form(expected_lines(seen), form)
    pressed, code = typed(form, "press", most=40), typed(form, "code", most=LONGEST_CODE)
    if pressed:
        return _again(form, seen, _pressed(counting, pressed))
    index = line_of(counting, code)
    if index is not None:
        fits = counting.left(index) > 0
        after = counting.changed(index, "received", 1)
        return _again(form, seen, after, said="ticked" if fits else "too-many", line=index)
    return _elsewhere(form, seen, counting, await find_scanned(own_shop.id, code))


def _pressed(counting: Counting, pressed: str) -> Counting:
    """`all`, or a stepper such as `missing-2-more`."""
    if pressed == "all":
        return counting.all_here()
    kind, _, rest = pressed.partition("-")
    index, _, way = rest.partition("-")
    if kind not in _KINDS or not index.isdecimal() or int(index) >= len(counting.lines):
        return counting
    return counting.changed(int(index), _KINDS[kind], 1 if way == "more" else -1)


def _elsewhere(form: Any, seen: ReturnSeen, counting: Counting, found: ScanFound) -> Redirect:
    """A code that is no article of this return: never lose what was counted, never a dead end."""
    if found.return_id == seen.id:
        parcel = str(found.parcel or typed(form, "parcel"))
        return _again(form, seen, counting, said="same", parcel=parcel)
    if counting.begun or found.kind in ("item", "nothing"):
        return _again(form, seen, counting, said="other", code=found.code)
    return lead_to(found)


def _again(form: Any, seen: ReturnSeen, counting: Counting, **said: object) -> Redirect:
    kept = {"n": counting.code, "step": step_of(typed(form, "step")), "parcel": typed(form, "parcel")}
    return go(f"/warehouse/return/{seen.id}", **{**kept, **said})


@post("/return/{return_id:uuid}/receive", status_code=303)
async def receive_now(
    request: AnyRequest,
    return_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[Any]:
    """Confirm the counts of this box. The same step again changes nothing and says so."""
    form = await request.form()
    bench = Bench(request, own_shop, staff)
    seen = await return_seen(own_shop.id, return_id)
    counting = from_form(expected_lines(seen), form)
    if typed(form, "press") == "all-as-new":
        counting = counting.all_here()
    step = step_of(typed(form, "step"))
    try:
        new = await _receive(bench, seen, counting, step, form)
    except Refusal as refusal:
        return await _refused(bench, seen, counting, step, form, refusal)
    if new and typed(form, "press") == "all-as-new":
        await _judge_as_new(bench, counting, return_id, step)
    return await _onward(bench, return_id, new)


async def _receive(bench: Bench, seen: ReturnSeen, counting: Counting, step: str, form: Any) -> bool:
    if counting.over:
        raise AlreadyReceived
    return await receive(
        seen.id,
        counting.confirmed(),
        step=step,
        parcel=await _parcel(bench.shop, seen.id, typed(form, "parcel")),
        merchant=bench.shop.id,
        actor=bench.staff.actor(),
        at=clock.now(),
    )


async def _parcel(shop: Shop, return_id: UUID, given: str) -> UUID | None:
    """The parcel that was scanned, else the oldest one that has not come in."""
    parcels = await parcels_of(shop.id, return_id)
    scanned = [parcel.id for parcel in parcels if parcel.id == uuid_of(given)]
    waiting = [parcel.id for parcel in parcels if parcel.state != "received"]
    return next(iter([*scanned, *waiting]), None)


async def _judge_as_new(bench: Bench, counting: Counting, return_id: UUID, step: str) -> None:
    """Receive and judge in one go, for a box without anything to remark."""
    judged = Judged(grade=Grade.A, disposition=proposed(Grade.A), complete=True)
    await grade(
        return_id,
        {line: judged for line, counted in counting.confirmed().items() if counted.received},
        step=f"{step}-grade",
        merchant=bench.shop.id,
        actor=bench.staff.actor(),
        at=clock.now(),
    )


async def _onward(bench: Bench, return_id: UUID, new: bool) -> Redirect:
    """To the condition of what came, or to what follows when there is nothing to judge."""
    seen = await return_seen(bench.shop.id, return_id)
    said = "counted" if new else "known"
    if new and any(line.received and line.grade is None for line in seen.lines):
        return go(f"/warehouse/return/{return_id}/condition", said=said)
    return go(f"/warehouse/return/{return_id}/result", said=said)


async def _refused(
    bench: Bench, seen: ReturnSeen, counting: Counting, step: str, form: Any, refusal: Refusal
) -> Response[str]:
    _ = bench.say
    text = refused(refusal, bench.locale)
    counted = await last_counted(bench.shop.id, seen.id)
    if isinstance(refusal, AlreadyReceived) and counted:
        text += " " + _("Last counted %(when)s by %(who)s; nothing of yours was added.") % {
            "when": bench.when(counted.at),
            "who": counted.by.name,
        }
    band = Band(_("Not counted"), text, "danger")
    return await _page(bench, seen, counting, band, step, typed(form, "parcel"), status=refusal.status)


@post("/return/{return_id:uuid}/extra", status_code=303)
async def extra(
    request: AnyRequest,
    return_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[Any]:
    """Something in the box that nobody announced, written down at once. Counts not yet confirmed stay."""
    form = await request.form()
    bench = Bench(request, own_shop, staff)
    seen = await return_seen(own_shop.id, return_id)
    counting = from_code(expected_lines(seen), typed(form, "n", most=2000))
    step = step_of(typed(form, "step"))
    description = typed(form, "description", most=400)
    _ = bench.say
    if not description:
        errors = {"description": _("Say in a few words what it is.")}
        return await _page(
            bench, seen, counting, _band_of_errors(bench), step, typed(form, "parcel"), 422, errors
        )
    try:
        await _keep_extra(bench, seen, description, form)
    except Refusal as refusal:
        errors = {"photo": refused(refusal, bench.locale)}
        return await _page(
            bench,
            seen,
            counting,
            _band_of_errors(bench),
            step,
            typed(form, "parcel"),
            422,
            errors,
            description,
        )
    return _again(form, seen, counting, said="extra")


def _band_of_errors(bench: Bench) -> Band:
    _ = bench.say
    return Band(_("Not kept yet"), _("Something is still needed for the extra item, below."), "danger")


async def _keep_extra(bench: Bench, seen: ReturnSeen, description: str, form: Any) -> None:
    pictures = await developed(await pictures_in(form, "photo"), bench.shop.settings.photos)
    at, merchant = clock.now(), bench.shop.id
    kept = await keep_pictures(pictures[:1], merchant=merchant, at=at, subject=f"extra-{seen.id}") or [None]
    quantity = typed(form, "quantity", most=4)
    await receive(
        seen.id,
        {},
        extras=[Extra(description, int(quantity) if quantity.isdecimal() else 1, kept[0])],
        step=step_of(typed(form, "extra_step")),
        parcel=await _parcel(bench.shop, seen.id, typed(form, "parcel")),
        merchant=merchant,
        actor=bench.staff.actor(),
        at=at,
    )


async def _page(
    bench: Bench,
    seen: ReturnSeen,
    counting: Counting,
    band: Band,
    step: str,
    parcel: str,
    status: int = 200,
    errors: dict[str, str] | None = None,
    description: str = "",
) -> Response[str]:
    wanted = await instructions(bench.shop.id, seen.id)
    photos = await photos_of_return(bench.shop.id, seen.id)
    return bench.page(
        "return.html",
        band,
        status=status,
        seen=seen,
        counting=counting,
        stays=[line for line in seen.lines if line.resolution == "keep"],
        instructions=wanted,
        simple=_simple(counting, wanted),
        reopens=seen.status in RETURN_REOPENS,
        extras=await extras_of(bench.shop.id, seen.id),
        photos={line.id: [photo for photo in photos if photo.return_line == line.id] for line in seen.lines},
        step=step,
        extra_step=new_step(),
        parcel=parcel,
        errors=errors or {},
        description=description or _unknown_article(bench),
    )


def _simple(counting: Counting, wanted: dict[UUID, Any]) -> bool:
    """Whether one press may say “all here, as new”: nothing counted by hand, nothing special to look at."""
    waiting = [line for index, line in enumerate(counting.lines) if counting.left(index)]
    looked_at = any(wanted[line.id].flags or wanted[line.id].look_at for line in waiting if line.id in wanted)
    return bool(waiting) and not looked_at and not any(line.decision == "rejected" for line in waiting)


def _unknown_article(bench: Bench) -> str:
    """The code that was just scanned and is of no line: most likely it is the extra item's."""
    query = bench.request.query_params
    return typed(query, "code", most=LONGEST_CODE) if query.get("said") == "other" else ""


HANDLERS = [return_page, count, receive_now, extra]
