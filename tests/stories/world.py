"""The whole machine for a tale: web and worker as their own processes, and the practice world."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from returns_app import database
from returns_app.practice.client import PracticeClient
from tests.practice.world import admin, practice_world

Answer = TypeVar("Answer")


class Process:
    """One of our own commands, ended by its process id."""

    def __init__(self, command: str, environment: Mapping[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "returns_app.cli", self._command],
                env=self._environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        """As a power cut would: nothing gets to end what it does."""
        assert self._running is not None
        self._running.kill()
        self._running.wait()

    def end(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]


class Machine:
    """Where everything is. `practice` is the way to the practice Stripe, carrier and mailbox."""

    def __init__(
        self, url: str, folder: Path, practice: PracticeClient, web: Process, worker: Process
    ) -> None:
        self.url, self.folder, self.practice = url, folder, practice
        self.web, self.worker = web, worker

    async def until(self, holds: Callable[[], Awaitable[Answer | None]], within: float = 30) -> Answer:
        """The first true answer of a question asked again and again. Raises AssertionError with the logs."""
        answer = await holds()
        ends = asyncio.get_running_loop().time() + within
        while not answer:
            if asyncio.get_running_loop().time() > ends:
                raise AssertionError(
                    f"It did not happen.\nweb: {self.web.said()}\nworker: {self.worker.said()}"
                )
            await asyncio.sleep(0.05)
            answer = await holds()
        return answer

    async def quiet(self) -> None:
        """Wait until no news is under way and no job is left that could be worked now."""

        async def nothing_to_do() -> bool:
            return await _no_jobs() and await self._no_news() and await _no_jobs()

        await self.until(nothing_to_do)

    async def _no_news(self) -> bool:
        return all(hook.outcome != "waiting" for hook in await self.practice.hooks())


@asynccontextmanager
async def machine(db: str, folder: Path) -> AsyncIterator[Machine]:
    """Start everything on free loopback ports; end everything at the end."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with practice_world(folder / "practice", url) as process, admin(process) as practice:
        ready = process.ready
        environment = {
            **os.environ,
            "RETURNS_DATA": str(folder),
            "DATABASE_URL": db,
            "PORT": str(port),
            "RETURNS_ORIGIN": url,
            "RETURNS_SECRET": "a secret of this test run, long enough",
            "STRIPE_SECRET_KEY": ready.stripe_key,
            "STRIPE_API_BASE": ready.url,
            "STRIPE_WEBHOOK_SECRET": ready.stripe_webhook_secret,
            "SMTP_URL": f"smtp://127.0.0.1:{ready.smtp_port}",
            "MAIL_FROM": "returns@winkel.example",
            "RETURNS_PRACTICE_URL": ready.url,
            "RETURNS_PRACTICE_SECRET": ready.secret,
            "SENDCLOUD_PUBLIC_KEY": "practice",
            "SENDCLOUD_SECRET_KEY": ready.secret,
            "SENDCLOUD_API_BASE": f"{ready.url}/sendcloud/api/v3",
            "RETURNS_JOB_HEARTBEAT": "1",
            "PYTHONWARNINGS": "default",
        }
        web = Process("serve", environment, folder / "web.log")
        worker = Process("work", environment, folder / "worker.log")
        web.start()
        worker.start()
        try:
            whole = Machine(url, folder, practice, web, worker)
            await whole.until(lambda: _answers(url))
            yield whole
        finally:
            web.end()
            worker.end()


async def _no_jobs() -> bool:
    return not await database.fetch(
        "SELECT 1 FROM jobs WHERE status = 'picked' OR (status = 'queued' AND execute_after < now())"
    )


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"{url}/healthz")).is_success
        except httpx.TransportError:
            return False


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
