"""A practice world and a listening app, for tests anywhere that need the outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from returns_app.practice.client import PracticeClient
from returns_app.practice.http import listen
from returns_app.practice.process import PracticeProcess, start_practice

SECRET = "practice-secret-of-the-tests"


@dataclass(frozen=True)
class Told:
    """A hook as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Ear:
    """Stands where the app would be: keeps every hook and answers as told."""

    url: str = ""
    told: list[Told] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What to answer next; 200 when nothing is left."""

    async def hears(self, wanted: Callable[[Told], bool], count: int = 1, within: float = 10) -> list[Told]:
        """The first `count` hooks that fit, waiting for them. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                if len(fitting := [told for told in self.told if wanted(told)]) >= count:
                    return fitting
                await asyncio.sleep(0.02)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        message = await receive()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.told.append(Told(scope["path"], headers, message["body"]))
        status = self.statuses.pop(0) if self.statuses else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def ear() -> AsyncIterator[Ear]:
    hearing = Ear()
    server = await listen(hearing, "127.0.0.1", 0)
    hearing.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield hearing
    finally:
        server.close()


@asynccontextmanager
async def practice_world(folder: Path, webhook_url: str = "") -> AsyncIterator[PracticeProcess]:
    process = await start_practice(folder, webhook_url=webhook_url, secret=SECRET)
    try:
        yield process
    finally:
        await process.end()


@asynccontextmanager
async def admin(process: PracticeProcess) -> AsyncIterator[PracticeClient]:
    client = process.client()
    try:
        yield client
    finally:
        await client.close()
