"""Follow: one page for the whole life of a return."""

from __future__ import annotations

from urllib.parse import quote as quoted

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_app import clock
from returns_app.core.lifecycle import PARCEL_UNSCANNED, RETURN_MAY_CANCEL
from returns_app.core.reference import grouped, read
from returns_app.credit.queries import credits_of
from returns_app.exchanges.queries import exchanges_of
from returns_app.faces.portal.followed import Followed, Life, followed
from returns_app.faces.portal.way import AnyRequest, portal_page, tongue
from returns_app.faces.security.guards import GoFirst
from returns_app.faces.security.visits import PortalVisit
from returns_app.journal.queries import timeline
from returns_app.merchants.queries import Shop
from returns_app.refunds.queries import refunds_of
from returns_app.returns.queries import ReturnSeen, decisions, return_by_rma
from returns_app.settlement.queries import settlements_of
from returns_app.shipping.queries import parcels_of

WAIT_SECONDS = 3
_MOST_WAITS = 20


@get("/done/{rma:str}")
async def done_page(
    request: AnyRequest,
    shop: NamedDependency[Shop],
    visit: NamedDependency[PortalVisit],
    rma: FromPath[str],
) -> Response[str]:
    """It is asked: the number, the label, what comes next."""
    return await _page(request, shop, visit, rma, "portal/done.html")


@get(["/return/{rma:str}", "/follow/{rma:str}"])
async def return_page(
    request: AnyRequest,
    shop: NamedDependency[Shop],
    visit: NamedDependency[PortalVisit],
    rma: FromPath[str],
) -> Response[str]:
    """Where it is, what happens next and by when."""
    return await _page(request, shop, visit, rma, "portal/return.html")


async def own_return(shop: Shop, visit: PortalVisit, rma: str) -> ReturnSeen:
    """The return, when it is of the order of this visit; of another order, that one is found first.

    Raises ReturnNotFound, also for another shop's.
    """
    seen = await return_by_rma(shop.id, read(rma).code)
    if seen.order != visit.order:
        place = quoted(f"/returns/{shop.slug}/return/{seen.rma}", safe="")
        raise GoFirst(f"/returns/{quoted(shop.slug)}/?again=yes&next={place}")
    return seen


async def life_of(shop: Shop, seen: ReturnSeen) -> Life:
    """All that is known of a return, in a fixed number of statements."""
    return Life(
        shop=shop,
        seen=seen,
        parcels=await parcels_of(shop.id, seen.id),
        refunds=await refunds_of(shop.id, seen.id),
        credits=await credits_of(shop.id, seen.id),
        exchanges=await exchanges_of(shop.id, seen.id),
        settlements=await settlements_of(shop.id, seen.id),
        happened=await timeline(shop.id, seen.id),
        decisions=await decisions(shop.id, seen.id),
        at=clock.now(),
    )


async def _page(
    request: AnyRequest, shop: Shop, visit: PortalVisit, rma: str, template: str
) -> Response[str]:
    seen = await own_return(shop, visit, rma)
    view = followed(await life_of(shop, seen), tongue(request))
    return portal_page(
        request,
        template,
        shop,
        visit,
        followed=view,
        seen=seen,
        number=grouped(seen.rma),
        wait=WAIT_SECONDS,
        refresh=_refresh(request, view),
        may_cancel=may_cancel(view.life),
    )


def may_cancel(life: Life) -> bool:
    """Whether cancelling is worth offering; the verb has the last word."""
    unscanned = all(parcel.state in PARCEL_UNSCANNED for parcel in life.parcels)
    return life.seen.status in RETURN_MAY_CANCEL and unscanned and not life.settlements


def _refresh(request: AnyRequest, view: Followed) -> str | None:
    """While the label is being made the page looks again, some times, also without JavaScript."""
    waited = request.query_params.get("waited", "0")
    times = int(waited) if waited.isascii() and waited.isdigit() and len(waited) < 4 else _MOST_WAITS
    if view.label != "waiting" or times >= _MOST_WAITS:
        return None
    return f"{request.url.path}?waited={times + 1}"
