"""What the tests of importing share: files, the slice of real data, and everything in the database."""

from __future__ import annotations

from pathlib import Path

from returns_app import database
from returns_app.merchants.queries import Shop, merchant
from returns_app.orders.connectors.shipped import shipped_mapping
from returns_app.orders.import_orders import ImportFigures, import_orders
from tests.orders.makers import AT, a_merchant

SLICE = Path(__file__).parents[1] / "data" / "online-retail" / "slice.csv"
LINES = SLICE.read_text(encoding="utf-8").splitlines()
RETAIL = shipped_mapping("online-retail")
HEADER = "Order number;SKU;Title;Quantity;Price;Order date;Email;Country\n"


async def a_shop(slug: str = "shop", currency: str = "EUR") -> Shop:
    await a_merchant(slug, currency)
    return await merchant(slug)


async def imported(shop: Shop, file: Path, mapping: Path | None = None) -> ImportFigures:
    return await import_orders(file, shop=shop, at=AT, mapping=mapping)


def a_file(folder: Path, text: str | bytes, name: str = "orders.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def a_mapping(folder: Path, text: str) -> Path:
    return a_file(folder, text, "map.toml")


def rejected(file: Path) -> list[str]:
    """The lines of FILE.rejected.csv below its header."""
    there = file.with_name(f"{file.name}.rejected.csv")
    return there.read_text(encoding="utf-8").splitlines()[1:] if there.exists() else []


_TABLES = (
    "shoppers",
    "products",
    "orders",
    "order_lines",
    "payments",
    "past_returns",
    "stock_adjustments",
)


async def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row that an import writes."""
    return {
        name: [tuple(row) for row in await database.fetch(f"SELECT * FROM {name} ORDER BY id")]
        for name in _TABLES
    }


async def count(table: str) -> int:
    row = await database.fetch_one(f"SELECT count(*) FROM {table}")
    assert row is not None
    return row[0]
