"""What every page of the console stands on: who may enter, and what each page knows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from returns_app import clock
from returns_app.faces.rendering import choose_locale, render
from returns_app.faces.security.guards import (
    GoFirst,
    provide_own_shop,
    provide_staff,
    signed_in,
    staff_required,
)
from returns_app.merchants.queries import Shop, StaffMember

AnyRequest = Request[Any, Any, Any]
OWNER_ONLY = staff_required("owner")
DESK = staff_required("owner", "agent")


async def bench_elsewhere(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Who works at the bench is led there."""
    person = await signed_in(connection)
    if person is not None and person.role == "warehouse":
        raise GoFirst("/warehouse")


async def page(request: AnyRequest, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A page of the console; it knows the person, the shop and what was just done."""
    shop, person = await here(request)
    return render(
        request, f"console/{template}", status=status, person=person, shop=shop,
        zone=shop.timezone, now=clock.now(), done=request.query_params.get("done", ""), **context,
    )  # fmt: skip


async def here(request: AnyRequest) -> tuple[Shop, StaffMember]:
    """The shop and the person, read once per request."""
    if "own_shop" not in request.state:
        request.state.own_shop = await provide_own_shop(request)
    return request.state.own_shop, await provide_staff(request)


def locale_of(request: AnyRequest) -> str:
    brand = request.state.get("brand")
    return choose_locale(request, brand) if brand else choose_locale(request)


def start_of_day(shop: Shop, days_ago: int = 0) -> datetime:
    """Midnight in the shop's zone, so many days ago."""
    zone = ZoneInfo(shop.timezone)
    day = clock.now().astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time.min, zone).astimezone(UTC)
