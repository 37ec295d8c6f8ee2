"""A PDF as a label printer sees it: one dot is one pixel, 8 dots per millimetre."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

DOTS_PER_MM = 8
POINTS_PER_MM = 72 / 25.4

Box = tuple[int, int, int, int]


def pages(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def size_mm(pdf: bytes) -> tuple[float, float]:
    with pypdfium2.PdfDocument(pdf) as document:
        width, height = document[0].get_size()
    return width / POINTS_PER_MM, height / POINTS_PER_MM


def text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].get_textpage().get_text_bounded()


def printed(pdf: bytes, *, scale: int = 1) -> Image.Image:
    """The first page in greys, `scale` pixels per dot."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[0].render(scale=DOTS_PER_MM * scale / POINTS_PER_MM)
        return bitmap.to_pil().convert("L")


def codes(picture: Image.Image) -> dict[str, Any]:
    """What a scanner reads, by the kind of barcode ("Code128", "QRCode")."""
    return {code.format.name: code for code in zxingcpp.read_barcodes(picture)}


def box_of(code: Any) -> Box:
    corners = [
        getattr(code.position, name) for name in ("top_left", "top_right", "bottom_right", "bottom_left")
    ]
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)


def runs(picture: Image.Image, row: int, start: int, end: int) -> list[tuple[int, int]]:
    """(grey, length) of equal neighbours in a row of pixels."""
    line = [picture.getpixel((x, row)) for x in range(start, end)]
    return [(int(grey), len(list(same))) for grey, same in groupby(line)]  # pyright: ignore[reportArgumentType]


def ink(picture: Image.Image, box: Box) -> bool:
    """Whether anything but paper lies in the box."""
    lowest, _ = picture.crop(box).getextrema()
    return int(lowest) < 250  # pyright: ignore[reportArgumentType]
