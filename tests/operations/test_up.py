"""The supervisor: everything comes up, and nothing is left behind, however it ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from returns_app.cli.up import only_one

PATIENCE = 90.0

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes are read from /proc"
)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder the owner of the embedded server may enter."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="returns-up-"))
    folder.chmod(0o711)
    yield folder
    for process in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    wait_until(lambda: not processes_of(folder))
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@dataclass
class Supervisor:
    """A running `returns up`."""

    process: subprocess.Popen[bytes]
    log: Path

    def end(self, told: signal.Signals) -> int:
        self.process.send_signal(told)
        return self.process.wait(PATIENCE)

    def wait_for_pages(self, port: int) -> None:
        wait_until(lambda: answers(port) or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.log.read_text()


Start = Callable[[Path, int], Supervisor]


@pytest.fixture
def start(data: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts `returns up` with a data folder and port, as often as wanted; all are gone afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(data: Path, port: int) -> Supervisor:
        theirs = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "STRIPE"))
        }
        ours = {"RETURNS_DATA": str(data), "PORT": str(port)}
        log = tmp_path / f"said-{len(started)}"
        with log.open("wb") as said:
            command = [sys.executable, "-m", "returns_app.cli", "up"]
            started.append(subprocess.Popen(command, env={**theirs, **ours}, stdout=said, stderr=said))
        return Supervisor(started[-1], log)

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def processes_of(data: Path) -> dict[int, str]:
    """Living processes started with this data folder or working in it, with their command lines."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = f"RETURNS_DATA={data}\0".encode() in (process / "environ").read_bytes() + b"\0"
            # PostgreSQL writes its title over its environment, but stays in its folder.
            if told or (process / "cwd").readlink().is_relative_to(data):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def wait_until(there: Callable[[], bool], within: float = PATIENCE) -> None:
    until = time.monotonic() + within
    while not there():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def runs(data: Path, command: str) -> bool:
    return any(f"returns_app.{command}" in line for line in processes_of(data).values())


def test_ctrl_c_leaves_no_process_behind(data: Path, port: int, start: Start) -> None:
    supervisor = start(data, port)
    supervisor.wait_for_pages(port)
    parts = ("cli serve", "cli work", "cli schedule", "practice")
    wait_until(lambda: all(runs(data, part) for part in parts))
    assert supervisor.end(signal.SIGINT) == 0, supervisor.said()
    assert "ended by itself" not in supervisor.said()
    assert processes_of(data) == {}


def test_after_a_kill_the_children_end_and_the_next_start_finds_its_way(
    data: Path, port: int, start: Start
) -> None:
    supervisor = start(data, port)
    supervisor.wait_for_pages(port)
    supervisor.end(signal.SIGKILL)
    wait_until(lambda: not runs(data, "cli") and not runs(data, "practice"))
    again = start(data, port)
    again.wait_for_pages(port)
    assert again.end(signal.SIGTERM) == 0, again.said()
    assert processes_of(data) == {}


def test_a_child_that_dies_is_started_again(data: Path, port: int, start: Start) -> None:
    supervisor = start(data, port)
    supervisor.wait_for_pages(port)
    web = [process for process, line in processes_of(data).items() if "cli serve" in line]
    for process in web:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not answers(port))
    wait_until(lambda: answers(port))
    assert supervisor.end(signal.SIGINT) == 0, supervisor.said()
    assert "web ended by itself" in supervisor.said()
    assert processes_of(data) == {}


def test_a_taken_port_is_a_sentence_that_names_the_way_out(data: Path, start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        refused = start(data, number)
        assert refused.process.wait(PATIENCE) == 1
    said = refused.said()
    assert f"make run PORT={number + 1}" in said
    assert "Traceback" not in said
    assert list(data.iterdir()) == []


def test_a_second_app_on_the_same_data_is_refused(data: Path, port: int, start: Start) -> None:
    with only_one(data):
        refused = start(data, port)
        assert refused.process.wait(PATIENCE) == 1
    said = refused.said()
    assert "already runs" in said
    assert "DATA=" in said


def test_a_wrong_setting_is_a_sentence(
    data: Path, port: int, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNS_ORIGIN", "shop.example")
    refused = start(data, port)
    assert refused.process.wait(PATIENCE) == 1
    said = refused.said()
    assert "RETURNS_ORIGIN" in said
    assert "Traceback" not in said
