"""The bench's first page: the scan field, and what there is to do today."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.di import NamedDependency

from returns_app import clock
from returns_app.faces.warehouse.bench import AnyRequest, Band, Bench
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.returns.bench import counted_since
from returns_app.shipping.bench import boxes, delivered_uncounted


@get("/")
async def today_page(
    request: AnyRequest, own_shop: NamedDependency[Shop], staff: NamedDependency[StaffMember]
) -> Response[str]:
    """What the carrier delivered and nobody counted, what came in today, and boxes without a return."""
    bench = Bench(request, own_shop, staff)
    return bench.page(
        "today.html",
        _band(bench),
        expected=await delivered_uncounted(own_shop.id),
        counted=await counted_since(own_shop.id, _midnight(own_shop, clock.now())),
        boxes=await boxes(own_shop.id),
    )


def _midnight(shop: Shop, now: datetime) -> datetime:
    zone = ZoneInfo(shop.timezone)
    return datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)


def _band(bench: Bench) -> Band:
    _ = bench.say
    return Band(_("Ready"), _("Scan the label on the box, or type what is written on it."))


HANDLERS = [today_page]
