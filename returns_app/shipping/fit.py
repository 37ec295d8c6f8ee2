"""How large text can be set in a box, estimated from the widths of letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

MM_PER_POINT = 25.4 / 72


def fit(
    lines: Iterable[str], width: float, height: float, sizes: Sequence[float], leading: float = 1.25
) -> float:
    """The first of `sizes` (points, falling) at which `lines`, wrapped, fit in `width` × `height` mm.

    The last one when none does; the box then cuts what is too long. `leading` is the line height
    as a multiple of the size.
    """
    kept = list(lines)
    for size in sizes:
        em = size * MM_PER_POINT
        if sum(_rows(line, width / em) for line in kept) * em * leading <= height:
            return size
    return sizes[-1]


def _rows(line: str, width: float) -> int:
    rows, used = 1, 0.0
    for word in line.split():
        long = sum(_width(letter) for letter in word)
        if used and used + 0.28 + long > width:
            rows, used = rows + 1, 0.0
        used += long + (0.28 if used else 0)
        rows, used = rows + int(used // width), used % width
    return rows


def _width(letter: str) -> float:
    """In ems of a wide sans, a little more than true: too small by a step beats a cut address."""
    if unicodedata.east_asian_width(letter) in "WF" or unicodedata.category(letter) == "So":
        return 1.3
    if letter in "iIljt.,:;'|!-()[] ":
        return 0.36
    if letter.isupper() or letter in "mwMW@%&":
        return 0.76
    return 0.62
