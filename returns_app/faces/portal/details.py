"""Details: the follow-up questions of a reason, photos, and words, where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_app import clock
from returns_app.core.refusal import Refusal
from returns_app.faces.portal.ended import follow_instead
from returns_app.faces.portal.forms import as_id, paragraph, uploads
from returns_app.faces.portal.offered import offered, used
from returns_app.faces.portal.said import in_language, options_words, question_options, reason_words
from returns_app.faces.portal.way import (
    AnyRequest,
    draft_key,
    go,
    keep,
    kept_draft,
    path_to,
    status_of,
    step_page,
    told,
    tongue,
)
from returns_app.faces.security.kept_forms import KeptForm
from returns_app.faces.security.typed import typed
from returns_app.faces.security.visits import PortalVisit
from returns_app.merchants.queries import Shop
from returns_app.merchants.settings import FollowUp
from returns_app.returns.draft import Draft, SentInAlready
from returns_app.returns.missing import missing_details, note_wanted, photo_wanted, reason_of
from returns_app.returns.photo import KeptPhoto, add_photo, photo_of_order, photos_of_draft, remove_photo
from returns_app.returns.possible import possible
from returns_app.returns.weigh import Weighed, WeighedLine
from returns_app.returns.wish import LineWish
from returns_app.wording import translator

LARGEST_FORM = 64 * 1024 * 1024
"""Enough to take a photo that is too large and still say so beside it, with all that was typed."""


class Question(msgspec.Struct, frozen=True):
    """A follow-up as the page asks it. `options` are empty for one's own words."""

    name: str
    words: str
    options: list[tuple[str, str]]
    required: bool
    value: str


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What one item is asked. `photo` is no, optional or required."""

    id: str
    title: str
    options: str
    picture: str | None
    reason: str
    questions: list[Question]
    photo: str
    photos: list[dict[str, str]]
    note_required: bool
    note: str


def needs_details(weighed: Weighed, line: WeighedLine) -> bool:
    """Whether the reason or the policy asks for more than the choosing page did."""
    reason = reason_of(weighed, line)
    return bool(reason.questions) or reason.photo != "no" or photo_wanted(weighed, line) or note_wanted(line)


@get("/details")
async def details_page(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    draft = await kept_draft(visit)
    kept = await offered(request, visit, draft)
    if kept:
        said = tuple(_answered(kept.form(), shop, line) for line in draft.lines)
        draft = msgspec.structs.replace(draft, lines=said)
    found = await _asking(request, shop, draft)
    if found is None:
        return go(shop, "choose?look=again")
    weighed, lines = found
    if not lines:
        return go(shop, "decide")
    return await _page(request, shop, visit, draft, weighed, lines, [], kept)


@post("/details", status_code=303, request_max_body_size=LARGEST_FORM)
async def details_now(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """Keep answers and photos, then say what is missing or go on."""
    form = await request.form()
    await used(request, visit)
    draft = await kept_draft(visit)
    said = [_answered(form, shop, line) for line in draft.lines]
    try:
        draft = await keep(request, visit, said, draft.method, key=draft_key(form))
    except SentInAlready as sent:
        return follow_instead(shop, sent)
    faults = await _photos(form, shop, draft)
    found = await _asking(request, shop, draft)
    if found is None:
        return go(shop, "choose?look=again")
    weighed, lines = found
    if not faults and not _stays(form):
        faults = await _missing(shop, draft, weighed, lines)
    if faults or _stays(form):
        return await _page(request, shop, visit, draft, weighed, lines, faults)
    return go(shop, "decide")


@get("/photo/{photo:uuid}")
async def photo_picture(visit: NamedDependency[PortalVisit], photo: FromPath[UUID]) -> Response[bytes]:
    """A photo of this order, to the one who may see the order."""
    kept = await photo_of_order(visit.merchant, visit.order, photo)
    if kept is None:
        raise NotFoundException
    headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}
    return Response(kept.content, media_type=kept.media_type, headers=headers)


async def _asking(request: AnyRequest, shop: Shop, draft: Draft) -> tuple[Weighed, list[WeighedLine]] | None:
    """The lines that are asked more; None when what was chosen does not stand any more."""
    try:
        weighed = (await possible(shop.id, draft.wish(locale=tongue(request)), at=clock.now())).weighed
    except Refusal:
        return None
    return weighed, [line for line in weighed.lines if needs_details(weighed, line)]


def _stays(form: Any) -> bool:
    """A photo was only added or removed."""
    return "stay" in form or any(name.startswith("remove-") for name in form)


def _answered(form: Any, shop: Shop, line: LineWish) -> LineWish:
    reason = shop.settings.all_reasons().get(line.reason or "")
    questions = reason.questions if reason else ()
    answers = {question.key: _answer(form, line, question) for question in questions}
    return msgspec.structs.replace(
        line,
        answers={key: answer for key, answer in answers.items() if answer},
        note=paragraph(form, f"note-{line.order_line}", line.note),
    )


def _answer(form: Any, line: LineWish, question: FollowUp) -> str:
    name = f"answer-{line.order_line}-{question.key}"
    if name not in form:
        return line.answers.get(question.key, "")
    if question.kind == "text":
        return paragraph(form, name)
    answer = typed(form, name, most=120)
    known = {"yes", "no"} if question.kind == "yes-no" else question.options.keys()
    return answer if answer in known else ""


async def _photos(form: Any, shop: Shop, draft: Draft) -> list[Refusal]:
    """Take photos away and in; each that can't be taken says why, the others are kept."""
    for name in form:
        photo = as_id(name.removeprefix("remove-")) if name.startswith("remove-") else None
        if photo:
            await remove_photo(photo, merchant=shop.id, draft=draft.key)
    return [
        fault
        for line in draft.lines
        for file in uploads(form, f"photo-{line.order_line}")
        if (fault := await _photo(await file.read(), shop, draft, line))
    ]


async def _photo(content: bytes, shop: Shop, draft: Draft, line: LineWish) -> Refusal | None:
    try:
        await add_photo(
            content,
            merchant=shop.id,
            draft=draft.key,
            order_line=line.order_line,
            limits=shop.settings.photos,
            at=clock.now(),
        )
    except Refusal as refusal:
        return refusal
    return None


async def _missing(shop: Shop, draft: Draft, weighed: Weighed, lines: Sequence[WeighedLine]) -> list[Refusal]:
    with_photo = {photo.order_line for photo in await photos_of_draft(shop.id, draft.key)}
    return [
        fault for line in lines for fault in missing_details(weighed, line, photo=line.line.id in with_photo)
    ]


async def _page(
    request: AnyRequest,
    shop: Shop,
    visit: PortalVisit,
    draft: Draft,
    weighed: Weighed,
    lines: Sequence[WeighedLine],
    faults: list[Refusal],
    kept: KeptForm | None = None,
) -> Response[str]:
    photos = await photos_of_draft(shop.id, draft.key) if draft.key else []
    locale = tongue(request)
    return step_page(
        request,
        shop,
        visit,
        "details",
        errors=told(faults, locale),
        status=status_of(faults),
        kept=kept,
        draft=draft.key,
        details=[_detail(shop, weighed, line, photos, locale) for line in lines],
        limits=shop.settings.photos,
        megabytes=shop.settings.photos.largest // (1024 * 1024),
    )


def _detail(
    shop: Shop, weighed: Weighed, line: WeighedLine, photos: Sequence[KeptPhoto], locale: str
) -> Detail:
    reason, id = reason_of(weighed, line), str(line.line.id)
    own = [photo for photo in photos if photo.order_line == line.line.id]
    return Detail(
        id=id,
        title=line.line.title,
        options=options_words(line.line.options),
        picture=line.line.picture,
        reason=reason_words(reason, locale),
        questions=[
            Question(
                f"answer-{id}-{question.key}",
                in_language(question.words, locale, question.key),
                [] if question.kind == "text" else question_options(question, locale),
                question.required,
                line.wish.answers.get(question.key, ""),
            )
            for question in reason.questions
        ],
        photo="required" if photo_wanted(weighed, line) else reason.photo,
        photos=[_shown(shop, photo, number, locale) for number, photo in enumerate(own, 1)],
        note_required=note_wanted(line),
        note=line.wish.note,
    )


def _shown(shop: Shop, photo: KeptPhoto, number: int, locale: str) -> dict[str, str]:
    name = translator(locale).gettext("Photo %(number)s") % {"number": number}
    return {"src": path_to(shop, f"photo/{photo.id}"), "name": name, "remove": f"remove-{photo.id}"}
