"""Boxes that no return announces, and outbound parcels that came back: kept, found again, matched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_app import clock
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
from returns_app.faces.warehouse.pictures import pictures_in
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.orders.queries import lines as order_lines
from returns_app.orders.queries import order
from returns_app.orders.seen import OrderSeen
from returns_app.returns.bench_photo import developed, keep_pictures, photos_of_subject
from returns_app.returns.queries import ReturnSeen, returns_of_order
from returns_app.shipping.bench import Box, box, boxes
from returns_app.shipping.found import keep_unannounced, keep_undeliverable, match_parcel
from returns_app.shipping.queries import find_scanned
from returns_app.wording import refused


@get("/box")
async def new_box_page(
    request: AnyRequest, own_shop: NamedDependency[Shop], staff: NamedDependency[StaffMember]
) -> Response[str]:
    """A box without a return: say what it is and keep it."""
    bench, query = Bench(request, own_shop, staff), request.query_params
    code = typed(query, "code", most=LONGEST_CODE)
    found = await _order(own_shop, query.get("order", ""))
    back = found is not None and query.get("kind") == "undeliverable"
    return await _new(bench, code, found, back, _band(bench, code, found, back))


@post("/box", status_code=303)
async def keep_box(
    request: AnyRequest, own_shop: NamedDependency[Shop], staff: NamedDependency[StaffMember]
) -> Response[Any]:
    """Keep the box with its note and photos. The same step again leads to the box that is there."""
    form = await request.form()
    bench = Bench(request, own_shop, staff)
    code, note = typed(form, "code", most=LONGEST_CODE), typed(form, "note", most=2000)
    found = await _order(own_shop, typed(form, "order"))
    back = found is not None and typed(form, "kind") == "undeliverable"
    try:
        pictures = await developed(await pictures_in(form, "photo"), own_shop.settings.photos)
    except Refusal as refusal:
        band = Band(bench.say("Not kept yet"), refused(refusal, bench.locale), "danger")
        errors = {"photo": refused(refusal, bench.locale)}
        return await _new(bench, code, found, back, band, note=note, errors=errors, step=typed(form, "step"))
    kept = await _keep(bench, code, note, found, back, step_of(typed(form, "step")))
    if kept is None:
        return await _known(bench, code)
    await keep_pictures(pictures, merchant=own_shop.id, at=clock.now(), subject=_subject(kept))
    return go(f"/warehouse/box/{kept}", said="kept")


async def _keep(
    bench: Bench, code: str, note: str, found: OrderSeen | None, back: bool, step: str
) -> UUID | None:
    merchant, actor, at = bench.shop.id, bench.staff.actor(), clock.now()
    if found is not None and back:
        return await keep_undeliverable(
            code,
            order=found.id,
            number=found.number,
            note=note,
            step=step,
            merchant=merchant,
            actor=actor,
            at=at,
        )
    order_id = found.id if found else None
    return await keep_unannounced(
        code, note=note, step=step, merchant=merchant, actor=actor, at=at, order=order_id
    )


async def _known(bench: Bench, code: str) -> Response[Any]:
    """The step was taken before: the box that it kept."""
    same = [each for each in await boxes(bench.shop.id) if each.code == code]
    return go(f"/warehouse/box/{same[-1].id}", said="known") if same else go("/warehouse/")


@get("/box/{box_id:uuid}")
async def box_page(
    request: AnyRequest,
    box_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[Any]:
    """A kept box, and the field that matches it to a return."""
    bench = Bench(request, own_shop, staff)
    kept = await _box(bench, box_id)
    if kept.return_id:
        return go(f"/warehouse/return/{kept.return_id}", parcel=kept.id)
    return await _shown(bench, kept, _box_band(bench, kept))


@post("/box/{box_id:uuid}/match", status_code=303)
async def match(
    request: AnyRequest,
    box_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[Any]:
    """Give the box to the return whose code was scanned, or that was chosen of several."""
    form = await request.form()
    bench = Bench(request, own_shop, staff)
    kept = await _box(bench, box_id)
    chosen = uuid_of(typed(form, "return"))
    code = typed(form, "code", most=LONGEST_CODE)
    found = await find_scanned(own_shop.id, code) if chosen is None else None
    return_id = chosen or (found.return_id if found else None)
    if return_id is None:
        several = await returns_of_order(own_shop.id, found.order) if found and found.order else []
        return await _shown(bench, kept, _unmatched(bench, code, several), several)
    await match_parcel(box_id, return_id, merchant=own_shop.id, actor=staff.actor(), at=clock.now())
    return go(f"/warehouse/return/{return_id}", parcel=box_id, said="matched")


async def _box(bench: Bench, box_id: UUID) -> Box:
    kept = await box(bench.shop.id, box_id)
    if kept is None:
        raise NotFoundException
    return kept


async def _order(shop: Shop, given: str) -> OrderSeen | None:
    id = uuid_of(given)
    return await order(shop.id, id) if id else None


async def _shown(
    bench: Bench, kept: Box, band: Band, several: list[ReturnSeen] | None = None
) -> Response[str]:
    return bench.page(
        "box.html",
        band,
        box=kept,
        several=several or [],
        photos=await photos_of_subject(bench.shop.id, _subject(kept.id)),
    )


async def _new(
    bench: Bench,
    code: str,
    found: OrderSeen | None,
    back: bool,
    band: Band,
    *,
    note: str = "",
    errors: dict[str, str] | None = None,
    step: str = "",
) -> Response[str]:
    goods = (
        [line for line in await order_lines(bench.shop.id, found.id) if line.kind == "goods"] if found else []
    )
    return bench.page(
        "new_box.html",
        band,
        status=422 if errors else 200,
        code=code,
        order=found,
        lines=goods,
        returns=await returns_of_order(bench.shop.id, found.id) if found and back else [],
        back=back,
        note=note,
        errors=errors or {},
        step=step_of(step) if step else new_step(),
    )


def _subject(box_id: UUID) -> str:
    """What a box's photos are kept under."""
    return f"box-{box_id}"


def _band(bench: Bench, code: str, found: OrderSeen | None, back: bool) -> Band:
    _ = bench.say
    if found and back:
        text = _(
            "This is the parcel in which order %(number)s was sent out. It was refused or not collected."
        )
        return Band(_("Came back to us"), text % {"number": found.number}, "notice", code)
    if found:
        text = _("Order %(number)s has no return. Keep the box; nobody has to wait.")
        return Band(_("Unannounced return"), text % {"number": found.number}, "notice", code)
    if code:
        return Band(
            _("Unknown code"),
            _("No return, order or parcel has it. Keep the box as unannounced."),
            "notice",
            code,
        )
    return Band(_("Unannounced return"), _("No code on the box. Write down what you see on it."), "notice")


def _box_band(bench: Bench, kept: Box) -> Band:
    _ = bench.say
    if bench.request.query_params.get("said") == "kept":
        return Band(
            _("Kept"), _("The shop is told. Put the box aside, or match it to a return now."), "success"
        )
    text = _("It has been here since %(when)s.") % {"when": bench.when(kept.received_at)}
    return Band(_("Known box"), text, "notice", kept.code or None)


def _unmatched(bench: Bench, code: str, several: list[ReturnSeen]) -> Band:
    _ = bench.say
    if several:
        return Band(
            _("Which return?"), _("This order has several returns. Choose one below."), "notice", code
        )
    return Band(_("No return"), _("This code leads to no return. The box stays as it is."), "danger", code)


HANDLERS = [new_box_page, keep_box, box_page, match]
