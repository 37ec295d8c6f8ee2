"""Find an order, see what of it can go back, and start a return for the shopper on the phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app import clock, wording
from returns_app.faces.console.desk import AnyRequest, here, locale_of, page
from returns_app.faces.security.typed import typed
from returns_app.faces.security.visits import start_for_shopper
from returns_app.merchants.queries import Shop
from returns_app.orders.queries import search
from returns_app.returns.consider import Choice, choices
from returns_app.returns.order_case import OrderCase, order_case
from returns_app.returns.queries import ReturnFilter, list_returns
from returns_app.returns.weigh import situation
from returns_app.rulebook.queries import NoPolicyPublished
from returns_app.wording import translator


@get("/orders")
async def orders_page(request: AnyRequest) -> Response[Any]:
    """Orders of the number or e-mail typed; a single one is opened at once."""
    shop, _ = await here(request)
    words = typed(request.query_params, "q", most=200)
    found = await search(shop.id, words) if words else []
    if len(found) == 1:
        return Redirect(f"/console/orders/{found[0].id}", status_code=303)
    return await page(request, "orders.html", words=words, found=found)


@get("/orders/{order:uuid}")
async def order_page(request: AnyRequest, order: FromPath[UUID]) -> Response[str]:
    """One order: its lines with what can go back, its payments, its returns."""
    shop, _ = await here(request)
    seen, chances = await _seen(shop, order)
    locale = locale_of(request)
    return await page(
        request,
        "order.html",
        order=seen,
        lines=[(line, _standing(chances.get(line.id), len(line.free), locale)) for line in seen.lines],
        payments=seen.payments,
        returns=await list_returns(shop.id, ReturnFilter(order=order)),
        startable=bool(chances) and any(not each.closed for each in chances.values()),
        decided=bool(chances),
    )


@post("/orders/{order:uuid}/start", status_code=303)
async def start_return(request: AnyRequest, order: FromPath[UUID]) -> Redirect:
    """On to the shopper's own pages, which say who acts. Raises OrderNotFound for another shop's order."""
    shop, person = await here(request)
    await order_case(shop.id, order)
    start_for_shopper(request, person, order)
    return Redirect(f"/returns/{shop.slug}/choose", status_code=303)


HANDLERS = [orders_page, order_page, start_return]


async def _seen(shop: Shop, order: UUID) -> tuple[OrderCase, dict[UUID, Choice]]:
    """The order, and what the policy says about each line; nothing while no policy is published."""
    try:
        _, situated = await situation(shop.id, order, at=clock.now())
    except NoPolicyPublished:
        return await order_case(shop.id, order), {}
    grounds = {key: each.ground for key, each in shop.settings.all_reasons().items() if not each.children}
    return situated.order, {choice.line.id: choice for choice in choices(situated, grounds)}


def _standing(choice: Choice | None, free: int, locale: str) -> tuple[str, str]:
    """In words and a tone: whether a line can go back."""
    _ = translator(locale).gettext
    until = wording.full_date(choice.until, locale) if choice and choice.until else None
    match choice.closed if choice else "unknown":
        case None:
            said = _("%(num)s can go back") % {"num": free}
            return (said if until is None else said + _(", until %(day)s") % {"day": until}), "success"
        case "service":
            return _("A service: nothing to send back"), "neutral"
        case "marketplace":
            return _("Bought at a marketplace: returned there"), "neutral"
        case "all-returned":
            return _("All in a return, or sent back before"), "neutral"
        case "window":
            return (_("Could go back until %(day)s") % {"day": until} if until else _("Too late")), "notice"
        case "refused":
            return _("The policy doesn't take this back"), "notice"
        case _:
            return _("Not decided: no policy is published"), "neutral"
