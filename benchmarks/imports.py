"""Order lines taken in per second: the whole import of a drawn file, beside inserting row by row.

The file lies as shops export it: some 25 lines to an order, scattered, a returning tenth of shoppers.
Row by row is what a first try does: one `take_in` per order, from memory, without reading a file.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec

from returns_app import database, embedded
from returns_app.cli.migrate import migrate
from returns_app.merchants.queries import Shop, merchant
from returns_app.orders.import_orders import import_orders
from returns_app.orders.scheme import OrderTold
from returns_app.orders.take_in import take_in

LINES = 50_000
SAMPLE = 2_000
AIM = 5_000
"""Lines per second on two cores: a year of a busy shop while one drinks a coffee."""
AT = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = "Order number,SKU,Title,Quantity,Price,Order date,Email,Country"
Row = tuple[str, ...]


def run() -> list[dict[str, Any]]:
    """Lines per second, import beside row by row, on a database made for it."""
    with tempfile.TemporaryDirectory(prefix="returns-bench-", ignore_cleanup_errors=True) as folder:
        there = Path(folder)
        there.chmod(0o711)  # PostgreSQL runs as a user of its own when we are root
        with embedded.held(there / "data") as url:  # ends before its folder
            fast, slow = asyncio.run(_measure(url, there))
    return [
        {
            "name": f"import of {LINES:,} order lines from CSV",
            "value": round(fast),
            "unit": "lines/s",
            "beside": f"row by row: {slow:,.0f} lines/s",
            "aim": f">= {AIM:,}",
            "ok": fast >= AIM,
        }
    ]


async def _measure(url: str, folder: Path) -> tuple[float, float]:
    await migrate(url)
    database.use_database(url)
    rows = _rows(random.Random(7))
    file = folder / "orders.csv"
    file.write_text("\n".join([HEADER, *map(",".join, rows)]), encoding="utf-8")
    async with database.pool(size=2):
        slow = await _row_by_row(await _shop(url, "slow"), rows[:SAMPLE])
        shop = await _shop(url, "fast")
        began = perf_counter()
        figures = await import_orders(file, shop=shop, at=AT)
        fast = figures.lines_read / (perf_counter() - began)
    assert (figures.lines_read, figures.rejected) == (LINES, 0)
    return fast, slow


async def _row_by_row(shop: Shop, rows: list[Row]) -> float:
    orders = _orders(rows)
    began = perf_counter()
    for order in orders:
        await take_in(order, merchant=shop.id, at=AT)
    return len(rows) / (perf_counter() - began)


def _rows(chance: random.Random) -> list[Row]:
    rows = [_row(chance, 100_000 + index // 25) for index in range(LINES)]
    chance.shuffle(rows)
    return rows


def _row(chance: random.Random, order: int) -> Row:
    sku = chance.randrange(3000)
    price = f"{1 + sku % 40}.95"
    mail = f"shopper{order * 9 // 10}@example.com"
    day = f"2026-{1 + order % 10:02}-{1 + order % 28:02}"
    return (str(order), f"SKU-{sku}", f"Article {sku}", str(chance.randint(1, 9)), price, day, mail, "NL")


def _orders(rows: list[Row]) -> list[OrderTold]:
    together: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        together[row[0]].append(row)
    return [_order(lines) for lines in together.values()]


def _order(lines: list[Row]) -> OrderTold:
    total = sum(int(quantity) * int(price.replace(".", "")) for _, _, _, quantity, price, *_ in lines)
    number, _, _, _, _, day, mail, country = lines[0]
    told = {
        "number": number,
        "currency": "EUR",
        "ordered_at": f"{day}T00:00:00Z",
        "email": mail,
        "total": f"{total / 100:.2f}",
        "ship_to": {"country": country},
        "lines": [
            {"sku": sku, "title": title, "quantity": int(quantity), "unit_price": price}
            for _, sku, title, quantity, price, *_ in lines
        ],
    }
    return msgspec.convert(told, OrderTold)


async def _shop(url: str, slug: str) -> Shop:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "INSERT INTO merchants (id, slug, name, currency, country, locale, timezone, settings, "
            "created_at) VALUES ($1, $2, $2, 'EUR', 'NL', 'nl', 'Europe/Amsterdam', '{}', $3)",
            uuid4(),
            slug,
            AT,
        )
    finally:
        await connection.close()
    return await merchant(slug)


if __name__ == "__main__":
    print(run())
