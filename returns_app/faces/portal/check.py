"""Check: everything with the sum line by line, and the one button that makes it a return."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from returns_app import clock, wording
from returns_app.core.refusal import Refusal
from returns_app.faces.portal.arrival import arrival
from returns_app.faces.portal.consent import consent_for
from returns_app.faces.portal.decide import names_of
from returns_app.faces.portal.ended import follow_instead
from returns_app.faces.portal.offered import offered, used
from returns_app.faces.portal.said import options_words, reason_words
from returns_app.faces.portal.send import decided
from returns_app.faces.portal.sums import sum_of
from returns_app.faces.portal.way import (
    AnyRequest,
    draft_key,
    go,
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
from returns_app.returns.draft import Draft, SentInAlready, sent_in_as
from returns_app.returns.refusals import OfferChanged
from returns_app.returns.request import request as ask
from returns_app.returns.weigh import Weighed, WeighedLine
from returns_app.returns.wish import Wish


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """An item with what was chosen for it, in words."""

    title: str
    options: str
    picture: str | None
    quantity: int
    reason: str
    outcome: str
    arrival: str


@get("/check")
async def check_page(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    draft = await kept_draft(visit)
    weighed = await _complete(request, shop, draft)
    if isinstance(weighed, str):
        return go(shop, weighed)
    return _page(request, shop, visit, draft, weighed, [], await offered(request, visit, draft))


@post("/check", status_code=303)
async def check_now(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """Make it a return. The same form sent again, even at the same moment, leads to the same return."""
    form = await request.form()
    key = draft_key(form)
    await used(request, visit)
    if sent := await _sent_in(shop, visit, key):
        return sent
    draft = await kept_draft(visit)
    weighed = await _complete(request, shop, draft)
    if isinstance(weighed, str):
        return await _sent_in(shop, visit, key) or go(shop, weighed)
    agreed = typed(form, "agreed", most=64) if key == draft.key else ""
    ticked = typed(form, "consent", most=8) == "yes"
    try:
        made = await ask(
            _wish(weighed, agreed, ticked, tongue(request)),
            merchant=shop.id,
            actor=visit.actor,
            at=clock.now(),
        )
    except Refusal as refusal:
        return await _sent_in(shop, visit, key) or await _not_now(request, shop, visit, refusal)
    return go(shop, f"done/{made.rma}")


async def _sent_in(shop: Shop, visit: PortalVisit, key: str) -> Response[Any] | None:
    """The return this form has become, perhaps only since it was looked at."""
    rma = await sent_in_as(shop.id, visit.order, key)
    return follow_instead(shop, SentInAlready(rma)) if rma else None


def _wish(weighed: Weighed, agreed: str, ticked: bool, locale: str) -> Wish:
    consent = consent_for(weighed, locale) if ticked else None
    return msgspec.structs.replace(weighed.wish, agreed=agreed, consent=consent)


async def _not_now(request: AnyRequest, shop: Shop, visit: PortalVisit, refusal: Refusal) -> Response[Any]:
    """What stands now, with why it was not taken."""
    draft = await kept_draft(visit)
    weighed = await _complete(request, shop, draft)
    if isinstance(weighed, str):
        return go(shop, weighed)
    return _page(request, shop, visit, draft, weighed, [refusal])


async def _complete(request: AnyRequest, shop: Shop, draft: Draft) -> Weighed | str:
    """The return with nothing left to choose, or the step that comes first."""
    weighed = await decided(request, shop, draft)
    if isinstance(weighed, str) or weighed.quote is not None:
        return weighed
    return "send"


def _page(
    request: AnyRequest,
    shop: Shop,
    visit: PortalVisit,
    draft: Draft,
    weighed: Weighed,
    faults: list[Refusal],
    kept: KeptForm | None = None,
) -> Response[str]:
    """A kept consent stands for what it was ticked for: the very same amounts."""
    locale = tongue(request)
    assert weighed.quote is not None, "a complete return has its quote"
    consent = consent_for(weighed, locale)
    before = typed(kept.form(), "agreed", most=64) if kept else weighed.fingerprint
    same = before == weighed.fingerprint
    return step_page(
        request,
        shop,
        visit,
        "check",
        errors=told(faults, locale),
        status=status_of(faults),
        kept=kept,
        draft=draft.key,
        agreed=weighed.fingerprint,
        changed=not same or any(isinstance(fault, OfferChanged) for fault in faults),
        items=[_checked(shop, line, locale) for line in weighed.lines],
        method=weighed.method,
        review=weighed.in_review,
        sum_shown=sum_of(weighed.quote, names_of(weighed), locale),
        consent=consent.words if consent else None,
        consented=kept is not None and same and typed(kept.form(), "consent", most=8) == "yes",
    )


def _checked(shop: Shop, line: WeighedLine, locale: str) -> Checked:
    answers, outcome = line.considered.decision.answers, wording.resolution(line.resolution or "", locale)
    wanted = next((each for each in line.variants if each.id == line.wish.product), None)
    if line.resolution == "exchange" and wanted:
        outcome = f"{outcome}: {options_words(wanted.options) or wanted.title}"
    return Checked(
        title=line.line.title,
        options=options_words(line.line.options),
        picture=line.line.picture,
        quantity=line.wish.quantity,
        reason=reason_words(shop.settings.all_reasons()[line.wish.reason or ""], locale),
        outcome=outcome,
        arrival=arrival(answers, line.resolution or "", locale),
    )
