"""The paper the practice Sendcloud hands out: a small A6 PDF with a real barcode, and a real QR code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from returns_app.shipping.barcodes import code128_modules

POINTS_PER_MM = 72 / 25.4
WIDTH, HEIGHT = 105, 148
MODULE = 0.375


def carrier_label(tracking: str, lines: Sequence[str]) -> bytes:
    """A one-page A6 PDF that says what it is: `lines` of text above the tracking number as Code 128."""
    content = "\n".join(
        [
            *_texts(["PRACTICE LABEL - no carrier will take this", *lines], top=138),
            *_bars(tracking, bottom=20, height=30),
            *_texts([tracking], top=14),
        ]
    ).encode("latin-1", "replace")
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_points(WIDTH)} {_points(HEIGHT)}] /Contents 4 0 R"
        " /Resources << /Font << /F 5 0 R >> >> >>"
    )
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page.encode(),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def _texts(lines: Sequence[str], top: float) -> Iterator[str]:
    for row, line in enumerate(lines):
        safe = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")[:70]
        yield f"BT /F 9 Tf {_points(6)} {_points(top - row * 5)} Td ({safe}) Tj ET"


def _bars(text: str, bottom: float, height: float) -> Iterator[str]:
    modules = code128_modules(text)
    x = (WIDTH - len(modules) * MODULE) / 2
    for dark, run in groupby(modules):
        width = len(list(run)) * MODULE
        if dark:
            yield f"{_points(x)} {_points(bottom)} {_points(width)} {_points(height)} re f"
        x += width


def _points(mm: float) -> str:
    return f"{mm * POINTS_PER_MM:.4f}"


def _file(objects: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(data))
    )
