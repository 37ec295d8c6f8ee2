"""Finds every message in the program and keeps the catalogues in step with it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import write_po

from returns_app.languages import FOLDER, LANGUAGES, areas_of, read_area

PACKAGE = FOLDER.parent
ROOT = PACKAGE.parent
SOURCE_LANGUAGE = "en"

Key = tuple[Any, str | None]
"""A message (or singular and plural) and its context."""

_KEYWORDS: Mapping[str, Any] = {**DEFAULT_KEYWORDS, "N_": None}
_TEMPLATE_OPTIONS = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols",
    "silent": "false",
    "trimmed": "true",
    "newstyle_gettext": "true",
}
_METHODS: Mapping[str, tuple[str, dict[str, str]]] = {
    ".py": ("python", {}),
    ".html": ("jinja2", _TEMPLATE_OPTIONS),
    ".txt": ("jinja2", _TEMPLATE_OPTIONS),
    ".svg": ("jinja2", _TEMPLATE_OPTIONS),
}
_MAY_SPEAK = re.compile(rb"_\(|gettext\(|{%-? *trans")
"""Reading a whole module for its messages is slow; most have none."""
_HEADER = r"""msgid ""
msgstr ""
"Language: {locale}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plural}\n"

"""
_SKIPPED = {"static", "languages", "piccolo_migrations", "__pycache__"}


def update(locale: str, only: str | None = None) -> list[str]:
    """Bring the catalogues of a language in step with the program; returns the areas rewritten.

    With `only`, no other area's file is touched.
    """
    used = messages()
    before = areas_of(locale)
    homes = {key: area for area, words in before.items() for key in keys_of(words)}
    wanted: dict[str, set[Key]] = {area: set() for area in before}
    for key, places in used.items():
        home = homes.get(key) or (only if only in places else min(places))
        wanted.setdefault(home, set()).add(key)
    return [area for area in sorted(wanted) if only in (None, area) and _write(locale, area, wanted[area])]


def missing(locale: str) -> list[str]:
    """What stands in the way of a complete language, one sentence each."""
    faults = []
    found: dict[Key, str] = {}
    for area, words in areas_of(locale).items():
        for message in _entries(words):
            key = _key(message)
            if key in found:
                faults.append(f"{area}.po: {message.id!r} is also in {found[key]}.po")
            found[key] = area
            faults += [f"{area}.po: {fault}" for fault in _faults_of(message, words)]
    used = messages()
    faults += [f"{min(used[key])}.po: {key[0]!r} is not in the catalogue" for key in used if key not in found]
    faults += [f"{found[key]}.po: {key[0]!r} is no longer used" for key in found if key not in used]
    return faults


def _faults_of(message: Message, words: Catalog) -> Iterator[str]:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    if not strings or not all(strings):
        yield f"{message.id!r} is not translated"
    elif message.fuzzy:
        yield f"{message.id!r} is marked as a guess"
    else:
        yield from (f"{message.id!r}: {error}" for error in message.check(words))


def messages() -> dict[Key, set[str]]:
    """Every message of the program with the areas that use it."""
    used: dict[Key, set[str]] = {}
    for path in _sources():
        method, options = _METHODS[path.suffix]
        for _line, words, _comments, context in extract_from_file(
            method, path, keywords=_KEYWORDS, options=options
        ):
            identity = tuple(words) if isinstance(words, (tuple, list)) else words
            used.setdefault((identity, context), set()).add(area_of(path))
    return used


def area_of(path: Path) -> str:
    """The catalogue a file's words belong to."""
    if not path.is_relative_to(PACKAGE):
        return path.relative_to(ROOT).parts[0]
    folder, *below = path.relative_to(PACKAGE).parts
    return Path(below[0] if folder in ("templates", "faces") and below else folder).stem


def _sources() -> Iterator[Path]:
    for folder in (PACKAGE, ROOT / "labels"):
        for path in sorted(folder.rglob("*")):
            skipped = _SKIPPED.intersection(path.relative_to(folder).parts)
            if path.suffix in _METHODS and not skipped and _MAY_SPEAK.search(path.read_bytes()):
                yield path


def _write(locale: str, area: str, wanted: set[Key]) -> bool:
    """Rewrite one catalogue with exactly the wanted messages; False when that changes nothing."""
    old = {_key(message): message for message in _entries(read_area(locale, area))}
    new = Catalog(locale=locale, charset="utf-8")
    for key in wanted:
        string = old[key].string if key in old else ""
        new.add(key[0], string, context=key[1], user_comments=old[key].user_comments if key in old else ())
    text = _text(new, locale)
    path = FOLDER / locale / f"{area}.po"
    if not wanted:
        path.unlink(missing_ok=True)
        return bool(old)
    if path.exists() and path.read_text() == text:
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return True


def _text(words: Catalog, locale: str) -> str:
    out = io.BytesIO()
    write_po(out, words, width=0, no_location=True, omit_header=True, sort_output=True)
    header = _HEADER.format(locale=locale, plural=words.plural_forms)
    return header + out.getvalue().decode().strip() + "\n"


def keys_of(words: Catalog) -> set[Key]:
    return {_key(message) for message in _entries(words)}


def _entries(words: Catalog) -> Iterator[Message]:
    return (message for message in words if message.id)


def _key(message: Message) -> Key:
    identity = tuple(message.id) if isinstance(message.id, (tuple, list)) else message.id
    return identity, message.context


def translated_languages() -> tuple[str, ...]:
    """Every language that needs a catalogue."""
    return tuple(locale for locale in LANGUAGES if locale != SOURCE_LANGUAGE)
