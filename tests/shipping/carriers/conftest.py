"""A practice Sendcloud over a real socket, and our carrier talking to it under a judge's eyes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from returns_app.practice import faults
from returns_app.practice.http import listen
from returns_app.practice.sendcloud import KEY, PATH, sendcloud_router
from returns_app.practice.state import State
from returns_app.shipping.carriers.sendcloud import Sendcloud
from tests.shipping.carriers.description import check_answer, check_request

SECRET = "practice-secret"
OPTIONS = {"label": "postnl:standard/return", "qr": "postnl:standard/return,labelless"}
MISHAPS = {429, 500}
"""Answers Sendcloud's description leaves out, as every description does."""


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[State]:
    state = State(tmp_path / "practice")
    state.ensure(faults.SCHEMA)
    state.keep_setting("secret", SECRET)
    yield state
    state.close()


@pytest.fixture
async def address(practice: State) -> AsyncIterator[str]:
    app = Litestar([sendcloud_router(practice)], openapi_config=None, logging_config=None)
    server = await listen(app, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}{PATH}"
    server.close()


@pytest.fixture
async def sendcloud(address: str) -> AsyncIterator[Sendcloud]:
    carrier = Sendcloud(KEY, SECRET, options=OPTIONS, base=address, timeout=httpx.Timeout(2))
    judge(carrier)
    yield carrier
    await carrier.close()


def judge(carrier: Sendcloud) -> None:
    """From now on every request and answer must be as Sendcloud describes it."""

    async def request_hook(request: httpx.Request) -> None:
        check_request(request)

    async def answer_hook(response: httpx.Response) -> None:
        if response.status_code not in MISHAPS:
            await response.aread()
            check_answer(response.request, response)

    carrier._http.event_hooks = {"request": [request_hook], "response": [answer_hook]}
