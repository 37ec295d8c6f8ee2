"""The shape of the migrated database as text. `python -m tests.whole_repo.catalog` writes it anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg

from returns_app.cli.migrate import migrate
from tests import postgres

FILE = Path(__file__).with_name("catalog.txt")

_COLUMNS = """
SELECT format('%s.%s %s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_CONSTRAINTS = """
SELECT format('%s CONSTRAINT %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> 0
"""
_INDEXES = "SELECT format('%s %s', tablename, indexdef) FROM pg_indexes WHERE schemaname = 'public'"
_TRIGGERS = """
SELECT format('%s %s', tgrelid::regclass, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
"""


async def catalog(url: str) -> str:
    """Columns, constraints, indexes and triggers, one to a line, in order of their tables."""
    connection = await asyncpg.connect(url)
    try:
        lines: list[str] = []
        for query in (_COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS):
            lines += sorted(" ".join(row[0].split()) for row in await connection.fetch(query))
    finally:
        await connection.close()
    return "\n".join(lines) + "\n"


async def _migrated_catalog(url: str) -> str:
    await migrate(url)
    return await catalog(url)


if __name__ == "__main__":
    with postgres.server() as server, postgres.database(server, "catalog") as url:
        FILE.write_text(asyncio.run(_migrated_catalog(url)))
