"""`returns up`: the supervisor. Database, practice world, web, worker and schedule, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console

from returns_app.cli.children import Child, first
from returns_app.cli.surroundings import settings_with_database, stop_on_signal
from returns_app.cli.welcome import Demo, welcome
from returns_app.settings import Settings, kept_secret, read_settings

if TYPE_CHECKING:
    from returns_app.cli.practice_child import PracticeChild

HOST = "127.0.0.1"
_PATIENCE = 60.0
"""Seconds until the first page must have answered."""


class PortTaken(RuntimeError):
    """Another program listens where the web process would."""


class AlreadyRunning(RuntimeError):
    """The app already runs on this data folder."""


class DidNotStart(RuntimeError):
    """A part did not come up; the message holds its last words."""


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="Where the pages are.")
def up(port: int) -> None:
    """Run everything on this machine until Ctrl-C: database, practice world, web, worker, schedule."""
    os.environ["PORT"] = str(port)
    check_port(port)
    with only_one(read_settings().data), settings_with_database() as settings:
        asyncio.run(_up(settings, port, Console()))


def check_port(port: int) -> None:
    """Raises PortTaken with the way out."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} cannot be used ({error.strerror}). Take another: make run PORT={port + 1}"
            ) from error


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Raises AlreadyRunning when another supervisor works on the same data."""
    data.mkdir(parents=True, exist_ok=True, mode=0o711)
    with (data / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"The app already runs on {data}. End it first, or name another folder: make run DATA=FOLDER"
            ) from None
        yield


async def _up(settings: Settings, port: int, console: Console) -> None:
    stop = stop_on_signal()
    kept_secret(settings)
    migrating = asyncio.create_task(_command("migrate"))
    try:
        practice = None if settings.stripe_key else await _practice(settings.data, port)
    finally:
        await migrating
    environment = {**os.environ, **(practice.environment() if practice else {})}
    web, *others = _children(settings.data, environment)
    answered = asyncio.Event()
    keeping = [asyncio.create_task(web.keep_running(stop, console.print))]
    keeping += [asyncio.create_task(_keep_after(answered, child, stop, console)) for child in others]
    if practice:
        keeping.append(asyncio.create_task(practice.keep_running(stop, console.print)))
    try:
        await _greet_and_wait(web, answered, environment, stop, console)
    finally:
        stop.set()
        console.print("Ending …")
        await asyncio.gather(*keeping)


async def _practice(data: Path, port: int) -> PracticeChild:
    """Imported late and aside: it takes as long as the migrations that run meanwhile."""
    module = await asyncio.to_thread(import_module, "returns_app.cli.practice_child")
    return await module.PracticeChild.start(data, port)


def _children(data: Path, environment: Mapping[str, str]) -> list[Child]:
    commands = {"web": "serve", "worker": "work", "schedule": "schedule"}
    return [Child(name, (to,), environment, data / "logs" / f"{name}.log") for name, to in commands.items()]


async def _keep_after(answered: asyncio.Event, child: Child, stop: asyncio.Event, console: Console) -> None:
    """The first page has the processors to itself; the rest starts as soon as it is there."""
    await first(answered.wait(), stop.wait())
    await child.keep_running(stop, console.print)


async def _greet_and_wait(
    web: Child,
    answered: asyncio.Event,
    environment: Mapping[str, str],
    stop: asyncio.Event,
    console: Console,
) -> None:
    """Print where everything is as soon as it is there, then wait for `stop`. Raises DidNotStart."""
    greeting = asyncio.create_task(_greet(web, answered, environment, console))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({greeting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if greeting.done():
        greeting.result()
        await stopping
    greeting.cancel()


async def _greet(
    web: Child, answered: asyncio.Event, environment: Mapping[str, str], console: Console
) -> None:
    settings = read_settings(environment)
    demo, _ = await asyncio.gather(
        _demo(settings, environment), _first_answer(web, answered, int(environment["PORT"]))
    )
    welcome(console, settings, demo)


async def _first_answer(web: Child, answered: asyncio.Event, port: int) -> None:
    until = asyncio.get_running_loop().time() + _PATIENCE
    while not await _answers(port):
        if web.deaths > 1 or asyncio.get_running_loop().time() > until:
            raise DidNotStart(f"The web process does not start. It said:\n{web.last_lines()}")
        await asyncio.sleep(0.1)
    answered.set()


async def _answers(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        said = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
    except (OSError, TimeoutError):
        return False
    return said.startswith(b"HTTP/")


async def _demo(settings: Settings, environment: Mapping[str, str]) -> Demo | None:
    """The demo shop, made on the first start. A shop that moves real money gets none."""
    if not settings.practice or find_spec("returns_app.cli.demo") is None:
        return None
    kept = (
        settings.data / f"demo-{hashlib.sha256(environment['DATABASE_URL'].encode()).hexdigest()[:12]}.json"
    )
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Demo)
    said = await _command("demo", "--json", environment=environment)
    kept.touch(mode=0o600)
    kept.write_bytes(said)
    return msgspec.json.decode(said, type=Demo)


async def _command(*words: str, environment: Mapping[str, str] | None = None) -> bytes:
    """What `returns WORDS` prints. Raises DidNotStart with what it said when it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "returns_app.cli", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment or os.environ,
        start_new_session=True,
    )
    said, complaint = await process.communicate()
    if process.returncode:
        raise DidNotStart(
            f"`returns {' '.join(words)}` failed:\n{complaint.decode(errors='replace').strip()}"
        )
    return said
