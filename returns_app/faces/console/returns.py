"""All returns: narrowed by a sentence, searched, paged, and taken away as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get
from litestar.response import Stream

from returns_app import wording
from returns_app.core.lifecycle import RETURN_OPEN, RETURN_UNDECIDED, ReturnState
from returns_app.core.reference import grouped
from returns_app.faces.console.desk import AnyRequest, here, locale_of, page
from returns_app.faces.security.typed import typed
from returns_app.merchants.queries import Shop
from returns_app.returns.queries import ListedReturn, ReturnFilter, count_returns, list_returns
from returns_app.wording import translator

PER_PAGE = 40
_EXPORTED_AT_ONCE = 500
_LAST_PAGE = 10_000
_VIEWS = {"open": RETURN_OPEN, "undecided": RETURN_UNDECIDED}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The filter as it stands in the address. What makes no sense there is left out, not refused."""

    status: str = ""
    resolution: str = ""
    reason: str = ""
    q: str = ""
    since: str = ""
    until: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        return any((self.status, self.resolution, self.reason, self.q, self.since, self.until))

    def address(self, path: str = "/console/returns", **changes: Any) -> str:
        """This filter as an address, with some of it changed."""
        said = {**msgspec.structs.asdict(self), **changes}
        kept = {name: value for name, value in said.items() if value and (name, value) != ("page", 1)}
        return f"{path}?{urlencode(kept)}" if kept else path


@get("/returns")
async def returns_page(request: AnyRequest) -> Response[str]:
    """One page of the list, newest first."""
    shop, _ = await here(request)
    asked, locale = _asked(request, shop), locale_of(request)
    narrowed = _narrowed(asked, shop)
    count = await count_returns(shop.id, narrowed)
    rows = await list_returns(shop.id, narrowed, limit=PER_PAGE, offset=(asked.page - 1) * PER_PAGE)
    return await page(
        request, "returns.html", asked=asked, rows=rows, count=count,
        first=(asked.page - 1) * PER_PAGE + 1,
        previous=asked.address(page=asked.page - 1) if asked.page > 1 else None,
        next=asked.address(page=asked.page + 1) if asked.page * PER_PAGE < count else None,
        statuses=_statuses(locale), reasons=_reasons(shop, locale),
        resolutions_known=[(each, wording.resolution(each, locale, "staff")) for each in wording.RESOLUTIONS],
    )  # fmt: skip


@get("/returns.csv")
async def returns_csv(request: AnyRequest) -> Stream:
    """The same list, whole, as a file for a spreadsheet."""
    shop, _ = await here(request)
    return Stream(
        _csv(shop, _narrowed(_asked(request, shop), shop), locale_of(request)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="returns.csv"'},
    )


HANDLERS = [returns_page, returns_csv]


def _asked(request: Request[Any, Any, Any], shop: Shop) -> Asked:
    query = request.query_params
    number = typed(query, "page", most=6)
    return Asked(
        status=_one_of(typed(query, "status"), [*ReturnState, *_VIEWS]),
        resolution=_one_of(typed(query, "resolution"), wording.RESOLUTIONS),
        reason=_one_of(typed(query, "reason"), {*wording.REASONS, *shop.settings.all_reasons()}),
        q=typed(query, "q", most=120),
        since=_day(typed(query, "since")),
        until=_day(typed(query, "until")),
        page=min(max(int(number), 1), _LAST_PAGE) if number.isascii() and number.isdigit() else 1,
    )


def _one_of(value: str, known: Iterable[str]) -> str:
    return value if value in set(known) else ""


def _day(text: str) -> str:
    """A day as the browser's own field writes it, 2026-12-04; years near the ends of time are left out."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if 1900 <= day.year <= 2200 else ""


def _narrowed(asked: Asked, shop: Shop) -> ReturnFilter:
    zone = ZoneInfo(shop.timezone)
    return ReturnFilter(
        statuses=sorted(_VIEWS.get(asked.status, {asked.status} if asked.status else ())),
        resolution=asked.resolution or None,
        reason=asked.reason or None,
        words=asked.q,
        since=_midnight(asked.since, zone),
        until=_midnight(asked.until, zone, later=1),
    )


def _midnight(day: str, zone: ZoneInfo, later: int = 0) -> datetime | None:
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time.min, zone).astimezone(UTC)


def _statuses(locale: str) -> list[tuple[str, str]]:
    _ = translator(locale).gettext
    states = [(str(state), wording.return_status(state, locale, "staff").lower()) for state in ReturnState]
    return [("", _("in any state")), ("open", _("still open")), *states]


def _reasons(shop: Shop, locale: str) -> list[tuple[str, str]]:
    return [(key, reason_words(shop, key, locale)) for key in shop.settings.all_reasons()]


def reason_words(shop: Shop, key: str, locale: str) -> str:
    """The merchant's own words for a reason, else the app's, else its key: reasons can be taken away."""
    reason = shop.settings.all_reasons().get(key)
    own = reason.words.get(locale) or reason.words.get("en") if reason else None
    if own:
        return own
    return wording.reason(key, locale) if key in wording.REASONS else key


# CSV -----------------------------------------------------------------------------------------------


async def _csv(shop: Shop, narrowed: ReturnFilter, locale: str) -> AsyncIterator[bytes]:
    _ = translator(locale).gettext
    yield b"\xef\xbb\xbf" + _lines(
        [
            [
                _("Return number"), _("Order number"), _("Shopper"), _("E-mail"), _("State"), _("Resolution"),
                _("Items"), _("Amount"), _("Currency"), _("Asked for"), _("Send back by"),
            ]
        ]
    )  # fmt: skip
    while rows := await list_returns(shop.id, narrowed, limit=_EXPORTED_AT_ONCE):
        yield _lines(_cells(row, shop, locale) for row in rows)
        narrowed = msgspec.structs.replace(narrowed, after=(rows[-1].requested_at, rows[-1].id))


def _cells(row: ListedReturn, shop: Shop, locale: str) -> list[str]:
    return [
        grouped(row.rma),
        row.order_number,
        row.shopper,
        row.email or "",
        wording.return_status(row.status, locale, "staff"),
        wording.listed([wording.resolution(each, locale, "staff") for each in row.resolutions], locale),
        str(row.items),
        str(row.value.amount),
        row.value.currency,
        row.requested_at.astimezone(ZoneInfo(shop.timezone)).isoformat(timespec="minutes"),
        row.send_back_by.isoformat() if row.send_back_by else "",
    ]


def _lines(rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection); numbers stay numbers."""
    dangerous = cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r", "|") or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if dangerous and not _number(cell) else cell


def _number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit() and cell.isascii()
