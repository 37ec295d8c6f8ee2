"""Decide: per item the offers side by side, each with its exact amount."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from returns_app import clock
from returns_app.core.offers import Offer
from returns_app.core.quote import quote
from returns_app.core.refusal import Refusal
from returns_app.faces.portal.arrival import facts
from returns_app.faces.portal.ended import follow_instead
from returns_app.faces.portal.forms import as_id
from returns_app.faces.portal.offered import offered, used
from returns_app.faces.portal.said import options_words
from returns_app.faces.portal.sums import Named, Sum, sum_of
from returns_app.faces.portal.variants import Row, rows
from returns_app.faces.portal.way import (
    AnyRequest,
    draft_key,
    go,
    keep,
    kept_draft,
    portal_page,
    status_of,
    step_page,
    told,
    tongue,
)
from returns_app.faces.portal.why import refused_because, why
from returns_app.faces.security.kept_forms import KeptForm
from returns_app.faces.security.typed import typed
from returns_app.faces.security.visits import PortalVisit
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.returns.draft import Draft, SentInAlready
from returns_app.returns.missing import missing_choice, missing_details, photo_wanted
from returns_app.returns.photo import photos_of_draft
from returns_app.returns.possible import Possible, possible
from returns_app.returns.weigh import Weighed, WeighedLine, case_of
from returns_app.returns.wish import LineWish


class OfferCard(msgspec.Struct, frozen=True, kw_only=True):
    resolution: str
    amount: Money
    facts: list[str]
    why: list[str]
    checked: bool


class Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """One item with its offers. `review` tells that a person looks first."""

    id: str
    title: str
    options: str
    picture: str | None
    price: Money
    quantity: int
    review: str | None
    offers: list[OfferCard]
    rows: list[Row]
    product: str


class Staying(msgspec.Struct, frozen=True):
    """An item that can't go back after all."""

    title: str
    options: str
    picture: str | None
    why: str


@get("/decide")
async def decide_page(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    draft = await kept_draft(visit)
    kept = await offered(request, visit, draft)
    if kept:
        said = tuple(_chosen(kept.form(), line) for line in draft.lines)
        draft = msgspec.structs.replace(draft, lines=said)
    found = await weighed_draft(request, shop, draft)
    if isinstance(found, str):
        return go(shop, found)
    faults = _choice_faults(found) if "look" in request.query_params else []
    return _page(request, shop, visit, draft, found, faults, kept)


@post("/decide", status_code=303)
async def decide_now(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """Keep the choices, then say which are missing or go on."""
    form = await request.form()
    await used(request, visit)
    draft = await kept_draft(visit)
    lines = [_chosen(form, line) for line in draft.lines]
    try:
        draft = await keep(request, visit, lines, draft.method, key=draft_key(form))
    except SentInAlready as sent:
        return follow_instead(shop, sent)
    found = await weighed_draft(request, shop, draft)
    if isinstance(found, str):
        return go(shop, found)
    faults = _choice_faults(found)
    if faults or not found.weighed.lines:
        return _page(request, shop, visit, draft, found, faults)
    return go(shop, "check" if found.weighed.nothing_to_send else "send")


@post("/decide/sum")
async def decide_sum(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """The sum with what is ticked right now, for pages that can show it at once; nothing is kept."""
    form = await request.form()
    draft = await kept_draft(visit)
    lines = tuple(_chosen(form, line) for line in draft.lines)
    found = await weighed_draft(request, shop, msgspec.structs.replace(draft, lines=lines))
    weighed = None if isinstance(found, str) else found.weighed
    return portal_page(
        request, "portal/sum-so-far.html", shop, visit, so_far=sum_so_far(weighed, tongue(request))
    )


async def weighed_draft(request: AnyRequest, shop: Shop, draft: Draft) -> Possible | str:
    """The draft with all that follows from it, or the step that comes first."""
    try:
        found = await possible(shop.id, draft.wish(locale=tongue(request)), at=clock.now())
    except Refusal:
        return "choose?look=again" if draft.lines else "choose"
    if await _details_missing(shop, draft, found.weighed):
        return "details"
    return found


async def _details_missing(shop: Shop, draft: Draft, weighed: Weighed) -> bool:
    wanted = any(photo_wanted(weighed, line) for line in weighed.lines)
    photos = await photos_of_draft(shop.id, draft.key) if wanted else []
    having = {photo.order_line for photo in photos}
    return any(
        True for line in weighed.lines for _ in missing_details(weighed, line, photo=line.line.id in having)
    )


def _chosen(form: Any, line: LineWish) -> LineWish:
    """What is ticked for a line; the form may not have asked about it."""
    resolution = typed(form, f"resolution-{line.order_line}", most=12)
    product: UUID | None = as_id(form.get(f"product-{line.order_line}"))
    return msgspec.structs.replace(
        line, resolution=resolution or line.resolution, product=product or line.product
    )


def _choice_faults(found: Possible) -> list[Refusal]:
    return [fault for line in found.weighed.lines if (fault := missing_choice(line))]


def _page(
    request: AnyRequest,
    shop: Shop,
    visit: PortalVisit,
    draft: Draft,
    found: Possible,
    faults: list[Refusal],
    kept: KeptForm | None = None,
) -> Response[str]:
    locale = tongue(request)
    return step_page(
        request,
        shop,
        visit,
        "decide",
        errors=told(faults, locale),
        status=status_of(faults),
        kept=kept,
        draft=draft.key,
        items=[_deciding(shop, line, locale) for line in found.weighed.lines],
        staying=[_staying(line, locale) for line in found.refused],
        so_far=sum_so_far(found.weighed, locale),
    )


def _deciding(shop: Shop, line: WeighedLine, locale: str) -> Deciding:
    decision = line.considered.decision
    review = decision.verdict == "review"
    return Deciding(
        id=str(line.line.id),
        title=line.line.title,
        options=options_words(line.line.options),
        picture=line.line.picture,
        price=line.line.unit_paid,
        quantity=line.wish.quantity,
        review=(decision.note.in_(locale) if decision.note else "") if review else None,
        offers=[
            OfferCard(
                resolution=offer.resolution,
                amount=_shown(offer),
                facts=facts(line, offer, shop.settings.carriers, locale),
                why=why(line, offer, shop.settings, locale),
                checked=line.wish.resolution == offer.resolution,
            )
            for offer in line.offers
        ],
        rows=rows(line.variants, line.wish.quantity),
        product=str(line.wish.product or ""),
    )


def _shown(offer: Offer) -> Money:
    """An exchange's bonus only lowers the price of something dearer, and here goods swap at one price."""
    return offer.worth - offer.bonus if offer.resolution == "exchange" else offer.worth


def _staying(line: WeighedLine, locale: str) -> Staying:
    seen = line.line
    return Staying(seen.title, options_words(seen.options), seen.picture, refused_because(line, locale))


def sum_so_far(weighed: Weighed | None, locale: str) -> Sum | None:
    """The sum once everything is chosen; while the way to send it is open, with the cheapest."""
    if weighed is None or not weighed.lines or not all(line.resolution for line in weighed.lines):
        return None
    shown = weighed.quote or quote(case_of(weighed.situated.order, weighed.lines, None))
    return sum_of(shown, names_of(weighed), locale)


def names_of(weighed: Weighed) -> dict[str, Named]:
    return {
        str(line.line.id): Named(line.line.title, options_words(line.line.options)) for line in weighed.lines
    }
