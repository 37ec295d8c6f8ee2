"""An app of nothing but the living page, as safe as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request
from litestar.datastructures import State

from returns_app import assets
from returns_app.faces.brand import Brand
from returns_app.faces.parts import parts
from returns_app.faces.static import static
from returns_app.settings import Settings

BRAND = Brand(name="Linde & Loom", withdraw="/withdraw", help="mailto:help@example.com")


async def _brand(request: Request[Any, Any, Any]) -> None:
    request.state.brand = BRAND


@pytest.fixture(scope="session")
def living_page() -> Litestar:
    assets.fill()
    assets.forget()
    settings = Settings(data=Path("/nowhere"), practice_url="http://127.0.0.1:1")
    return Litestar([parts, static], state=State({"settings": settings}), before_request=_brand)


@pytest.fixture
async def client(living_page: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=living_page)
    async with httpx.AsyncClient(transport=transport, base_url="http://look.test") as client:
        yield client
