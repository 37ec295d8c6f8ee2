"""The lint chapter of docs/policy-language.md names every finding, and every example in it is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from returns_app.policy import Catalogue, Finding, Policy, lint, parse
from returns_app.policy.lint import SEVERITIES, Kind

TEXT = (Path(__file__).parents[3] / "docs" / "policy-language.md").read_text("utf-8")
CHAPTER = TEXT.split("\n## Lint\n")[1].split("\n## ")[0]
WHOLE_FILE = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)[0]
HOUSE = '[[rule]]\nname = "House rule"'
PARTS = {part.splitlines()[0]: part for part in CHAPTER.split("\n### ")[1:]}
[SHOP] = re.findall(r"```toml catalogue\n(.*?)```", CHAPTER, re.DOTALL)


def kinds_of(title: str) -> list[str]:
    return re.findall(r"`([a-z-]+)`", title)


def linted(part: str, budget: int = 1_000_000) -> tuple[Policy, tuple[Finding, ...]]:
    [rules] = re.findall(r"```toml lint\n(.*?)```", part, re.DOTALL)
    policy = parse(WHOLE_FILE.replace(HOUSE, f"{rules}\n{HOUSE}"), file="docs.toml")
    catalogue = msgspec.convert(tomllib.loads(SHOP), Catalogue) if SHOP in part else None
    return policy, lint(policy, catalogue=catalogue, budget=budget).findings


def test_every_kind_of_finding_has_its_part_with_its_severity() -> None:
    assert {kind for title in PARTS for kind in kinds_of(title)} == set(get_args(Kind))
    for title in PARTS:
        for kind, severity in re.findall(r"`([a-z-]+)` \((\w+)", title):
            assert SEVERITIES[kind] == severity


@pytest.mark.parametrize("title", PARTS)
def test_each_example_is_found_as_it_is_told(title: str) -> None:
    part = PARTS[title]
    policy, findings = linted(part, budget=50) if "not-proven" in title else linted(part)
    findings = tuple(finding for finding in findings if finding.kind in kinds_of(title))
    told = [f"{finding.message} {finding.suggestion}" for finding in findings]
    shown = [
        witness.given(policy.currency)
        for finding in findings
        for witness in (finding.witness, finding.compared)
        if witness is not None
    ]
    assert {finding.kind for finding in findings} == set(kinds_of(title))
    [lines] = re.findall(r"```text\n(.*?)```", part, re.DOTALL)
    for line in lines.splitlines():
        if line.startswith("given = "):
            assert line.removeprefix("given = ") in shown
        else:
            assert any(line in sentence for sentence in told), told


def test_the_whole_file_shown_has_no_finding() -> None:
    assert lint(parse(WHOLE_FILE, file="docs.toml")).findings == ()
