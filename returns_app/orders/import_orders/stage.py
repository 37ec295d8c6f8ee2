"""The lines of a file, copied into a temporary table of this connection: it ends with the import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import asyncpg

from returns_app.orders.connectors.csv_file import Record
from returns_app.orders.connectors.reading import LineReader, LineRejected, StagedLine
from returns_app.orders.import_orders.rejected import RejectedLines

BATCH = 4000

_TABLE = """
CREATE TEMPORARY TABLE staged (
  line integer NOT NULL, kind text NOT NULL, service boolean NOT NULL, number text NOT NULL,
  sku text NOT NULL, title text NOT NULL, quantity integer NOT NULL, unit_price bigint NOT NULL,
  paid bigint NOT NULL, tax bigint NOT NULL, tax_told boolean NOT NULL, tax_rate integer NOT NULL,
  product_type text NOT NULL,
  brand text NOT NULL, options text NOT NULL, picture text, ean text, weight integer NOT NULL, stock integer,
  family text NOT NULL, currency text NOT NULL, ordered_at timestamptz, dispatched_at timestamptz,
  delivered_at timestamptz, tracking text, customer text, email text, name text, buyer text, country text,
  address text, channel text, locale text, discount_code text, gift boolean, settled_by text, method text,
  gateway text, reference text, order_discount bigint, order_shipping bigint, order_total bigint)
"""


async def stage(
    connection: asyncpg.Connection,
    found: Iterator[Record],
    read: LineReader,
    rejected: RejectedLines,
) -> int:
    """Copy what can be read, note what can't; the number of lines read."""
    await connection.execute("DROP TABLE IF EXISTS staged")
    await connection.execute(_TABLE)
    count = _Count()
    lines = count.over(_readable(found, read, rejected))
    while batch := list(islice(lines, BATCH)):
        await connection.copy_records_to_table("staged", records=batch, columns=StagedLine._fields)
    await connection.execute("ANALYZE staged")
    return count.lines + rejected.count


class _Count:
    def __init__(self) -> None:
        self.lines = 0

    def over(self, lines: Iterator[StagedLine]) -> Iterator[StagedLine]:
        for line in lines:
            self.lines += 1
            yield line


def _readable(
    found: Iterator[Record], read: Callable[[Record], StagedLine], rejected: RejectedLines
) -> Iterator[StagedLine]:
    for record in found:
        try:
            yield read(record)
        except LineRejected as error:
            rejected.add(record, str(error))
