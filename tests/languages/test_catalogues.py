"""Every word of the program is there in every language, and the files stay as the command writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from returns_app.languages import FOLDER, areas_of, catalogue, extraction


@pytest.mark.parametrize("locale", extraction.translated_languages())
def test_nothing_is_untranslated_guessed_or_left_over(locale: str) -> None:
    faults = extraction.missing(locale)
    advice = "run `python -m returns_app.languages update AREA` and fill in:"
    assert faults == [], "\n".join([advice, *faults])


def test_update_is_stable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("returns_app.languages.FOLDER", "returns_app.languages.extraction.FOLDER"):
        monkeypatch.setattr(folder, tmp_path)
    first = extraction.update("nl")
    written = {path.name: path.read_text() for path in (tmp_path / "nl").iterdir()}
    assert first
    assert extraction.update("nl") == []
    assert "parts.po" in written
    assert "#: " not in "".join(written.values())


def test_update_of_one_area_leaves_the_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("returns_app.languages.FOLDER", "returns_app.languages.extraction.FOLDER"):
        monkeypatch.setattr(folder, tmp_path)
    assert extraction.update("nl", "wording") == ["wording"]
    assert [path.name for path in (tmp_path / "nl").iterdir()] == ["wording.po"]


def test_translations_survive_an_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FOLDER / "nl/wording.po").read_text()
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl/wording.po").write_text(text + '\nmsgid "Said nowhere"\nmsgstr "Nergens gezegd"\n')
    for folder in ("returns_app.languages.FOLDER", "returns_app.languages.extraction.FOLDER"):
        monkeypatch.setattr(folder, tmp_path)
    extraction.update("nl", "wording")
    kept = {message.id: message.string for message in areas_of("nl")["wording"] if message.id}
    assert kept["Approved"] == "Goedgekeurd"
    assert "Said nowhere" not in kept


def test_plurals_are_spoken() -> None:
    dutch = catalogue("nl")
    assert dutch.ngettext("%(num)s error", "%(num)s errors", 1) == "%(num)s fout"
    assert dutch.ngettext("%(num)s error", "%(num)s errors", 2) == "%(num)s fouten"


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("templates/portal/choose.html", "portal"),
        ("templates/base.html", "base"),
        ("faces/portal/choose.py", "portal"),
        ("faces/parts.py", "parts"),
        ("returns/request.py", "returns"),
        ("wording.py", "wording"),
        ("../labels/a6/label.html", "labels"),
    ],
)
def test_words_belong_to_the_folder_they_come_from(path: str, area: str) -> None:
    assert extraction.area_of((extraction.PACKAGE / path).resolve()) == area
