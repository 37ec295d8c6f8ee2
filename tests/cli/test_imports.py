"""`returns import`, as typed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from returns_app import database
from returns_app.cli import main
from tests.orders.importing import SLICE
from tests.orders.makers import a_merchant

Typed = Callable[..., Result]


@pytest.fixture
async def typed(db: str, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Runs a command in a thread of its own, since it brings its own event loop."""
    monkeypatch.setenv("DATABASE_URL", db)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(database, "_engine", database.engine())  # the command names its own

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["import", *words])

    return run


async def test_orders_and_figures_that_reconcile(typed: Typed, tmp_path: Path) -> None:
    await a_merchant()
    file = shutil.copy(SLICE, tmp_path / "retail.csv")
    first = await typed("orders", str(file), "--mapping", "online-retail")
    assert first.exit_code == 0, first.output
    assert "399 lines read" in first.output
    assert "27 orders: 27 new." in first.output
    again = await typed("orders", str(file), "--mapping", "online-retail")
    assert "27 orders: 0 new." in again.output


async def test_stock(typed: Typed, tmp_path: Path) -> None:
    await a_merchant()
    (tmp_path / "stock.csv").write_text("sku,stock\nA,1\n")
    told = await typed("stock", str(tmp_path / "stock.csv"))
    assert told.exit_code == 0, told.output
    assert "1 lines read = 0 changed + 0 unchanged + 0 told again further down + 1 rejected." in told.output
    assert "stock.csv.rejected.csv" in told.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["orders", "none.csv"], "There is no file none.csv."),
        (["orders", "none.csv", "--mapping", "none.toml"], "none.toml can't be read"),
        (["orders", "none.csv", "--merchant", "nobody"], "There is no shop"),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(typed: Typed, words: list[str], sentence: str) -> None:
    await a_merchant()
    told = await typed(*words)
    assert told.exit_code == 1
    assert sentence in told.output
    assert "Traceback" not in told.output


async def test_several_merchants_are_asked_for(typed: Typed) -> None:
    assert "There is no merchant yet" in (await typed("orders", "f.csv")).output
    await a_merchant("one")
    await a_merchant("two")
    assert "name one with --merchant: one, two" in " ".join((await typed("orders", "f.csv")).output.split())
