"""Pictures of every page at a phone's and a desk's width, in each language, light and dark, by Chromium."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from returns_app.languages import LANGUAGES

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 800}
IN_DARK = frozenset(
    {"portal-find", "portal-choose", "portal-decide", "portal-check", "portal-return", "warehouse-return"}
    | {"warehouse-condition", "console-today", "console-returns", "console-case", "sign-in"}
)
README = {
    "portal-decide": ("portal", PHONE),
    "portal-return": ("follow", PHONE),
    "warehouse-return": ("warehouse", DESK),
    "console-case": ("console", DESK),
}
"""The pages the README shows: the picture's name and width."""
HEAVIEST = 120_000
"""Bytes of a picture in the README."""
Scheme = Literal["light", "dark"]


class Shot(NamedTuple):
    """One way to look at a page."""

    width: int
    language: str
    scheme: Scheme


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window; closed at the end."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield chromium
        finally:
            chromium.close()


def shots_of(name: str) -> list[Shot]:
    """Light in every language; the main pages dark too."""
    light = [Shot(width, language, "light") for language in LANGUAGES for width in HEIGHTS]
    return [*light, *(Shot(width, LANGUAGES[0], "dark") for width in HEIGHTS if name in IN_DARK)]


def take(view: Page, shot: Shot, *, whole: bool = True) -> bytes:
    """The page that is open, as PNG; afterwards it is open in the first language again."""
    here = view.url
    view.set_viewport_size({"width": shot.width, "height": HEIGHTS[shot.width]})
    view.emulate_media(color_scheme=shot.scheme)
    view.goto(_in_language(here, shot.language), wait_until="load")
    _settle(view)
    if whole:
        _unroll(view, shot.width)
    picture = view.screenshot()
    view.goto(_in_language(here, LANGUAGES[0]))
    return picture


def _in_language(url: str, language: str) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), "lang": language}
    return parts._replace(query=urlencode(query)).geturl()


def _settle(view: Page) -> None:
    """Wait for the font and for lazy pictures below the fold."""
    view.evaluate(
        """async () => {
          document.querySelectorAll("img[loading=lazy]").forEach((image) => (image.loading = "eager"));
          await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
          await document.fonts.ready;
          scrollTo(0, 0);
        }"""
    )


def _unroll(view: Page, width: int) -> None:
    """A screen as high as the page, so that what sticks to its edges is where the page ends."""
    height = view.evaluate("document.documentElement.scrollHeight")
    view.set_viewport_size({"width": width, "height": max(height, HEIGHTS[width])})


def light_enough(picture: bytes) -> bytes:
    """The picture in as many colours as HEAVIEST allows. Raises ValueError when even 16 are too many."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        small = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= HEAVIEST:
            return small.getvalue()
    raise ValueError(f"The picture of {len(picture)} bytes cannot be made lighter than {HEAVIEST}.")


def main() -> None:
    """Walk the demo shop; write all pictures to `--out`, or with `--readme` the README's to docs/pictures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=Path("screenshots"))
    arguments.add_argument("--only", default="", help="pages whose name contains this")
    arguments.add_argument("--readme", action="store_true", help="only the README's four, to docs/pictures")
    given = arguments.parse_args()
    out = Path("docs/pictures") if given.readme else given.out
    out.mkdir(parents=True, exist_ok=True)
    from scripts.tour import demo_machine, tour  # The tests use this file without the demo shop.

    with demo_machine() as machine, browser() as chromium:
        for stop in tour(chromium, machine):
            if given.readme:
                _for_the_readme(stop.name, stop.view, out)
            elif given.only in stop.name:
                _all_of(stop.name, stop.view, out)


def _all_of(name: str, view: Page, out: Path) -> None:
    for shot in shots_of(name):
        file = out / f"{name}-{shot.width}-{shot.language}-{shot.scheme}.png"
        file.write_bytes(take(view, shot))
    print(name)


def _for_the_readme(name: str, view: Page, out: Path) -> None:
    if name in README:
        picture, width = README[name]
        file = out / f"{picture}.png"
        file.write_bytes(light_enough(take(view, Shot(width, LANGUAGES[0], "light"), whole=False)))
        print(file)


if __name__ == "__main__":
    main()
