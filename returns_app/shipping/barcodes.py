"""Code 128 and QR as SVG in millimetres, every edge on a dot of a 203 dpi label printer.

Such a printer has 8 dots per millimetre. A bar of a whole number of dots prints as wide as it
was meant; any other width is rounded bar by bar, and that is what scanners stumble over.
Sources: GS1 General Specifications 5.4.4.2 (quiet zone 10 modules), ISO/IEC 18004 (4 modules).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby

import segno
from barcode.codex import Code128

DOT = 0.125
CODE128_QUIET = 10
CODE128_DOTS = (4, 3, 2)
"""Dots per module, the best first: 0.5 mm reads from afar, 0.25 mm is the least every scanner reads."""
QR_QUIET = 4
QR_LEAST_DOTS = 3


class BarcodeTooWide(ValueError):
    """The text has too many characters for the width, even with the narrowest safe modules."""


class BarcodeTextUnfit(ValueError):
    """Only printable ASCII goes into our barcodes: a scanner types it like a keyboard."""


def code128(text: str, width: float, height: float) -> str:
    """Code 128 as SVG at most `width` mm wide, quiet zones included, and `height` mm high.

    Raises BarcodeTooWide or BarcodeTextUnfit.
    """
    modules = code128_modules(text)
    count = len(modules) + 2 * CODE128_QUIET
    dots = next((dots for dots in CODE128_DOTS if count * dots * DOT <= width), None)
    if dots is None:
        raise BarcodeTooWide(f"{text!r} needs {count} modules, which do not fit in {width:g} mm")
    module = dots * DOT
    bars = [
        f"M{(start + CODE128_QUIET) * module:g} 0h{run * module:g}v{height:g}h-{run * module:g}z"
        for start, run in _dark_runs(modules)
    ]
    return _svg("code128", text, count * module, height, bars)


def code128_modules(text: str) -> list[bool]:
    """The modules from start to stop without quiet zones; True is a bar."""
    _check(text)
    [pattern] = _Code128(text).build()
    return [module == "1" for module in pattern]


class _Code128(Code128):
    """python-barcode 0.16 takes digits "99" at the start for the switch to set C and drops them."""

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        # It always starts in set C, where 99 can only be the pair of digits.
        return encoded if encoded[1] == 99 else super()._try_to_optimize(encoded)


def qr(text: str, size: float) -> str:
    """A QR code as SVG at most `size` mm wide, quiet zone included, error correction M or better.

    Raises BarcodeTooWide or BarcodeTextUnfit.
    """
    _check(text)
    matrix = segno.make_qr(text, error="m").matrix
    count = len(matrix) + 2 * QR_QUIET
    dots = int(size / count / DOT)
    if dots < QR_LEAST_DOTS:
        raise BarcodeTooWide(f"{text!r} needs {count} modules, which do not fit in {size:g} mm")
    return _svg("qr", text, count * dots * DOT, count * dots * DOT, list(_squares(matrix, dots * DOT)))


def qr_png(text: str) -> bytes:
    """The same QR code as a picture for a phone's screen, dark on light with its quiet zone."""
    _check(text)
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=12, border=QR_QUIET)
    return picture.getvalue()


def _check(text: str) -> None:
    if not text or not text.isascii() or not text.isprintable():
        raise BarcodeTextUnfit(f"{text!r} cannot be a barcode: only printable ASCII can be scanned")


def _squares(matrix: Sequence[Sequence[int]], module: float) -> Iterator[str]:
    for row, modules in enumerate(matrix):
        for start, run in _dark_runs([bool(module) for module in modules]):
            x, y = (start + QR_QUIET) * module, (row + QR_QUIET) * module
            yield f"M{x:g} {y:g}h{run * module:g}v{module:g}h-{run * module:g}z"


def _dark_runs(modules: list[bool]) -> Iterator[tuple[int, int]]:
    position = 0
    for dark, run in groupby(modules):
        length = len(list(run))
        if dark:
            yield position, length
        position += length


def _svg(kind: str, text: str, width: float, height: float, shapes: list[str]) -> str:
    title = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img" aria-label="{title}" '
        f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}">'
        f'<path d="{"".join(shapes)}"/></svg>'
    )
