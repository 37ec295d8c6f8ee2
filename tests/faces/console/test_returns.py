"""The list: narrowed, searched and taken away, whatever stands in the address."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns_app import database
from returns_app.core.reference import grouped
from returns_app.faces.console.returns import harmless
from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser
from tests.faces.console.conftest import in_review, words
from tests.makers import a_return, a_shop, an_order


async def listed(desk: Browser, **query: str) -> list[str]:
    """The return numbers on the page of this address."""
    page = await desk.get(f"/console/returns?{urlencode(query)}")
    assert page.status_code == 200
    return [part.split('"')[0] for part in page.text.split('href="/console/returns/R')[1:]]


async def test_the_list_is_the_shops_own_newest_first(desk: Browser, shop: Shop) -> None:
    other = await a_shop("elders")
    await in_review(other)
    mine = await in_review(shop)
    assert [f"R{rma}" for rma in await listed(desk)] == [mine.rma]


async def test_filters_narrow_and_stay_in_the_form(desk: Browser, shop: Shop) -> None:
    await in_review(shop)
    await a_return(shop, await an_order(shop))
    assert len(await listed(desk)) == 2
    assert len(await listed(desk, status="undecided")) == 1
    assert len(await listed(desk, resolution="refund")) == 1
    assert len(await listed(desk, reason="damaged")) == 0
    assert len(await listed(desk, since="2026-11-20", until="2026-11-20")) == 2
    assert len(await listed(desk, since="2026-11-21")) == 0
    page = await desk.get("/console/returns?status=in_review")
    assert '<option value="in_review" selected>' in page.text


async def test_search_finds_number_order_mail_and_name(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop, number="ORD_1", email="o'neil_x@example.com")
    for said in (grouped(seen.rma), seen.rma.lower(), "ord_1", "O'Neil_X@example.com", "de vries"):
        assert len(await listed(desk, q=said)) == 1, said


@pytest.mark.parametrize(
    "said", ["%", "_", "'", "'; DROP TABLE returns; --", "\\", "100%", "\x00", "R" * 200]
)
async def test_letters_that_mean_something_to_a_database_are_letters(
    desk: Browser, shop: Shop, said: str
) -> None:
    await in_review(shop)
    expected = 1 if said == "\x00" else 0  # nothing is left of it, so nothing is searched for
    assert len(await listed(desk, q=said)) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["status", "resolution", "reason", "q", "since", "until", "page", "x"]),
        st.text(max_size=30) | st.from_regex(r"\d{1,9}-\d\d-\d\d", fullmatch=True) | st.integers().map(str),
        max_size=6,
    )
)
async def test_no_address_breaks_the_list(desk: Browser, shop: Shop, query: dict[str, str]) -> None:
    asked = urlencode(query, errors="surrogatepass")
    assert (await desk.get(f"/console/returns?{asked}")).status_code == 200


async def test_the_csv_holds_the_filtered_list_and_no_formula(desk: Browser, shop: Shop) -> None:
    evil = {"key": "evil", "name": '=HYPERLINK("http://x.example","click")'}
    seen = await in_review(shop, customer=evil, email="+31@example.com")
    await a_return(shop, await an_order(shop))
    answer = await desk.get("/console/returns.csv?status=in_review")
    assert answer.headers["content-type"].startswith("text/csv")
    _, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[:4] == [
        grouped(seen.rma), "2001", '\'=HYPERLINK("http://x.example","click")', "'+31@example.com",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1-cmd", "-2+3", "@SUM(A1)", "\t=1", "  =1", "|calc"])
def test_what_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-3.95", "12", "Anna", "1-2-3", ""])
def test_what_it_would_not_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


async def test_a_new_shop_is_told_what_to_do(desk: Browser) -> None:
    assert "No returns yet" in words((await desk.get("/console/returns")).text)
    assert "No return fits this" in words((await desk.get("/console/returns?q=nothing")).text)


async def test_more_returns_cost_no_more_statements(
    desk: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, asked = database.fetch, list[str]()

    async def noted(sql: str, *arguments: object) -> object:
        asked.append(sql)
        return await plain(sql, *arguments)

    async def statements(path: str) -> int:
        await desk.get(path)
        asked.clear()
        await desk.get(path)
        return len(asked)

    monkeypatch.setattr(database, "fetch", noted)
    seen = await in_review(shop, "3000")
    paths = ("/console", "/console/returns", f"/console/returns/{seen.rma}")
    before = [await statements(path) for path in paths]
    for number in range(3001, 3005):
        await in_review(shop, str(number))
    assert [await statements(path) for path in paths] == before
    assert max(before) <= 20
