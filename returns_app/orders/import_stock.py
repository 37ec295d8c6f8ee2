"""Stock from a CSV file of article numbers and units on hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import msgspec

from returns_app.orders.connectors.csv_file import CsvShape, NotACsvFile, Record, look_at, records
from returns_app.orders.connectors.fields import usual_columns
from returns_app.orders.connectors.values import CellWrong, whole
from returns_app.orders.import_orders.rejected import RejectedLines
from returns_app.orders.scheme import StockTold
from returns_app.orders.take_in_stock import take_in_stock

Told = Callable[[str, int, int], None]


class StockFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Lines read = changed + unchanged + repeated + rejected."""

    lines_read: int
    changed: int
    unchanged: int
    repeated: int
    """Told again further down, where the later figure counts."""
    rejected: int
    """What can't be read, and article numbers that nobody here knows."""


async def import_stock(
    file: Path, *, merchant: UUID, told: Told = lambda phase, done, size: None
) -> StockFigures:
    """Set the stock of every article number in the file, all at once. Raises NotACsvFile.

    Rejected lines stand in FILE.rejected.csv. The file's article numbers are held in memory.
    """
    shape = look_at(file, encoding=None, delimiter=None, told=lambda done, size: told("looking", done, size))
    with RejectedLines(file, shape) as rejected:
        found = records(shape, lambda done, size: told("reading", done, size))
        last: dict[str, tuple[Record, StockTold]] = {}
        read = 0
        for record, stock in _stocks(found, shape, rejected):
            last[stock.sku] = (record, stock)
            read += 1
        repeated, read = read - len(last), read + rejected.count
        taken = await take_in_stock([stock for _, stock in last.values()], merchant=merchant)
        for sku in taken.unknown:
            rejected.add(last[sku][0], f"There is no product “{sku}” here yet; orders bring products.")
        rejected.keep()
    return StockFigures(
        lines_read=read,
        changed=taken.changed,
        unchanged=taken.unchanged,
        repeated=repeated,
        rejected=rejected.count,
    )


def _stocks(
    found: Iterator[Record], shape: CsvShape, rejected: RejectedLines
) -> Iterator[tuple[Record, StockTold]]:
    sku, stock = _columns(shape)
    for record in found:
        try:
            yield record, _stock(record, sku, stock, len(shape.header))
        except CellWrong as error:
            rejected.add(record, f"{str(error)[0].upper()}{str(error)[1:]}.")


def _columns(shape: CsvShape) -> tuple[int, int]:
    columns = usual_columns(shape.header)
    stock = columns.get("stock") or columns.get("quantity")
    if "sku" not in columns or stock is None:
        raise NotACsvFile(
            f"{shape.path} needs a column “sku” and a column “stock”; it has {', '.join(shape.header)}."
        )
    return shape.header.index(columns["sku"]), shape.header.index(stock)


def _stock(record: Record, sku: int, stock: int, columns: int) -> StockTold:
    if record.broken:
        raise CellWrong(f"this is not a whole record: {record.broken}")
    if len(record.fields) != columns:
        raise CellWrong(f"there are {len(record.fields)} values where the header has {columns} columns")
    code = record.fields[sku].strip()
    if not code or len(code) > 120:
        raise CellWrong("the article number is missing or longer than 120 characters")
    units = whole(record.fields[stock], "the stock")
    if units < 0:
        raise CellWrong(f"the stock {units} is below 0")
    return StockTold(sku=code, stock=units)
