"""A merchant's colour, made readable: the accent of every page, as a stylesheet of custom properties.

The merchant gives one colour. Its hue and chroma are kept; its lightness is moved as little as legible
words on it need (WCAG 2.2, 1.4.3: contrast 4.5). Colours are OKLCH (https://www.w3.org/TR/css-color-4/#ok-lab).
"""

from __future__ import annotations

import math
import re

import msgspec

DEFAULT_ACCENT = "2f5fd0"
_LEGIBLE = 4.5
_LIGHT_FILLS = (0.30, 0.80)
_DARK_FILLS = (0.52, 0.86)


class NotAColour(ValueError):
    """A brand colour is six hexadecimal digits."""


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """How a shop looks and what it is called on its pages; without a logo its name stands there."""

    name: str
    home: str = "/"
    accent: str = DEFAULT_ACCENT
    logo: str | None = None
    locale: str = "en"
    timezone: str = "Europe/Amsterdam"
    withdraw: str | None = None
    """Address of the way to withdraw from the contract, in the foot of every portal page."""
    help: str | None = None
    """Address or mailto: where a shopper finds a person, in the same place on every page."""

    @property
    def stylesheet(self) -> str:
        """Address of the brand's stylesheet; it says everything, so it may be cached for good."""
        return f"/brand/{self.accent.removeprefix('#').lower()}.css"


class Oklch(msgspec.Struct, frozen=True):
    """Lightness 0–1, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def css(self) -> str:
        return f"oklch({self.lightness:.3f} {self.chroma:.3f} {self.hue:.1f})"


PAPER = Oklch(1.0, 0.0, 0.0)
INK = Oklch(0.17, 0.012, 258.0)


def brand_css(accent: str) -> str:
    """The stylesheet of a brand colour (six hex digits, with or without #). Raises NotAColour."""
    brand = read(accent)
    light, dark = _legible(brand, _LIGHT_FILLS), _legible(brand, _DARK_FILLS)
    return (
        ":root{"
        f"--brand-hue:{brand.hue:.1f};--brand-chroma:{min(brand.chroma, 0.13):.3f};"
        f"--accent-fill:light-dark({light.css()},{dark.css()});"
        f"--accent-fill-strong:light-dark({_stronger(light).css()},{_stronger(dark).css()});"
        f"--accent-on-fill:light-dark({words_on(light).css()},{words_on(dark).css()})"
        "}\n"
    )


def kept_as_given(accent: str) -> bool:
    """Whether the colour is used on light pages just as it is, because words on it can be read.

    Raises NotAColour.
    """
    brand = read(accent)
    return _legible(brand, _LIGHT_FILLS) == brand


def read(accent: str) -> Oklch:
    """A colour from its six hex digits. Raises NotAColour."""
    digits = accent.removeprefix("#").lower()
    if not re.fullmatch(r"[0-9a-f]{6}", digits):
        raise NotAColour(f"{accent!r} is not a colour such as #2f5fd0")
    red, green, blue = (_linear(int(digits[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return _oklch(red, green, blue)


def contrast(one: Oklch, other: Oklch) -> float:
    """The WCAG contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def words_on(fill: Oklch) -> Oklch:
    """White or ink, whichever is read more easily on `fill`; white where both will do."""
    return PAPER if contrast(PAPER, fill) >= _LEGIBLE else INK


def _legible(brand: Oklch, bounds: tuple[float, float]) -> Oklch:
    """The nearest lightness within bounds on which white or ink can be read, also when pressed."""
    low, high = bounds
    start = min(max(brand.lightness, low), high)
    for step in range(60):
        for lightness in (start - step / 100, start + step / 100):
            fill = Oklch(lightness, brand.chroma, brand.hue)
            if low <= lightness <= high and _reads(fill):
                return fill
    return Oklch(low, 0.0, brand.hue)


def _reads(fill: Oklch) -> bool:
    words = words_on(fill)
    return all(contrast(words, shade) >= _LEGIBLE for shade in (fill, _stronger(fill)))


def _stronger(fill: Oklch) -> Oklch:
    """The shade under the pointer: away from the words."""
    change = -0.05 if words_on(fill) is PAPER else 0.05
    return Oklch(fill.lightness + change, fill.chroma, fill.hue)


def luminance(colour: Oklch) -> float:
    """Relative luminance of the colour as a screen shows it, each channel clipped to sRGB."""
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in _linear_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _oklch(red: float, green: float, blue: float) -> Oklch:
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def _linear_rgb(colour: Oklch) -> tuple[float, float, float]:
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
