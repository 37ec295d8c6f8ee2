"""Benchmarks can be run, are told of, and the one that is exact holds in every test run."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from benchmarks import statements
from benchmarks.__main__ import NAMES, Row
from returns_app import database
from returns_app.journal import wiring

ROOT = Path(__file__).parents[2]
PAGES = {
    "find", "code", "choose", "decide", "send", "check", "follow",
    "bench today", "bench scan", "bench return",
    "console today", "console list", "console case",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_run_and_is_told_of(name: str) -> None:
    run = import_module(f"benchmarks.{name}").run
    assert not inspect.signature(run).parameters
    assert f"`benchmarks/{name}.py`" in (ROOT / "docs" / "performance.md").read_text()


def test_no_page_asks_the_database_more_when_there_is_more_in_it(
    postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_engine", None)  # it works on a database of its own
    monkeypatch.setattr(wiring, "_reactions", {})
    monkeypatch.setattr(statements, "TIMES", 3)
    rows = msgspec.convert(statements.run(), list[Row])
    assert {row.name.removeprefix("statements of ").partition(",")[0] for row in rows} == PAGES
    assert [row for row in rows if not row.ok] == []
