"""Import a file of orders: look at it, stage its lines, close everything in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec

from returns_app import database
from returns_app.merchants.queries import Shop
from returns_app.orders.connectors.csv_file import CsvShape, look_at, records
from returns_app.orders.connectors.mapping import (
    Mapping,
    MappingWrong,
    check_columns,
    read_mapping,
    usual_mapping,
)
from returns_app.orders.connectors.reading import LineReader
from returns_app.orders.import_orders import close
from returns_app.orders.import_orders.discounts import spread_discounts
from returns_app.orders.import_orders.figures import ImportFigures
from returns_app.orders.import_orders.past_returns import write_past_returns
from returns_app.orders.import_orders.rejected import RejectedLines
from returns_app.orders.import_orders.stage import stage

Told = Callable[[str, int, int], None]
"""Told of progress: the phase, how much of it is done, and how much there is."""


async def import_orders(
    file: Path, *, shop: Shop, at: datetime, mapping: Path | None = None, told: Told = lambda *_: None
) -> ImportFigures:
    """Take in all orders of a CSV file, or none. Importing it again changes nothing.

    Rejected lines stand in FILE.rejected.csv. Raises NotACsvFile, MappingWrong, FiguresDoNotTie.
    """
    began = time.monotonic()
    text = _text(mapping) if mapping else None
    said = read_mapping(text, file=str(mapping)) if text is not None else None
    shape = look_at(
        file,
        encoding=said.file.encoding if said else None,
        delimiter=said.file.delimiter if said else None,
        told=lambda done, size: told("looking", done, size),
    )
    if said is None or text is None:
        said = usual_mapping(shape.header, str(file))
    else:
        check_columns(said, shape.header, file=str(mapping), text=text)
    figures = await _import(file, shape, said, shop, at, told)
    return msgspec.structs.replace(figures, seconds=round(time.monotonic() - began, 2))


def _text(mapping: Path) -> str:
    try:
        return mapping.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise MappingWrong(f"{mapping} is not UTF-8 text.") from None
    except OSError as error:
        raise MappingWrong(f"{mapping} can't be read: {error.strerror}.") from None


async def _import(
    file: Path, shape: CsvShape, mapping: Mapping, shop: Shop, at: datetime, told: Told
) -> ImportFigures:
    """On a connection of its own: what is staged ends with it, however the import ends."""
    connection = await database.engine().get_new_connection()
    try:
        run = await _begin(connection, file, shape, shop.id, at)
        read = LineReader(mapping, shape.header, currency=shop.currency, timezone=shop.timezone)
        with RejectedLines(file, shape) as rejected:
            found = records(shape, lambda done, size: told("reading", done, size))
            lines = await stage(connection, found, read, rejected)
            async with connection.transaction():
                figures = await _close(connection, mapping, shop.id, at, lines, rejected, told)
                await _finish(connection, run, figures, at)
                rejected.keep()
        return figures
    finally:
        await connection.close()


async def _close(
    connection: asyncpg.Connection,
    mapping: Mapping,
    merchant: UUID,
    at: datetime,
    lines: int,
    rejected: RejectedLines,
    told: Told,
) -> ImportFigures:
    """Inside the transaction; two imports of one merchant close one after the other."""
    await connection.execute(_ONE_AT_A_TIME, str(merchant))
    told("closing", 0, 4)
    newest = mapping.dates.newest_days_ago
    await close.gather(connection, newest_days_ago=newest, at=at)
    await spread_discounts(connection)
    await close.mark(connection, merchant)
    told("closing", 1, 4)
    written = await close.write(connection, merchant, at=at, shifted=newest is not None)
    told("closing", 2, 4)
    returns_new, returns_matched = await write_past_returns(connection, merchant, at=at)
    told("closing", 3, 4)
    refused = await connection.fetch("SELECT line, sentence FROM refused_lines ORDER BY line")
    rejected.add_later((row["line"], row["sentence"]) for row in refused)
    kinds = await _kinds(connection)
    figures = ImportFigures(
        lines_read=lines,
        goods=kinds.get("goods", 0),
        services=kinds.get("service", 0) + kinds.get("shipping", 0),
        returns=kinds.get("return", 0),
        stock_adjustments=kinds.get("stock", 0),
        rejected=rejected.count,
        returns_new=returns_new,
        returns_matched=returns_matched,
        **written,
    )
    figures.tie()
    told("closing", 4, 4)
    return figures


_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::text, 0))"


async def _kinds(connection: asyncpg.Connection) -> dict[str, int]:
    rows = await connection.fetch("SELECT kind, count(*) AS lines FROM staged GROUP BY kind")
    return {row["kind"]: row["lines"] for row in rows}


async def _begin(
    connection: asyncpg.Connection, file: Path, shape: CsvShape, merchant: UUID, at: datetime
) -> UUID:
    run = uuid4()
    await connection.execute(
        "INSERT INTO import_runs (id, merchant, file, sha256, started_at) VALUES ($1, $2, $3, $4, $5)",
        run,
        merchant,
        file.name,
        shape.sha256,
        at,
    )
    return run


async def _finish(connection: asyncpg.Connection, run: UUID, figures: ImportFigures, at: datetime) -> None:
    await connection.execute(
        "UPDATE import_runs SET figures = $2, finished_at = $3 WHERE id = $1",
        run,
        msgspec.json.encode(figures).decode(),
        at,
    )
