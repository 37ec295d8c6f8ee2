"""Pictures of pages at a phone's and a desk's width, in light and dark, by Debian's Chromium."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

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
WIDTHS = (390, 1280)
Scheme = Literal["light", "dark"]
PageToShoot = tuple[str, str, Mapping[str, str]]
"""The picture's name, the page's path, and the cookies it is asked for with."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window; closed at the end."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield chromium
        finally:
            chromium.close()


def shoot(
    base_url: str,
    pages: Sequence[PageToShoot],
    out: Path,
    widths: Sequence[int] = WIDTHS,
    schemes: Sequence[Scheme] = ("light", "dark"),
) -> list[Path]:
    """Write `name-width-scheme.png` for every page into `out`, whole pages; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        return [
            _picture(chromium, base_url, page, out, width, scheme)
            for page in pages
            for width in widths
            for scheme in schemes
        ]


def _picture(
    chromium: Browser, base_url: str, page: PageToShoot, out: Path, width: int, scheme: Scheme
) -> Path:
    name, path, cookies = page
    context = chromium.new_context(
        viewport={"width": width, "height": 844 if width < 700 else 800},
        color_scheme=scheme,
        device_scale_factor=1,
    )
    context.add_cookies([{"name": key, "value": value, "url": base_url} for key, value in cookies.items()])
    view = context.new_page()
    view.goto(base_url + path, wait_until="load")
    _settle(view)
    file = out / f"{name}-{width}-{scheme}.png"
    view.screenshot(path=file, full_page=True)
    context.close()
    return file


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


def main() -> None:
    """`python scripts/screenshots.py http://127.0.0.1:8000 /parts /?lang=nl --out screenshots`"""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("base_url")
    arguments.add_argument("paths", nargs="+")
    arguments.add_argument("--out", type=Path, default=Path("screenshots"))
    given = arguments.parse_args()
    pages: list[PageToShoot] = [(_name_of(path), path, {}) for path in given.paths]
    for file in shoot(given.base_url.rstrip("/"), pages, given.out):
        print(file)


def _name_of(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "home"


if __name__ == "__main__":
    main()
