"""Start the practice world as a process of its own, and end it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import msgspec

import returns_app
from returns_app.practice.client import PracticeClient

PATIENCE = 30.0


class Ready(msgspec.Struct, frozen=True):
    """The line the process prints when its ports are open."""

    http_port: int
    smtp_port: int
    url: str
    secret: str
    stripe_key: str
    stripe_webhook_secret: str


class PracticeDidNotStart(RuntimeError):
    """The practice world ended before it was ready; the message is what it said last."""


class PracticeProcess:
    """A running practice world. It ends with us, even when we are killed: its input closes."""

    def __init__(self, process: Process, ready: Ready) -> None:
        self.process = process
        self.ready = ready

    def client(self) -> PracticeClient:
        return PracticeClient(self.ready.url, self.ready.secret)

    async def end(self) -> None:
        """Ask it to end and wait until it has."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self._gone()

    async def kill(self) -> None:
        """SIGKILL: what was committed stays, what was being answered is lost."""
        self.process.kill()
        await self._gone()

    async def _gone(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()


async def start_practice(
    folder: Path, *, http_port: int = 0, smtp_port: int = 0, webhook_url: str = "", secret: str = ""
) -> PracticeProcess:
    """The practice world kept in `folder`, ready to answer. Raises PracticeDidNotStart."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "returns_app.practice", "--folder", str(folder), "--webhook-url", webhook_url),
        *("--http-port", str(http_port), "--smtp-port", str(smtp_port), "--end-with-stdin"),
        stdin=PIPE,
        stdout=PIPE,
        env=_environment(secret),
    )
    assert process.stdout is not None, "it was asked for a pipe"
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        return PracticeProcess(process, msgspec.json.decode(line, type=Ready))
    except (TimeoutError, msgspec.DecodeError) as problem:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise PracticeDidNotStart(f"The practice world in {folder} did not start.") from problem


def _environment(secret: str) -> dict[str, str]:
    """Ours, with the package on its path; the secret goes this way as arguments can be read by others."""
    root = str(Path(returns_app.__file__).parent.parent)
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "RETURNS_PRACTICE_SECRET": secret}
