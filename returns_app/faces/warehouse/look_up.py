"""What a scanned code leads to. Every code leads somewhere."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app.faces.security.typed import typed
from returns_app.faces.warehouse.bench import LONGEST_CODE, AnyRequest, Band, Bench, go
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.orders.queries import order
from returns_app.returns.bench import open_with_article
from returns_app.returns.queries import returns_of_order
from returns_app.shipping.queries import ScanFound, find_scanned


@post("/scan", status_code=303)
async def scan(request: AnyRequest, own_shop: NamedDependency[Shop]) -> Redirect:
    """Look a code up and go to its page."""
    form = await request.form()
    code = typed(form, "code", most=LONGEST_CODE)
    return lead_to(await find_scanned(own_shop.id, code)) if code else go("/warehouse/")


def lead_to(found: ScanFound) -> Redirect:
    """The page that a found code belongs to."""
    match found.kind:
        case "return":
            return go(f"/warehouse/return/{found.return_id}", parcel=found.parcel)
        case "several":
            return go(f"/warehouse/order/{found.order}", code=found.code)
        case "box":
            return go(f"/warehouse/box/{found.parcel}", said="known")
        case "item":
            return go("/warehouse/article", sku=found.sku, code=found.code)
        case "order" | "undeliverable":
            return go("/warehouse/box", code=found.code, order=found.order, kind=found.kind)
        case _:
            return go("/warehouse/box", code=found.code)


@get("/order/{order_id:uuid}")
async def order_page(
    request: AnyRequest,
    order_id: FromPath[UUID],
    own_shop: NamedDependency[Shop],
    staff: NamedDependency[StaffMember],
) -> Response[str] | Redirect:
    """The returns of one order to choose from."""
    found = await order(own_shop.id, order_id)
    if found is None:
        return go("/warehouse/")
    bench = Bench(request, own_shop, staff)
    _ = bench.say
    returns = await returns_of_order(own_shop.id, order_id)
    band = Band(
        _("Which return?"),
        bench.ngettext(
            "Order %%(number)s has %(num)s return.", "Order %%(number)s has %(num)s returns.", len(returns)
        )
        % {"number": found.number},
        "notice",
    )
    return bench.page("order.html", band, order=found, returns=returns)


@get("/article")
async def article_page(
    request: AnyRequest, own_shop: NamedDependency[Shop], staff: NamedDependency[StaffMember]
) -> Response[str]:
    """The open returns that wait for an article, when only the article was scanned."""
    sku = typed(request.query_params, "sku", most=LONGEST_CODE)
    code = typed(request.query_params, "code", most=LONGEST_CODE) or sku
    bench = Bench(request, own_shop, staff)
    _ = bench.say
    waiting = await open_with_article(own_shop.id, sku)
    text = (
        bench.ngettext("%(num)s open return waits for it.", "%(num)s open returns wait for it.", len(waiting))
        if waiting
        else _("No open return waits for it. Keep the box; it can be matched later.")
    )
    return bench.page("article.html", Band(_("An article"), text, "notice", code), waiting=waiting, code=code)


HANDLERS = [scan, order_page, article_page]
