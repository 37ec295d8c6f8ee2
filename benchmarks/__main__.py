"""`make bench`: run every benchmark, print a table, and write benchmarks/results.json.

`python -m benchmarks decide label` runs only those. A result is one row
`{name, value, unit, beside, aim, ok}`: what was measured, of what, beside what in the same run,
what was aimed at (empty where nothing is promised), and whether the aim was met.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

NAMES = ("decide", "lint", "label", "imports", "statements", "whole_return")
RESULTS = Path(__file__).with_name("results.json")


class Row(msgspec.Struct, frozen=True):
    name: str
    value: float | int | str
    unit: str
    beside: float | int | str
    aim: float | int | str
    ok: bool


def main() -> None:
    asked = sys.argv[1:] or list(NAMES)
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        sys.exit(f"There is no benchmark “{unknown[0]}”. There are: {', '.join(NAMES)}.")
    rows: list[Row] = []
    with Progress() as progress:
        task = progress.add_task("measuring", total=len(asked))
        for name in asked:
            progress.update(task, description=name)
            rows += msgspec.convert(import_module(f"benchmarks.{name}").run(), list[Row])
            progress.advance(task)
    Console(width=140).print(_table(rows))
    if len(asked) == len(NAMES):
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")


def _table(rows: list[Row]) -> Table:
    columns = ("what", "value", "unit", "beside", "aim", "ok")
    table = Table(*columns, title="Measured on this machine, in this run")
    for row in rows:
        table.add_row(
            row.name, _said(row.value), row.unit, _said(row.beside), _said(row.aim), "yes" if row.ok else "NO"
        )
    return table


def _said(value: float | int | str) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
