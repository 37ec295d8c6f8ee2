"""The docs say what the code does: every setting, every slice, every link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from returns_app.piccolo_conf import SLICES

ROOT = Path(__file__).parents[2]
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def test_every_variable_of_the_environment_is_in_the_operations_manual() -> None:
    read = set(re.findall(r'env\.get\("([A-Z_]+)"\)', (ROOT / "returns_app/settings.py").read_text()))
    told = (ROOT / "docs/operations.md").read_text()
    assert len(read) > 15
    assert [name for name in sorted(read - {"XDG_DATA_HOME"}) if f"`{name}`" not in told] == []


def test_the_map_names_every_slice() -> None:
    told = (ROOT / "docs/map.md").read_text()
    assert [name for name in SLICES if not re.search(rf"\b{name}\b", told)] == []


@pytest.mark.parametrize("file", DOCS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(file: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", file.read_text())
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_every_path_the_map_names_exists() -> None:
    told = (ROOT / "docs/map.md").read_text()
    named = set(re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", told))
    assert named
    places = (ROOT, ROOT / "returns_app")
    assert [path for path in sorted(named) if not any((place / path).exists() for place in places)] == []
