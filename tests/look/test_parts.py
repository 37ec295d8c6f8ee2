"""The living page: complete, valid enough for a strict content policy, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import brotli
import httpx
import pytest

from returns_app import assets
from returns_app.faces.parts import FACES
from returns_app.faces.rendering import TEMPLATES

VOID = {"input", "img", "meta", "link", "br", "hr", "rect", "path", "circle", "line"}


class Page(HTMLParser):
    """What the tests ask about a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.pointed_at: set[str] = set()
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.pointed_at.update((given.get(name) or "").split())
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"<{tag}> has inline style or script")
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"inline <{tag}>")
        if tag == "img" and "alt" not in given:
            self.faults.append("a picture without words")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("language", ["en", "nl"])
async def test_every_face_shows_every_part(client: httpx.AsyncClient, face: str, language: str) -> None:
    answer = await client.get("/parts", params={"face": face, "lang": language, "toast": "true"})
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.faults == []
    assert page.open == []
    assert [name for name, times in page.ids.items() if times > 1] == []
    assert page.pointed_at - set(page.ids) == set()
    assert f'<html lang="{language}"' in answer.text
    assert ("Practice mode" if language == "en" else "Oefenmodus") in answer.text


def test_the_living_page_and_the_readme_leave_no_part_out() -> None:
    living, readme = (TEMPLATES / "parts.html").read_text(), (TEMPLATES / "parts/README.md").read_text()
    for part in (TEMPLATES / "parts").glob("*.html"):
        macros = re.findall(r"{% macro ([a-z]\w*)\(", part.read_text())
        assert macros, f"{part.name} offers no macro"
        if part.stem != "frame":
            assert f"parts/{part.name}" in living, f"{part.name} is not on the living page"
            assert [name for name in macros if f"`{name}(" not in readme and f" {name}(" not in readme] == []


async def test_the_first_page_weighs_little(client: httpx.AsyncClient) -> None:
    """Under 50 kB without the font, as sent; the living page holds far more than a real first page."""
    answer = await client.get("/parts")
    fetched = re.findall(r'<(?:link rel="stylesheet" href|script type="module" src)="([^"]+)"', answer.text)
    bodies = [answer.content, *[(await client.get(address)).content for address in fetched]]
    assert len(fetched) == 3
    assert sum(len(brotli.compress(body, quality=4)) for body in bodies) < 25_000


async def test_assets_are_kept_for_good_and_brands_too(client: httpx.AsyncClient) -> None:
    for address in (
        assets.address("portal.css"),
        assets.address("vendor/inter-latin.woff2"),
        "/brand/2f5fd0.css",
    ):
        answer = await client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_an_old_address_still_answers_but_is_not_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/0123456789ab/portal.css")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "address", ["/static/x/none.css", "/static/x/..%2Fassets.py", "/static/x/../assets.py", "/brand/red.css"]
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code == 404
