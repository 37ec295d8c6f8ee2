"""`returns import`: take in orders or stock from a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from returns_app import clock, database
from returns_app.cli.surroundings import settings_with_database
from returns_app.merchants.queries import Shop, merchant, merchants
from returns_app.orders.connectors.shipped import shipped_mapping
from returns_app.orders.import_orders import ImportFigures, import_orders
from returns_app.orders.import_stock import StockFigures, import_stock

T = TypeVar("T")
Told = Callable[[str, int, int], None]

_FILE = click.argument("file", type=click.Path(path_type=Path))
_MERCHANT = click.option("--merchant", "slug", metavar="SLUG", help="Whose; needed when there are several.")
_PHASES = {"looking": "Looking at the file", "reading": "Reading lines", "closing": "Writing orders"}


@click.group("import")
def imports() -> None:
    """Take in orders or stock from a CSV file, also .gz. See docs/orders.md."""


@imports.command()
@_FILE
@click.option(
    "--mapping",
    metavar="MAP.toml",
    help="Which column is what; without it usual names are recognised. “online-retail” is shipped.",
)
@_MERCHANT
def orders(file: Path, mapping: str | None, slug: str | None) -> None:
    """Take in the orders of FILE. Doing it again changes nothing."""
    where = shipped_mapping(mapping) if mapping else None

    async def act(shop: Shop, told: Told) -> ImportFigures:
        return await import_orders(file, shop=shop, at=clock.now(), mapping=where, told=told)

    _print_orders(_run(slug, act), file)


@imports.command()
@_FILE
@_MERCHANT
def stock(file: Path, slug: str | None) -> None:
    """Set units on hand from FILE, with columns “sku” and “stock”."""

    async def act(shop: Shop, told: Told) -> StockFigures:
        return await import_stock(file, merchant=shop.id, told=told)

    _print_stock(_run(slug, act), file)


def _run(slug: str | None, act: Callable[[Shop, Told], Coroutine[Any, Any, T]]) -> T:
    """With a database and a progress bar per phase."""

    async def run(url: str) -> T:
        database.use_database(url)
        async with database.pool(size=2):
            shop = await _shop(slug)
            with _bar() as bar:
                return await act(shop, _teller(bar))

    with settings_with_database() as settings:
        assert settings.database_url
        return asyncio.run(run(settings.database_url))


async def _shop(slug: str | None) -> Shop:
    if slug:
        return await merchant(slug)
    known = await merchants()
    if len(known) == 1:
        return known[0]
    if not known:
        raise click.ClickException("There is no merchant yet. `returns demo` makes one to try.")
    names = ", ".join(sorted(shop.slug for shop in known))
    raise click.UsageError(f"There are several merchants; name one with --merchant: {names}.")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _teller(bar: Progress) -> Told:
    tasks: dict[str, TaskID] = {}

    def told(phase: str, done: int, size: int) -> None:
        if phase not in tasks:
            tasks[phase] = bar.add_task(_PHASES[phase], total=size)
        bar.update(tasks[phase], completed=done)

    return told


def _print_orders(figures: ImportFigures, file: Path) -> None:
    table = Table(title=f"{figures.lines_read:,} lines read", show_header=False)
    for name, lines in (
        ("goods", figures.goods),
        ("services", figures.services),
        ("returns", figures.returns),
        ("stock adjustments", figures.stock_adjustments),
        ("rejected", figures.rejected),
    ):
        table.add_row(name, f"{lines:,}")
    table.add_section()
    table.add_row("together", f"{figures.lines_read:,}")
    console = Console()
    console.print(table)
    console.print(_news(figures))
    _say_rejected(console, figures.rejected, file)


def _news(figures: ImportFigures) -> str:
    updated = f", {figures.orders_updated:,} with newer dates" if figures.orders_updated else ""
    return (
        f"{figures.orders:,} orders: {figures.orders_new:,} new{updated}. "
        f"New: {figures.shoppers_new:,} shoppers, {figures.products_new:,} products, "
        f"{figures.returns_new:,} past returns ({figures.returns_matched:,} tied to their purchase), "
        f"{figures.stock_adjustments_new:,} stock adjustments. It took {figures.seconds:.1f} s."
    )


def _print_stock(figures: StockFigures, file: Path) -> None:
    console = Console()
    console.print(
        f"{figures.lines_read:,} lines read = {figures.changed:,} changed + {figures.unchanged:,} unchanged "
        f"+ {figures.repeated:,} told again further down + {figures.rejected:,} rejected."
    )
    _say_rejected(console, figures.rejected, file)


def _say_rejected(console: Console, rejected: int, file: Path) -> None:
    if rejected:
        console.print(f"Rejected lines, each with its reason: {file.name}.rejected.csv, beside the file.")
