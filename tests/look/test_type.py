"""The stand-in fonts take exactly the room Inter will take, so that nothing moves when it arrives."""

from __future__ import annotations

import re

import pytest

from returns_app.assets import STATIC

# Units of 2,048 to the em, from the metrics Capsize publishes (npm: @capsizecss/metrics).
INTER_ASCENT, INTER_DESCENT, INTER_WIDTH = 1984, 494, 978
WIDTHS = {"Inter stand-in Arial": 913, "Inter stand-in Roboto": 911}


@pytest.mark.parametrize("family", WIDTHS)
def test_a_stand_in_is_measured_like_inter(family: str) -> None:
    css = (STATIC / "css/tokens.css").read_text()
    face = next(face for face in re.findall(r"@font-face {(.*?)}", css, flags=re.S) if family in face)
    given = {name: float(value) for name, value in re.findall(r"([a-z-]+): ([\d.]+)%", face)}
    wider = INTER_WIDTH / WIDTHS[family]
    assert given["size-adjust"] == pytest.approx(100 * wider, abs=0.01)
    assert given["ascent-override"] == pytest.approx(100 * INTER_ASCENT / 2048 / wider, abs=0.02)
    assert given["descent-override"] == pytest.approx(100 * INTER_DESCENT / 2048 / wider, abs=0.02)
