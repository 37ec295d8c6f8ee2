"""The embedded PostgreSQL: made, shared, killed, found again, and its refusals as sentences."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from returns_app import embedded
from returns_app.embedded import EmbeddedDatabaseFailed, making, programs


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the owner of the server may enter, which pytest's own folders are not."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="returns-embedded-"))
    folder.chmod(0o711)
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


def ask(url: str, query: str) -> object:
    async def answer() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(answer())


def server_process(data: Path) -> int:
    return int((data / "postgresql/cluster/postmaster.pid").read_text().splitlines()[0])


def test_it_is_made_shared_and_stopped_by_the_last(data: Path) -> None:
    with embedded.held(data) as url:
        ask(url, "CREATE TABLE kept AS SELECT 1 AS one")
        with embedded.held(data) as same:
            assert same == url
        assert ask(url, "SELECT one FROM kept") == 1
    assert not embedded.runs(data)
    with embedded.held(data) as again:
        assert ask(again, "SELECT one FROM kept") == 1


def test_nobody_comes_in_without_the_password_and_the_app_is_no_superuser(data: Path) -> None:
    with embedded.held(data) as url:
        assert ask(url, "SELECT current_setting('is_superuser')") == "off"
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(url.replace(":", ":wrong", 2).replace("postgresql:wrong", "postgresql:"), "SELECT 1")
    keys = list((data / "postgresql/keys").iterdir())
    assert keys
    assert {key.stat().st_mode & 0o077 for key in keys} == {0}


def test_after_a_kill_it_recovers_what_was_committed(data: Path) -> None:
    with embedded.held(data) as url:
        ask(url, "CREATE TABLE kept AS SELECT 1 AS one")
        os.kill(server_process(data), signal.SIGKILL)
    with embedded.held(data) as again:
        assert ask(again, "SELECT one FROM kept") == 1


def test_a_pid_file_whose_number_belongs_to_a_stranger_is_no_obstacle(data: Path) -> None:
    with embedded.held(data):
        lines = (data / "postgresql/cluster/postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        file = data / "postgresql/cluster/postmaster.pid"
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        shutil.chown(file, (data / "postgresql/cluster").stat().st_uid)
        with embedded.held(data) as url:
            assert ask(url, "SELECT 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_a_long_path_gets_a_short_socket() -> None:
    home = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="returns-embedded-"))
    home.chmod(0o711)
    long = home / ("long" * 20) / ("path" * 20)
    for folder in (long.parent, long):
        folder.mkdir()
        folder.chmod(0o711)
    try:
        with embedded.held(long) as url:
            assert ask(url, "SELECT 1") == 1
    finally:
        shutil.rmtree(home)


def test_data_of_another_version_are_left_alone(data: Path) -> None:
    version = data / "postgresql/cluster/PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("15\n")
    with (
        pytest.raises(EmbeddedDatabaseFailed, match="PostgreSQL 15, and this release brings 18"),
        embedded.held(data),
    ):
        pass
    assert version.read_text() == "15\n"
    version.unlink()


def test_a_full_disk_is_said_before_anything_is_made(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_NEEDED_SPACE", 1 << 62)
    with pytest.raises(EmbeddedDatabaseFailed, match=r"disk of .* is full"), embedded.held(data):
        pass
    assert not (data / "postgresql/cluster").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(data: Path) -> None:
    (data / "file").touch()
    with (
        pytest.raises(EmbeddedDatabaseFailed, match="cannot be written"),
        embedded.held(data / "file" / "below"),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_no_closed_folder_is_opened(data: Path) -> None:
    data.chmod(0o700)
    with pytest.raises(EmbeddedDatabaseFailed, match="may not enter"), embedded.held(data / "inside"):
        pass
    assert data.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_packages_in_a_closed_folder_are_copied(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_owner_reaches", lambda packages: False)
    with embedded.held(data) as url:
        assert ask(url, "SELECT 1") == 1
    assert list(data.glob("postgresql-18/**/bin/postgres"))


def test_the_address_of_a_database_that_was_never_made_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedDatabaseFailed, match="make run"):
        embedded.url(tmp_path)


def test_it_starts_quickly_once_made(data: Path) -> None:
    with embedded.held(data):
        pass
    started = time.monotonic()
    with embedded.held(data):
        assert time.monotonic() - started < 5
