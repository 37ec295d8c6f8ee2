"""WCAG 2.2 AA: words 4.5 (1.4.3), controls and states 3 (1.4.11), in both themes and every brand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.faces.brand import INK, PAPER, NotAColour, Oklch, brand_css, contrast, read
from tests.look.tokens import Tokens

THEMES = ("light", "dark")
GROUNDS = ("page", "surface", "sunken", "hover")
TONES = ("accent", "success", "notice", "danger")
brands = st.integers(0, 0xFFFFFF).map("{:06x}".format)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("words", ["text", "text-muted", *(f"{tone}-text" for tone in TONES)])
def test_words_are_read_on_every_ground(theme: str, words: str) -> None:
    tokens = Tokens(theme)
    for ground in GROUNDS:
        assert contrast(tokens.colour(words), tokens.colour(ground)) >= 4.5, ground


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", TONES)
def test_a_tone_is_read_on_its_own_tint(theme: str, tone: str) -> None:
    tokens = Tokens(theme)
    tint = tokens.colour(f"{tone}-tint")
    assert contrast(tokens.colour(f"{tone}-text"), tint) >= 4.5
    assert contrast(tokens.colour("text"), tint) >= 4.5
    assert contrast(tokens.colour("text-muted"), tint) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("border", ["control-line", "focus", *(f"{tone}-border" for tone in TONES)])
def test_borders_that_say_something_are_seen(theme: str, border: str) -> None:
    tokens = Tokens(theme)
    for ground in ("page", "surface", "sunken"):
        assert contrast(tokens.colour(border), tokens.colour(ground)) >= 3, ground


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_filled_buttons_are_read(theme: str) -> None:
    tokens = Tokens(theme)
    for fill, words in (("accent-fill", "accent-on-fill"), ("danger-fill", "white")):
        assert contrast(tokens.colour(fill), tokens.colour(words)) >= 4.5
        assert contrast(tokens.colour(f"{fill}-strong"), tokens.colour(words)) >= 4.5


@given(brand=brands)
def test_any_brand_colour_becomes_legible(brand: str) -> None:
    for theme in THEMES:
        tokens = Tokens(theme, brand_css(brand))
        words = tokens.colour("accent-on-fill")
        assert contrast(tokens.colour("accent-fill"), words) >= 4.49
        assert contrast(tokens.colour("accent-fill-strong"), words) >= 4.49
        for ground in (*GROUNDS, "accent-tint"):
            assert contrast(tokens.colour("accent-text"), tokens.colour(ground)) >= 4.5, ground
        assert contrast(tokens.colour("text-muted"), tokens.colour("accent-tint")) >= 4.5
        assert contrast(tokens.colour("accent-border"), tokens.colour("surface")) >= 3


def test_colours_are_measured_as_css_color_4_says() -> None:
    """Values of https://www.w3.org/TR/css-color-4/ for sRGB red, and WCAG's black on white."""
    red = read("#ff0000")
    assert (red.lightness, red.chroma, red.hue) == pytest.approx((0.628, 0.2577, 29.23), abs=0.01)
    assert contrast(read("000000"), read("ffffff")) == pytest.approx(21, abs=0.01)
    assert contrast(PAPER, INK) > 15
    assert contrast(Oklch(0.5, 0.1, 20), Oklch(0.5, 0.1, 20)) == pytest.approx(1)


@pytest.mark.parametrize("wrong", ["", "red", "#12345", "12345g", "fff;}body{display:none"])
def test_only_six_digits_are_a_colour(wrong: str) -> None:
    with pytest.raises(NotAColour):
        brand_css(wrong)
