"""The supervisor: everything comes up, and nothing is left behind, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not processes_of(folder))
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start(data: Path, port: int) -> subprocess.Popen[str]:
    ours = {"RETURNS_DATA": str(data), "PORT": str(port)}
    theirs = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "STRIPE_SECRET_KEY"}
    }
    command = [sys.executable, "-m", "returns_app.cli", "up"]
    return subprocess.Popen(
        command, env={**theirs, **ours}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


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


def test_ctrl_c_leaves_no_process_behind(data: Path, port: int) -> None:
    supervisor = start(data, port)
    wait_until(lambda: answers(port))
    for command in ("cli serve", "cli work", "cli schedule", "practice"):
        assert runs(data, command), processes_of(data)
    supervisor.send_signal(signal.SIGINT)
    said, _ = supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 0, said
    assert processes_of(data) == {}


def test_after_a_kill_the_children_end_and_the_next_start_finds_its_way(data: Path, port: int) -> None:
    supervisor = start(data, port)
    wait_until(lambda: answers(port))
    supervisor.kill()
    supervisor.communicate()
    wait_until(lambda: not runs(data, "cli") and not runs(data, "practice"))
    again = start(data, port)
    wait_until(lambda: answers(port))
    again.send_signal(signal.SIGTERM)
    said, _ = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, said
    assert processes_of(data) == {}


def test_a_child_that_dies_is_started_again(data: Path, port: int) -> None:
    supervisor = start(data, port)
    wait_until(lambda: answers(port))
    web = [process for process, line in processes_of(data).items() if "cli serve" in line]
    for process in web:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not answers(port))
    wait_until(lambda: answers(port))
    supervisor.send_signal(signal.SIGINT)
    said, _ = supervisor.communicate(timeout=PATIENCE)
    assert "web ended by itself" in said
    assert processes_of(data) == {}


def test_a_taken_port_is_a_sentence_that_names_the_way_out(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        refused = start(data, number)
        said, _ = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1
    assert f"make run PORT={number + 1}" in said
    assert "Traceback" not in said
    assert list(data.iterdir()) == []


def test_a_second_app_on_the_same_data_is_refused(data: Path, port: int) -> None:
    with only_one(data):
        refused = start(data, port)
        said, _ = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1
    assert "already runs" in said
    assert "DATA=" in said


def test_a_wrong_setting_is_a_sentence(data: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNS_ORIGIN", "shop.example")
    refused = start(data, port)
    said, _ = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1
    assert "RETURNS_ORIGIN" in said
    assert "Traceback" not in said
