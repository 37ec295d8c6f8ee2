"""Send: the ways to send it back, and what each costs now."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from returns_app.core.refusal import Refusal
from returns_app.faces.portal.decide import sum_so_far, weighed_draft
from returns_app.faces.portal.ended import follow_instead
from returns_app.faces.portal.offered import offered, used
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
from returns_app.returns.draft import Draft, SentInAlready
from returns_app.returns.refusals import MethodNotOffered
from returns_app.returns.weigh import Weighed
from returns_app.wording import N_, translator

_ABOUT = {
    "label": N_("Print the label, stick it on the parcel and hand it in. You get it at once and by mail."),
    "qr": N_("Show the code on your phone; the label is printed for you. No printer needed."),
    "store": N_("Bring it to the counter with your return number."),
    "pickup": N_("The carrier comes to your door."),
    "own": N_("Choose a carrier yourself and put the return number in the parcel. You pay the carrier."),
}


class Way(msgspec.Struct, frozen=True):
    method: str
    cost: Money
    about: str
    checked: bool


@get("/send")
async def send_page(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    draft = await kept_draft(visit)
    kept = await offered(request, visit, draft)
    if kept:
        draft = msgspec.structs.replace(draft, method=_method(kept.form(), draft))
    weighed = await decided(request, shop, draft)
    if isinstance(weighed, str):
        return go(shop, weighed)
    if weighed.nothing_to_send:
        return go(shop, "check")
    faults: list[Refusal] = [MethodNotOffered()] if "look" in request.query_params else []
    return _page(request, shop, visit, draft, weighed, faults, kept)


@post("/send", status_code=303)
async def send_now(
    request: AnyRequest, shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit]
) -> Response[Any]:
    """Keep the way to send it."""
    form = await request.form()
    await used(request, visit)
    draft = await kept_draft(visit)
    method = _method(form, draft)
    try:
        draft = await keep(request, visit, list(draft.lines), method, key=draft_key(form))
    except SentInAlready as sent:
        return follow_instead(shop, sent)
    weighed = await decided(request, shop, draft)
    if isinstance(weighed, str):
        return go(shop, weighed)
    if weighed.method is None and not weighed.nothing_to_send:
        return _page(request, shop, visit, draft, weighed, [MethodNotOffered()])
    return go(shop, "check")


def _method(form: Any, draft: Draft) -> str | None:
    return typed(form, "method", most=10) or draft.method


async def decided(request: AnyRequest, shop: Shop, draft: Draft) -> Weighed | str:
    """The return with an outcome for each item, or the step that comes first."""
    found = await weighed_draft(request, shop, draft)
    if isinstance(found, str):
        return found
    weighed = found.weighed
    if not weighed.lines:
        return "decide"
    return weighed if all(line.resolution for line in weighed.lines) else "decide?look=again"


def _page(
    request: AnyRequest,
    shop: Shop,
    visit: PortalVisit,
    draft: Draft,
    weighed: Weighed,
    faults: list[Refusal],
    kept: KeptForm | None = None,
) -> Response[str]:
    locale = tongue(request)
    _ = translator(locale).gettext
    only = len(weighed.methods) == 1
    return step_page(
        request,
        shop,
        visit,
        "send",
        errors=told(faults, locale),
        status=status_of(faults),
        kept=kept,
        draft=draft.key,
        ways=[
            Way(each.method, each.cost, _(_ABOUT[each.method]), only or each.method == weighed.method)
            for each in weighed.methods
        ],
        review=weighed.in_review,
        so_far=sum_so_far(weighed, locale),
    )
