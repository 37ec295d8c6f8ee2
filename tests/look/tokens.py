"""Reads the custom properties of the stylesheet as a browser would, one theme at a time."""

from __future__ import annotations

import re

from returns_app.assets import STATIC
from returns_app.faces.brand import Oklch

Theme = str
"""light or dark."""


class Tokens:
    """The colours of one theme; `extra` is a stylesheet that comes after, such as a brand's."""

    def __init__(self, theme: Theme, extra: str = "") -> None:
        css = re.sub(r"/\*.*?\*/", "", (STATIC / "css/tokens.css").read_text() + extra, flags=re.S)
        self.theme = theme
        self.values = {name: value.strip() for name, value in re.findall(r"(--[\w-]+):\s*([^;}]+)", css)}

    def colour(self, name: str) -> Oklch:
        text = self._themed(self._resolved(self.values[f"--{name}"]))
        found = re.fullmatch(r"oklch\((\S+) (\S+) (\S+)\)", self._calculated(text))
        assert found, f"--{name} is not a plain oklch colour: {text}"
        lightness, chroma, hue = (float(part) for part in found.groups())
        return Oklch(lightness, chroma, hue)

    def _resolved(self, text: str) -> str:
        while found := re.search(r"var\((--[\w-]+)\)", text):
            text = text.replace(found[0], self.values[found[1]])
        return text

    def _themed(self, text: str) -> str:
        """The first or second colour of light-dark(); colours hold no comma of their own here."""
        if not text.startswith("light-dark("):
            return text
        light, dark = text[len("light-dark(") : -1].split(",")
        chosen = light if self.theme == "light" else dark
        return self._themed(chosen.strip())

    def _calculated(self, text: str) -> str:
        return re.sub(
            r"calc\(([\d.]+) \* ([\d.]+)\)", lambda found: str(float(found[1]) * float(found[2])), text
        )
