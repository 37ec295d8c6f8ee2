"""A browser without a window: keeps cookies, follows the site's rules, sends forms as a browser does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar

from returns_app.app import create_app
from returns_app.notifications.channels.smtp import SmtpMailer
from returns_app.outside import Outside
from returns_app.settings import Settings

ORIGIN = "http://testserver.local"


def settings_for_tests(folder: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {"data": folder, "secret": "s" * 32, "origin": ORIGIN, **changes}
    return Settings(**given)


def app_for_tests(folder: Path, **changes: Any) -> Litestar:
    settings = settings_for_tests(folder, **changes)
    return create_app(settings, given=Outside(settings, {}, {}, SmtpMailer("smtp://127.0.0.1:1")))


class Browser:
    """One visitor. `post` takes the form token from the cookie, as a page's hidden field has it."""

    def __init__(self, app: Litestar, *, address: str = "127.0.0.1", origin: str = ORIGIN) -> None:
        transport = httpx.ASGITransport(app, client=(address, 1), raise_app_exceptions=True)  # pyright: ignore[reportArgumentType] - Litestar's own ASGI types
        self.http = httpx.AsyncClient(transport=transport, base_url=origin)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, **more)

    async def post(
        self, path: str, data: dict[str, str], *, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send a form; the token is fetched with a page when there is none yet."""
        if self.token is None:
            await self.get("/sign-in")
        headers = {"sec-fetch-site": "same-origin", **(headers or {})}
        return await self.http.post(path, data={**data, "_csrf_token": self.token or ""}, headers=headers)

    @property
    def token(self) -> str | None:
        return next((value for name, value in self.http.cookies.items() if "csrf-" in name), None)

    @property
    def session(self) -> str | None:
        return next((value for name, value in self.http.cookies.items() if "session" in name), None)


def hidden(page: httpx.Response, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no {name} in the page"
    return found[1]
