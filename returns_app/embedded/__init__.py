"""The embedded PostgreSQL: the one that comes with our packages, its data in a folder of its own.

The programs of the wheel are called directly rather than through its Python part, which gives up after
ten seconds of recovery, trusts every local user and opens parent folders to everybody.
Whoever uses the database holds it by `held()`; the last one to leave stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from returns_app.embedded.folders import EmbeddedDatabaseFailed, cluster, make_folders, socket_folder
from returns_app.embedded.making import (
    DATABASE,
    PATIENCE,
    ROLE,
    SUPERUSER,
    make_cluster,
    make_database,
    start_server,
)
from returns_app.embedded.processes import forget_stale_pid, runs
from returns_app.embedded.programs import call, client_program, sentence

__all__ = [
    "ROLE",
    "SUPERUSER",
    "EmbeddedDatabaseFailed",
    "client_program",
    "held",
    "runs",
    "start",
    "stop",
    "url",
]


@contextlib.contextmanager
def held(data: Path, options: Mapping[str, str] | None = None) -> Iterator[str]:
    """Its address, for as long as the block runs; started when it is not running.

    `options` are PostgreSQL settings, used only when it is started here. Whoever leaves last stops it,
    so a back-up that is running outlives the app it saves. Raises EmbeddedDatabaseFailed.
    """
    make_folders(data)
    with (data / "postgresql" / "users.lock").open("a") as users:
        with _alone(data):
            start(data, options or {})
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield url(data)
        finally:
            with _alone(data):
                _stop_when_last(data, users.fileno())


def url(data: Path, *, database: str = DATABASE, role: str = ROLE) -> str:
    """The address of the database in `data`, whether it runs or not. Raises EmbeddedDatabaseFailed."""
    key = data / "postgresql" / "keys" / role
    try:
        password = key.read_text().strip()
    except FileNotFoundError:
        raise EmbeddedDatabaseFailed(f"There is no database in {data} yet. Start with `make run`.") from None
    except PermissionError:
        raise EmbeddedDatabaseFailed(
            f"The database in {data} belongs to another user. Run this as that user."
        ) from None
    return f"postgresql://{role}:{password}@/{database}?host={quote(str(socket_folder(data)))}"


def start(data: Path, options: Mapping[str, str]) -> None:
    """Make it when it is not there, start it when it does not run, and wait until it answers."""
    make_folders(data)
    make_cluster(data)
    forget_stale_pid(data)
    if not runs(data):
        start_server(data, options)
    make_database(data)


def stop(data: Path) -> None:
    """Stop it and wait for its end; open transactions are rolled back. Harmless when it does not run."""
    if not runs(data):
        return
    done = call(data, "pg_ctl", "-D", cluster(data), "-m", "fast", "-w", "-t", PATIENCE, "stop")
    if runs(data):
        raise EmbeddedDatabaseFailed(sentence(data, "pg_ctl", done.stdout))


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (data / "postgresql" / "door.lock").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def _stop_when_last(data: Path, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    stop(data)
