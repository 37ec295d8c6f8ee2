"""Cancel, while nothing has been handed in: first what it means, then the button."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_app import clock
from returns_app.core.reference import grouped
from returns_app.core.refusal import Refusal
from returns_app.faces.portal.follow import life_of, may_cancel, own_return
from returns_app.faces.portal.followed import followed
from returns_app.faces.portal.way import AnyRequest, go, portal_page, tongue
from returns_app.faces.security.visits import PortalVisit
from returns_app.merchants.queries import Shop
from returns_app.returns.cancel import cancel
from returns_app.returns.queries import ReturnSeen
from returns_app.wording import refused


@get("/return/{rma:str}/cancel")
async def cancel_page(
    request: AnyRequest,
    shop: NamedDependency[Shop],
    visit: NamedDependency[PortalVisit],
    rma: FromPath[str],
) -> Response[Any]:
    seen = await own_return(shop, visit, rma)
    if not may_cancel(await life_of(shop, seen)):
        return go(shop, f"return/{seen.rma}")
    return portal_page(request, "portal/cancel.html", shop, visit, seen=seen, number=grouped(seen.rma))


@post("/return/{rma:str}/cancel", status_code=303)
async def cancel_now(
    request: AnyRequest,
    shop: NamedDependency[Shop],
    visit: NamedDependency[PortalVisit],
    rma: FromPath[str],
) -> Response[Any]:
    """Cancel it; twice is once."""
    seen = await own_return(shop, visit, rma)
    try:
        await cancel(seen.id, merchant=shop.id, actor=visit.actor, at=clock.now())
    except Refusal as refusal:
        return await _not_now(request, shop, visit, seen, refusal)
    return go(shop, f"return/{seen.rma}")


async def _not_now(
    request: AnyRequest, shop: Shop, visit: PortalVisit, seen: ReturnSeen, refusal: Refusal
) -> Response[Any]:
    """The return as it stands, with why it can't be cancelled."""
    locale = tongue(request)
    return portal_page(
        request,
        "portal/return.html",
        shop,
        visit,
        status=refusal.status,
        errors={"confirm": refused(refusal, locale)},
        followed=followed(await life_of(shop, seen), locale),
        seen=seen,
        number=grouped(seen.rma),
        wait=0,
        refresh=None,
        may_cancel=False,
    )
