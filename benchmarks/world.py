"""What benchmarks of the database share: a PostgreSQL of their own, many orders, an ear for statements."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from returns_app import clock, database, embedded
from returns_app.cli.migrate import migrate
from returns_app.embedded.making import DATABASE
from returns_app.merchants.queries import Shop
from tests import postgres

CONNECTIONS = 10
"""As many as the web process has."""


@contextmanager
def quick_database(name: str) -> Iterator[str]:
    """A migrated, empty database on the test run's server: at once there, but not safe against power cuts."""
    with postgres.server() as server, postgres.migrated_database(server, migrate, f"bench_{name}") as url:
        yield url


@contextmanager
def own_server() -> Iterator[Path]:
    """The data folder of a PostgreSQL that nobody else uses, started as the app starts it."""
    with tempfile.TemporaryDirectory(prefix="returns-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as a user of its own when we are root
        with embedded.held(Path(folder) / "data"):  # ends before its folder
            yield Path(folder) / "data"


async def copied(data: Path, name: str) -> str:
    """Address of a copy of this server's database. Nobody may be connected to the original."""
    connection = await asyncpg.connect(embedded.url(data, database="postgres", role=embedded.SUPERUSER))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{DATABASE}" OWNER "{embedded.ROLE}"')
    finally:
        await connection.close()
    return embedded.url(data, database=name)


@asynccontextmanager
async def using(url: str, *, size: int = CONNECTIONS) -> AsyncIterator[None]:
    """Work on this database, with a pool of the app's own kind."""
    database.use_database(url)
    async with database.pool(size=size):
        yield


@asynccontextmanager
async def heard() -> AsyncIterator[list[str]]:
    """Every statement that is sent on the pool from now on, BEGIN and COMMIT among them.

    asyncpg tells of a statement in the turn after its answer: sleep(0) before you count.
    """
    statements: list[str] = []
    pool = database.engine().pool
    assert pool is not None
    async with AsyncExitStack() as all_of_them:
        for _ in range(pool.get_max_size()):
            connection = await all_of_them.enter_async_context(pool.acquire())
            connection.add_query_logger(lambda told: statements.append(told.query))
    statements.clear()
    yield statements


def lately() -> dict[str, Any]:
    """When an order was made that can still go back, as `tests.makers.an_order` takes it."""
    now = clock.now()
    ago = {"ordered_at": 10, "dispatched_at": 8, "delivered_at": 5}
    return {name: (now - timedelta(days=days)).isoformat() for name, days in ago.items()}


_PRODUCTS = """
INSERT INTO products (id, merchant, sku, family, title, product_type, options, price, currency, stock)
SELECT gen_random_uuid(), $1, 'SKU-' || n, 'FAMILY-' || n / 4, 'Article ' || n / 4, 'apparel/shoes',
       jsonb_build_object('size', (n % 4)::text), 4000, 'EUR', 1000
FROM generate_series(0, 999) n
"""

_SHOPPERS = """
INSERT INTO shoppers (id, merchant, key, email, name)
SELECT gen_random_uuid(), $1, 'shopper' || n || '@example.com', 'shopper' || n || '@example.com', 'Anna ' || n
FROM generate_series($2::int, $3::int) n WHERE n % 10 > 0
"""

_ORDERS = """
INSERT INTO orders (id, merchant, number, shopper, email, country, currency, ordered_at, dispatched_at,
  delivered_at, ship_to, total, fingerprint, taken_in_at)
SELECT gen_random_uuid(), $1, n::text, s.id, s.email, 'NL', 'EUR', $4::timestamptz - interval '10 days',
  $4::timestamptz - interval '8 days', $4::timestamptz - interval '5 days',
  '{"country": "NL", "name": "Anna", "street": "Kade", "house_number": "1", "postal_code": "1234 AB",
    "city": "Utrecht"}', 8000, md5(n::text), $4
FROM generate_series($2::int, $3::int) n
JOIN shoppers s ON s.merchant = $1 AND s.key = 'shopper' || n - (n % 10 = 0)::int || '@example.com'
"""

_LINES = """
INSERT INTO order_lines (id, "order", position, sku, product, title, product_type, options, quantity,
  unit_price, paid, tax, tax_rate, weight)
SELECT gen_random_uuid(), o.id, place, p.sku, p.id, p.title, p.product_type, p.options, 1, 4000, 4000, 694,
  2100, 500
FROM orders o CROSS JOIN generate_series(0, 1) place
JOIN products p ON p.merchant = o.merchant AND p.sku = 'SKU-' || (o.number::int * 7 + place * 501) % 1000
WHERE o.merchant = $1 AND o.number::int BETWEEN $2 AND $3
"""

_PAYMENTS = """
INSERT INTO payments (id, "order", position, method, gateway, reference, currency, captured)
SELECT gen_random_uuid(), id, 0, 'card', 'stripe', 'pi_' || number, 'EUR', total
FROM orders WHERE merchant = $1 AND number::int BETWEEN $2 AND $3
"""


async def many_orders(url: str, shop: Shop, first: int, last: int) -> None:
    """Orders of two articles, numbered so, a tenth of them by shoppers who came twice."""
    connection = await asyncpg.connect(url)
    try:
        if first == 1:
            await connection.execute(_PRODUCTS, shop.id)
        await connection.execute(_SHOPPERS, shop.id, first, last)
        await connection.execute(_ORDERS, shop.id, first, last, clock.now())
        for statement in (_LINES, _PAYMENTS):
            await connection.execute(statement, shop.id, first, last)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def order_ids(shop: Shop, most: int) -> list[UUID]:
    """That many orders, spread over all there are."""
    rows = await database.fetch(
        "SELECT id FROM orders WHERE merchant = $1 ORDER BY md5(number) LIMIT $2", shop.id, most
    )
    return [row["id"] for row in rows]


async def wal_position() -> int:
    """How many bytes the server has written to its log so far."""
    row = await database.fetch_one("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS at")
    assert row is not None  # a select without FROM has one row
    return row["at"]
