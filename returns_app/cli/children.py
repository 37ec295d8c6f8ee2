"""The supervisor's child processes: started, started again when they die, ended in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from returns_app.cli.surroundings import SUPERVISOR

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LIVED_WELL = 60.0
GRACE = 20.0
"""Seconds a child has to end in order before it is killed."""

Say = Callable[[str], None]


@dataclass
class Child:
    """`returns COMMAND` as a process of its own, its lines in a log file."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    deaths: int = field(default=0, init=False)

    async def keep_running(self, stop: asyncio.Event, say: Say) -> None:
        """Run it until `stop`; when it dies, start it again, more and more patiently."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            started = time.monotonic()
            process = await self._start()
            await first(process.wait(), stop.wait())
            if stop.is_set():
                await _end(process)
                return
            self.deaths += 1
            pause = FIRST_PAUSE if time.monotonic() - started > LIVED_WELL else min(pause * 2, LONGEST_PAUSE)
            say(f"{self.name} ended by itself ({process.returncode}), again in {pause:.0f} s: {self.log}")
            await first(stop.wait(), asyncio.sleep(pause))

    def last_lines(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])

    async def _start(self) -> asyncio.subprocess.Process:
        with _opened(self.log) as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "returns_app.cli", *self.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self.environment, SUPERVISOR: str(os.getpid())},
                start_new_session=True,  # Ctrl-C is for us, who then end them in order.
            )


def _opened(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > 10_000_000:
        log.rename(log.with_suffix(".old"))
    return log.open("ab")


async def first(*things: Coroutine[Any, Any, object]) -> None:
    """Wait until one of them is done, and drop the others."""
    tasks = [asyncio.create_task(thing) for thing in things]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _end(process: asyncio.subprocess.Process) -> None:
    """SIGTERM, patience, then SIGKILL for it and everything it started."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
