"""A row in every table, whatever tables there are, that keeps to every constraint."""

from __future__ import annotations

import re

import asyncpg

ONE = "11111111-1111-4111-8111-111111111111"
"""Every id and every reference, so that each row is referred to by all that refer to its table."""

_BY_TYPE = {
    "uuid": ONE,
    "boolean": "false",
    "jsonb": '{"a": 1}',
    "json": '{"a": 1}',
    "timestamp with time zone": "2026-03-29 01:30:00+00",
    "timestamp without time zone": "2026-03-29 01:30:00",
    "date": "2026-02-28",
    "interval": "1 hour",
    "bytea": "\\x00ff10",
}
_NUMBERS = re.compile(r"bigint|integer|smallint|numeric|double|real")

# Where a constraint ties columns together.
_MEANT = {
    "payments": {"captured": "2"},
    "return_lines": {"missing": "0", "wrong": "0"},
    "order_lines": {"paid": "2"},
    "orders": {"total": "5"},
}

_COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, t.typtype = 'e' AS is_enum,
    (SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder LIMIT 1) AS label,
    (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
     WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)) AS checks
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
"""


async def fill(url: str) -> None:
    """Put a row in each empty table; the ledger gets two, as its entries must balance."""
    connection = await asyncpg.connect(url)
    try:
        left = [f'"{table}"' for table in await tables(connection) if not await _count(connection, table)]
        while left:
            refused = [table for table in left if not await _filled(connection, table)]
            assert refused != left, f"no row could be made for {left}"
            left = refused
    finally:
        await connection.close()


async def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table as text."""
    connection = await asyncpg.connect(url)
    try:
        return {
            table: [row[0] for row in await connection.fetch(f'SELECT t::text FROM "{table}" t ORDER BY 1')]
            for table in await tables(connection)
        }
    finally:
        await connection.close()


async def tables(connection: asyncpg.Connection) -> list[str]:
    found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row[0] for row in found]


async def _count(connection: asyncpg.Connection, table: str) -> int:
    return await connection.fetchval(f'SELECT count(*) FROM "{table}"')


async def _filled(connection: asyncpg.Connection, table: str) -> bool:
    """Whether its row could be made; not yet, when it refers to a row that comes later."""
    columns = await connection.fetch(_COLUMNS, table)
    names = ", ".join(f'"{column["name"]}"' for column in columns)
    row = [_value(table.strip('"'), column) for column in columns]
    try:
        async with connection.transaction():
            await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(row)})")
            if table == '"credit_entries"':
                await connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({', '.join(_counter(columns, row))})"
                )
    except asyncpg.ForeignKeyViolationError:
        return False
    return True


def _counter(columns: list[asyncpg.Record], row: list[str]) -> list[str]:
    other = {"id": f"'{ONE[::-1]}'", "amount": "'-1'"}
    return [other.get(column["name"], value) for column, value in zip(columns, row, strict=True)]


def _value(table: str, column: asyncpg.Record) -> str:
    name, kind = column["name"], re.sub(r"\(.*\)", "", column["type"])
    if name in _MEANT.get(table, {}):
        return f"'{_MEANT[table][name]}'"
    allowed = re.search(rf"\({name}\)::text = ANY \(\(?ARRAY\['([^']*)'", column["checks"] or "")
    if allowed:
        return f"'{allowed.group(1)}'"
    if column["is_enum"]:
        return f"'{column['label']}'"
    one = "1" if _NUMBERS.match(kind) else _BY_TYPE.get(kind.removesuffix("[]"), "é")
    return f"'{{{one}}}'" if kind.endswith("[]") else f"'{one}'"
