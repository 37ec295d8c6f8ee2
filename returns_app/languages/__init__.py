"""The app's words in other languages: one catalogue per language and part of the program.

English is the language of the source: `_("Print label")` in Python and templates, `{% trans %}` in
templates. Dutch lies beside it in `languages/nl/<area>.po`, where the area is the folder the words came
from: `templates/portal/` and `faces/portal/` are `portal`, `templates/email/` is `email`, the file
`wording.py` is `wording`. The .po files are read as they are; nothing is compiled.

To add words:

1. write them in English in the template or module;
2. `python -m returns_app.languages update portal` (your area; without one, all areas) adds them,
   untranslated, to `nl/portal.po`, drops what is used nowhere any more, and sorts the file;
3. fill in each empty `msgstr` in that file;
4. `python -m returns_app.languages check` says what is still missing. The tests say the same.

A message already translated in some area stays there and serves all. Files carry no dates and no line
numbers, so two people's additions merge.
"""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "nl")
"""What a page can be read in. English is the source and needs no catalogue."""


@lru_cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The words of a language; English for one we do not have."""
    merged = Catalog(locale=locale)
    for area in areas_of(locale).values():
        for message in area:
            if message.id:
                merged.add(message.id, message.string, context=message.context)
    if not len(merged):
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def areas_of(locale: str) -> dict[str, Catalog]:
    """The catalogues of a language by area, in the order of their names."""
    return {path.stem: read_area(locale, path.stem) for path in sorted((FOLDER / locale).glob("*.po"))}


def read_area(locale: str, area: str) -> Catalog:
    """One area's catalogue; an empty one when there is no file yet."""
    path = FOLDER / locale / f"{area}.po"
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)
