"""The law packs this app is shipped with, read and compiled once per process.

In a checkout they lie in policies/law; a wheel carries the same files inside the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from returns_app.policy import LawPack, read_law

_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE.parent / "policies" / "law", _PACKAGE / "policies" / "law")


class LawMissing(RuntimeError):
    """The files of the law are not where this app was installed: without its floor nothing is decided."""


@cache
def law_packs() -> tuple[LawPack, ...]:
    """Every pack; which of them speak follows from where an order went and who bought. Raises LawMissing."""
    files = next((found for place in _PLACES if (found := sorted(place.glob("*.toml")))), [])
    if not files:
        raise LawMissing(f"no law packs in {' or '.join(map(str, _PLACES))}")
    return tuple(read_law(file.read_text("utf-8"), name=f"law/{file.stem}", file=file.name) for file in files)
