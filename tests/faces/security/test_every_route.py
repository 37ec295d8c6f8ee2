"""No page is forgotten: whatever route there is, strangers are led away and other sites' forms refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from litestar.routes import HTTPRoute

from returns_app.merchants.queries import Shop
from tests.faces.browser import Browser, app_for_tests

OPEN = {
    "/",
    "/healthz",
    "/sign-in",
    "/sign-out",
    "/returns/{slug:str}",
    "/returns/{slug:str}/code",
    "/returns/{slug:str}/code/again",
    "/static/{version:str}/{name:path}",
    "/brand/{sheet:str}",
    "/demo/{picture:str}",
    "/api/v1/orders/schema.json",
}
"""What strangers may see or do. Whoever adds a route here says that it shows nobody's data."""
PRACTICE = ("/practice", "/parts")
SIGNED = ("/hooks/", "/api/")


def routes() -> list[tuple[str, str]]:
    app = app_for_tests(Path("/nowhere"), practice_url="http://127.0.0.1:1")
    return sorted(
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    )


def closed(*methods: str) -> Iterator[tuple[str, str]]:
    for method, path in routes():
        if path not in OPEN and not path.startswith(PRACTICE) and method in methods:
            yield method, path


def filled(path: str) -> str:
    """The path with a made-up thing of the right kind in each gap."""
    kinds = {"uuid": str(uuid4()), "int": "1", "path": "x", "str": "x"}
    path = path.replace("{slug:str}", "lotus")
    return re.sub(r"\{\w+:(\w+)\}", lambda gap: kinds[gap[1]], path)


@pytest.mark.parametrize(("method", "path"), list(closed("GET")))
async def test_a_stranger_sees_nothing(tmp_path: Path, shop: Shop, method: str, path: str) -> None:
    answer = await Browser(app_for_tests(tmp_path)).get(filled(path))
    if path.startswith(SIGNED):
        assert answer.status_code == 401
        return
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(("/sign-in", "/returns/lotus/?again"))


@pytest.mark.parametrize(("method", "path"), list(closed("POST", "PUT", "PATCH", "DELETE")))
async def test_a_stranger_changes_nothing(tmp_path: Path, shop: Shop, method: str, path: str) -> None:
    stranger = Browser(app_for_tests(tmp_path))
    if path.startswith(SIGNED):
        answer = await stranger.http.request(method, filled(path), content=b"{}")
        assert answer.status_code in (400, 401, 404)
        return
    answer = await stranger.post(filled(path), {})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(("/sign-in", "/returns/lotus/?again"))


@pytest.mark.parametrize(
    ("method", "path"), [(m, p) for m, p in routes() if m != "GET" and not p.startswith(SIGNED)]
)
async def test_another_sites_form_is_refused(tmp_path: Path, shop: Shop, method: str, path: str) -> None:
    visitor = Browser(app_for_tests(tmp_path, practice_url="http://127.0.0.1:1"))
    without = await visitor.http.request(method, filled(path), data={"x": "y"})
    assert without.status_code == 403
    answer = await visitor.post(filled(path), {}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
