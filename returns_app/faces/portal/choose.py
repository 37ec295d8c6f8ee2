"""Choose: which items, how many, and why."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from returns_app import clock, wording
from returns_app.core.refusal import Refusal
from returns_app.faces.portal.details import needs_details
from returns_app.faces.portal.ended import follow_instead
from returns_app.faces.portal.forms import paragraph, picked
from returns_app.faces.portal.offered import offered, used
from returns_app.faces.portal.said import closed_words, options_words, reason_groups, until_words
from returns_app.faces.portal.way import (
    AnyRequest,
    draft_key,
    go,
    keep,
    kept_draft,
    status_of,
    step_page,
    told,
    tongue,
)
from returns_app.faces.security.kept_forms import KeptForm
from returns_app.faces.security.typed import typed
from returns_app.faces.security.visits import PortalVisit
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.returns.consider import Choice, Situated, choices
from returns_app.returns.draft import Draft, SentInAlready
from returns_app.returns.order_case import LineSeen
from returns_app.returns.possible import possible
from returns_app.returns.queries import returns_of_order
from returns_app.returns.refusals import LineClosed, NothingAsked, QuantityWrong, ReasonUnknown
from returns_app.returns.weigh import situation
from returns_app.returns.wish import LineWish


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An item as the page shows it, with what was typed about it. `reasons` are those it can go back for."""

    id: str
    line: LineSeen
    options: str
    price: Money
    most: int
    quantities: list[tuple[str, str]]
    reasons: tuple[str, ...]
    note: str
    picked: bool
    quantity: str
    reason: str
    remark: str


class Closed(msgspec.Struct, frozen=True):
    line: LineSeen
    options: str
    why: str


@get("/choose")
async def choose_page(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """Everything that was bought, and what was said about it before."""
    draft = await kept_draft(visit)
    _, situated = await situation(shop.id, visit.order, at=clock.now())
    found = _choices(shop, situated)
    faults = _faults(shop, found, list(draft.lines)) if "look" in request.query_params else []
    kept = await offered(request, visit, draft)
    lines = _typed(kept.form(), found, draft) if kept else draft.lines
    return await _page(request, shop, visit, situated, found, draft, lines, faults, kept)


@post("/choose", status_code=303)
async def choose_now(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """Keep what was chosen, then say what is missing or go on."""
    form = await request.form()
    await used(request, visit)
    draft = await kept_draft(visit)
    _, situated = await situation(shop.id, visit.order, at=clock.now())
    found = _choices(shop, situated)
    lines = [_wished(form, choice.line, draft) for choice in found if choice.line.id in picked(form)]
    try:
        draft = await keep(request, visit, lines, draft.method, key=draft_key(form))
    except SentInAlready as sent:
        return follow_instead(shop, sent)
    faults = _faults(shop, found, lines)
    if faults:
        return await _page(request, shop, visit, situated, found, draft, lines, faults)
    weighed = (await possible(shop.id, draft.wish(locale=tongue(request)), at=clock.now())).weighed
    asking = any(needs_details(weighed, line) for line in weighed.lines)
    return go(shop, "details" if asking else "decide")


def _choices(shop: Shop, situated: Situated) -> list[Choice]:
    return choices(situated, _grounds(shop))


def _grounds(shop: Shop) -> dict[str, str]:
    """The ground of each reason a shopper can give."""
    reasons = shop.settings.all_reasons().values()
    return {reason.key: reason.ground for reason in reasons if not reason.children}


def _wished(form: Any, line: LineSeen, draft: Draft) -> LineWish:
    """What the form says of an item; choices of later steps stay while they still fit."""
    before = draft.line(line.id) or LineWish(order_line=line.id)
    reason = typed(form, f"reason-{line.id}", most=60)
    return msgspec.structs.replace(
        before,
        quantity=_whole(typed(form, f"quantity-{line.id}", most=9)),
        reason=reason or None,
        note=paragraph(form, f"note-{line.id}", before.note),
        answers=before.answers if reason == before.reason else {},
    )


def _typed(form: Any, found: list[Choice], draft: Draft) -> tuple[LineWish, ...]:
    """What the form says of every item it asked about, ticked or not."""
    asked = [choice.line for choice in found if f"quantity-{choice.line.id}" in form]
    return tuple(_wished(form, line, draft) for line in asked)


def _whole(text: str) -> int:
    """0, which no order has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() else 0


def _faults(shop: Shop, found: list[Choice], lines: list[LineWish]) -> list[Refusal]:
    if not lines:
        return [NothingAsked()]
    by_line = {choice.line.id: choice for choice in found}
    reasons = shop.settings.all_reasons()
    faults: list[Refusal] = []
    for wish in lines:
        choice = by_line.get(wish.order_line)
        if choice is None:
            continue
        about = {"line": choice.line.id, "title": choice.line.title}
        if choice.closed:
            faults.append(LineClosed(**about))
            continue
        if not 1 <= wish.quantity <= choice.quantity:
            faults.append(QuantityWrong(**about, most=choice.quantity))
        reason = reasons.get(wish.reason or "")
        if reason is None or reason.children:
            faults.append(ReasonUnknown(**about))
    return faults


async def _page(
    request: AnyRequest,
    shop: Shop,
    visit: PortalVisit,
    situated: Situated,
    found: list[Choice],
    draft: Draft,
    lines: Any,
    faults: list[Refusal],
    kept: KeptForm | None = None,
) -> Response[Any]:
    """`lines` are the items that were ticked; from a kept form all, as what was typed of others stays too."""
    locale, order = tongue(request), situated.order
    wished = {wish.order_line: wish for wish in lines}
    ticked = picked(kept.form()) if kept else wished.keys()
    today = situated.today.day
    open_ones = [choice for choice in found if not choice.closed]
    return step_page(
        request,
        shop,
        visit,
        "choose",
        errors=told(faults, locale),
        status=status_of(faults),
        kept=kept,
        draft=draft.key,
        order=order,
        ordered=wording.full_date(order.ordered_at.astimezone(situated.today.zone), locale),
        returns=await returns_of_order(shop.id, order.id),
        cards=[
            _card(
                choice,
                wished.get(choice.line.id),
                choice.line.id in ticked,
                until_words(choice, _grounds(shop), today, locale),
            )
            for choice in open_ones
        ],
        closed=[
            Closed(
                choice.line,
                options_words(choice.line.options),
                closed_words(choice, today, order.channel, locale),
            )
            for choice in found
            if choice.closed
        ],
        marketplace=order.channel if order.settled_by == "marketplace" else None,
        reasons=reason_groups(shop.settings.reasons, locale),
    )


def _card(choice: Choice, wish: LineWish | None, ticked: bool, note: str) -> Card:
    line = choice.line
    said = wish or LineWish(order_line=line.id)
    return Card(
        id=str(line.id),
        line=line,
        options=options_words(line.options),
        price=line.unit_paid,
        most=choice.quantity,
        quantities=[(str(count), str(count)) for count in range(1, choice.quantity + 1)],
        reasons=choice.reasons,
        note=note,
        picked=ticked,
        quantity=str(said.quantity),
        reason=said.reason or "",
        remark=said.note,
    )
