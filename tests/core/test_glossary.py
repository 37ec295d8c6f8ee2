"""Every word the machines know stands in the glossary, once, with its Dutch."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from returns_app.core.dispositions import Disposition
from returns_app.core.reference import read
from returns_app.policy import RESOLUTIONS

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")


def entries() -> list[tuple[str, str, str]]:
    rows = [ROW.match(line) for line in GLOSSARY.read_text(encoding="utf-8").splitlines()]
    return [
        (row[1], row[2], row[3]) for row in rows if row and row[1] != "word" and not row[1].startswith("-")
    ]


def words() -> list[str]:
    return [word.strip() for entry, _, _ in entries() for word in entry.split(",")]


def test_a_word_stands_for_one_concept() -> None:
    assert [word for word, times in Counter(words()).items() if times > 1] == []


def test_every_entry_has_its_dutch_and_says_what_it_is() -> None:
    assert len(entries()) > 80
    for _, dutch, meaning in entries():
        assert dutch.strip()
        assert meaning.rstrip().endswith((".", "`."))


@pytest.mark.parametrize("word", [*RESOLUTIONS, *(one.value.replace("_", " ") for one in Disposition)])
def test_resolutions_and_dispositions_are_explained(word: str) -> None:
    assert word in words()


def test_the_example_numbers_are_real_ones() -> None:
    shown = re.findall(r"`([RC][A-Z2-9]{3}(?:-[A-Z2-9]{4})+)`", GLOSSARY.read_text(encoding="utf-8"))
    assert [read(number).kind for number in shown] == ["rma", "credit"]
