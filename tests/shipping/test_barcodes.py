from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from returns_app.core.reference import ALPHABET
from returns_app.shipping import barcodes
from returns_app.shipping.barcodes import DOT, BarcodeTextUnfit, BarcodeTooWide, code128, code128_modules, qr

SCANNABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)


def _shapes(svg: str) -> list[tuple[float, float, float]]:
    """(left, top, width) of each dark rectangle, in mm."""
    return [
        (float(left), float(top), float(width))
        for left, top, width in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v", svg)
    ]


def _width(svg: str) -> float:
    [width] = re.findall(r'width="([\d.]+)mm"', svg)
    return float(width)


@given(SCANNABLE)
@example("99")
@example("990123456789")
@example("9")
def test_code_128_says_what_it_was_given(text: str) -> None:
    modules = [False] * 10 + code128_modules(text) + [False] * 10
    row = Image.new("L", (len(modules), 1))
    row.putdata([0 if dark else 255 for dark in modules])
    picture = row.resize((len(modules) * 3, 60), Image.Resampling.NEAREST)
    [read] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    assert read.text == text


@given(st.text(ALPHABET, min_size=1, max_size=16), st.integers(50, 120))
def test_every_edge_lies_on_a_printer_dot(text: str, width: int) -> None:
    try:
        svg = code128(text, width, 18)
    except BarcodeTooWide:
        assert (len(code128_modules(text)) + 20) * 2 * DOT > width
        return
    assert _width(svg) <= width
    for left, _, wide in _shapes(svg):
        assert (left / DOT).is_integer()
        assert (wide / DOT).is_integer()


def test_quiet_zones_are_ten_modules_on_both_sides() -> None:
    svg, count = code128("R7K4M2QX9PWH", 97, 18), len(code128_modules("R7K4M2QX9PWH"))
    module = _width(svg) / (count + 20)
    first, last = _shapes(svg)[0], _shapes(svg)[-1]
    assert first[0] == pytest.approx(10 * module)
    assert _width(svg) - last[0] - last[2] == pytest.approx(10 * module)
    assert module == 0.5


def test_narrower_modules_before_giving_up() -> None:
    widths = [_width(code128("R7K4M2QX9PWH", width, 18)) for width in (97, 80, 60)]
    assert widths == [187 * 0.5, 187 * 0.375, 187 * 0.25]
    with pytest.raises(BarcodeTooWide, match="do not fit in 40 mm"):
        code128("R7K4M2QX9PWH", 40, 18)


def test_qr_stands_on_dots_with_four_quiet_modules() -> None:
    svg = qr("R7K4M2QX9PWH", 26)
    assert _width(svg) == 29 * 7 * DOT
    assert min(left for left, _, _ in _shapes(svg)) == 4 * 7 * DOT
    with pytest.raises(BarcodeTooWide):
        qr("R7K4M2QX9PWH" * 20, 12)


@given(SCANNABLE)
def test_the_code_for_a_phone_can_be_read(text: str) -> None:
    picture = Image.open(io.BytesIO(barcodes.qr_png(text))).convert("L")
    [read] = zxingcpp.read_barcodes(picture)
    assert read.text == text


@pytest.mark.parametrize("text", ["", "Ünïcode", "line\nbreak", "\x00"])
def test_what_no_scanner_could_type_is_refused(text: str) -> None:
    for make in (code128_modules, barcodes.qr_png):
        with pytest.raises(BarcodeTextUnfit):
            make(text)


def test_text_cannot_break_out_of_the_picture() -> None:
    assert 'aria-label="&lt;&quot;&amp;"' in code128('<"&', 97, 18)
