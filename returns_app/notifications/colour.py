"""The merchant's colour in a mail, where only plain hexadecimal colours are understood."""

from __future__ import annotations

INK = "#16181d"
PAPER = "#ffffff"


def words_on(accent: str) -> str:
    """White or ink, whichever is read more easily on this colour (six hex digits, with or without #)."""
    return max((PAPER, INK), key=lambda words: _contrast(words, accent))


def _contrast(one: str, other: str) -> float:
    """The WCAG 2.2 contrast ratio, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
