"""Statements per page: a small fixed number, however many items and returns there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from litestar import Litestar

from returns_app.merchants.queries import Shop
from tests.faces.portal.walking import Walker
from tests.makers import a_return, an_order, line_ids, shoe

Counted = list[str]
MOST = {"choose": 14, "details": 14, "decide": 14, "send": 14, "check": 14}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Counted:
    said: Counted = []

    def noting(name: str) -> None:
        plain: Callable[..., Any] = getattr(asyncpg.Connection, name)

        async def noted(self: Any, sql: str, *arguments: Any, **more: Any) -> Any:
            if "pg_advisory_unlock_all" not in sql:  # the pool's own, between two users
                said.append(sql)
            return await plain(self, sql, *arguments, **more)

        monkeypatch.setattr(asyncpg.Connection, name, noted)

    for name in ("fetch", "fetchrow", "fetchval", "execute", "executemany"):
        noting(name)
    return said


async def _walk(app: Litestar, shop: Shop, items: int, number: str, statements: Counted) -> dict[str, int]:
    goods = [shoe(size, sku=f"S-{number}-{size}") for size in range(items)]
    order = await an_order(shop, *goods, number=number, reference=f"pi_{number}")
    lines = await line_ids(order)
    walker = await Walker(app, shop, order).enter()
    await walker.choose(*lines, reason="not-as-described")
    await walker.post("details", {})
    said = {f"resolution-{line}": "refund" for line in lines}
    await walker.send("decide", said)
    await walker.send("send", {"method": "own"})
    counts = {}
    for place in MOST:
        statements.clear()
        assert (await walker.get(place)).status_code == 200
        counts[place] = len(statements)
    return counts


async def test_pages_ask_the_database_as_often_for_ten_items_as_for_one(
    app: Litestar, shop: Shop, statements: Counted
) -> None:
    one = await _walk(app, shop, 1, "2001", statements)
    ten = await _walk(app, shop, 10, "2010", statements)
    assert one == ten
    assert all(ten[place] <= most for place, most in MOST.items()), ten


async def test_the_follow_page_costs_the_same_with_more_lines(
    app: Litestar, shop: Shop, statements: Counted
) -> None:
    order = await an_order(shop, number="3001", reference="pi_3001")
    made = await a_return(shop, order)
    walker = await Walker(app, shop, order).enter()
    statements.clear()
    assert (await walker.get(f"return/{made.rma}")).status_code == 200
    assert len(statements) <= 14, statements
