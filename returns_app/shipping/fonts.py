"""The fonts papers are set in: Inter as the browser packages brought it, cut to the weights we use."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parents[1] / "static" / "vendor"
WEIGHTS = (400, 600)


@cache
def inter() -> list[tuple[str, str, bytes]]:
    """Inter, when the browser packages were fetched: still cuts for speed, rarer letters as they come."""
    latin, extended = FONTS / "inter-latin.woff2", FONTS / "inter-latin-ext.woff2"
    if not latin.exists() or not extended.exists():
        return []
    cuts = [("Inter", f"font-weight:{weight};", _cut(latin, weight)) for weight in WEIGHTS]
    return [*cuts, ("Inter Ext", "", extended.read_bytes())]


def _cut(variable: Path, weight: int) -> bytes:
    """A variable font fixed at one weight, kept between starts: cutting takes a second of processor time.

    Without it WeasyPrint cuts the font again for each paper, four times the time of the rest.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "returns-app"
    kept = home / f"{variable.stem}-{variable.stat().st_size}-{weight}.ttf"
    if kept.exists():
        return kept.read_bytes()
    font = _fix_weight(variable, weight)
    try:
        home.mkdir(parents=True, exist_ok=True)
        made = kept.with_suffix(f".{os.getpid()}")
        made.write_bytes(font)
        made.rename(kept)
    except OSError:
        return font  # A read-only home costs a second per start, no more.
    return font


def _fix_weight(variable: Path, weight: int) -> bytes:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = instantiateVariableFont(TTFont(variable), {"wght": weight}, static=True)
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
