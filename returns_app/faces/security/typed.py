"""What people type, made safe to keep: no control characters, no endless text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any


def typed(form: Mapping[str, Any], name: str, *, most: int = 254) -> str:
    """One line from a form: trimmed, without control characters, cut at `most` characters."""
    value = form.get(name, "")
    if not isinstance(value, str):
        return ""
    plain = "".join(letter for letter in value if unicodedata.category(letter) not in ("Cc", "Cs"))
    return plain.strip()[:most]


def way_back(path: str, otherwise: str) -> str:
    """A path of ours to go on to; `otherwise` for anything that could lead to another site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and "\\" not in path else otherwise
