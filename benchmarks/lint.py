"""Lint while typing: reading and linting 50 rules, and linting 1,000, on rules drawn as in `decide`.

Beside the 50 rules stands what only reading the same text takes. The thousand rules are linted with
the steps that everyone has; a lint that ends unproven would say so, and fails the row.
"""

from __future__ import annotations

import random
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.decide import ANSWERS, Rule, _rule, _toml
from returns_app.policy import lint, parse

INSTANT = 100  # milliseconds: what feels immediate while typing
SECONDS = 10

FASHION = Path(__file__).parents[1] / "policies" / "fashion.toml"


def run() -> list[dict[str, Any]]:
    """Rows of {name, value, unit, beside, aim, ok}; times are milliseconds, and seconds for 1,000 rules."""
    return [
        _while_typing("read and lint the shipped fashion policy", FASHION.read_text("utf-8")),
        _while_typing("read and lint 50 drawn rules", _drawn(50)),
        _proven(1_000),
    ]


def _while_typing(name: str, text: str) -> dict[str, Any]:
    reading = _milliseconds(lambda: parse(text, file="bench.toml"))
    taken = _milliseconds(lambda: lint(parse(text, file="bench.toml")))
    beside = f"only reading it: {reading:.1f} ms"
    return _row(name, round(taken, 1), "ms", beside, f"≤ {INSTANT}", taken <= INSTANT)


def _proven(count: int) -> dict[str, Any]:
    policy = parse(_drawn(count), file="bench.toml")
    start = perf_counter()
    report = lint(policy)
    taken = perf_counter() - start
    told = f"{len(report.findings)} findings, {'all proven' if report.proven else 'not all proven'}"
    ok = taken <= SECONDS and report.proven
    return _row(f"lint {count:,} drawn rules", round(taken, 2), "s", told, f"≤ {SECONDS}, proven", ok)


def _row(name: str, value: float, unit: str, beside: str, aim: str, ok: bool) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "beside": beside, "aim": aim, "ok": ok}


def _milliseconds(work: Any) -> float:
    """The median of nine, after one to warm up."""
    times = []
    for _ in range(10):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1_000)
    return median(times[1:])


def _drawn(count: int) -> str:
    chance = random.Random(count)
    rules: list[Rule] = [_rule(chance, index) for index in range(count - 1)]
    rules.append({"when": {}, "then": list(ANSWERS), "index": count})
    return _toml(rules)


if __name__ == "__main__":
    for row in run():
        print("  ".join(str(value) for value in row.values()))
