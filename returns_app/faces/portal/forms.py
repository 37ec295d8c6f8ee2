"""Reading what browsers send: whatever it is, it becomes text of a sensible length or nothing."""

from __future__ import annotations

import unicodedata
from typing import Any
from uuid import UUID

from litestar.datastructures import UploadFile

LONGEST_NOTE = 1000


def picked(form: Any, name: str = "pick") -> set[UUID]:
    """The ids that were ticked; what is no id was never on our page."""
    return {id for value in form.getall(name, []) if (id := as_id(value))}


def as_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def paragraph(form: Any, name: str, otherwise: str = "") -> str:
    """Words that may have several lines; `otherwise` when the form did not ask."""
    value = form.get(name)
    if not isinstance(value, str):
        return otherwise
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(
        letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs")
    )
    return plain.strip()[:LONGEST_NOTE]


def uploads(form: Any, name: str) -> list[UploadFile]:
    """The files chosen for a field; browsers send an empty one when nothing was chosen."""
    files = [value for value in form.getall(name, []) if isinstance(value, UploadFile)]
    return [file for file in files if file.filename]
