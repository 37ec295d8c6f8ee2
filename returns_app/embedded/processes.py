"""Whether the server lives, and the traces of one that was killed."""

from __future__ import annotations

import time
from pathlib import Path

from returns_app.embedded.folders import cluster, socket_folder
from returns_app.embedded.programs import call

_LAST_BREATH = 30
"""Seconds the other processes of a killed server have to notice."""

_PROCESSES = Path("/proc")


def runs(data: Path) -> bool:
    """Whether its server process lives."""
    file = cluster(data) / "postmaster.pid"
    if not file.exists():
        return False
    if not _has_processes():
        return call(data, "pg_ctl", "-D", cluster(data), "status").returncode == 0
    return _works_in(_PROCESSES / file.read_text().split("\n", 1)[0].strip(), cluster(data))


def forget_stale_pid(data: Path) -> None:
    """Remove the pid files left by a crash, once the last process of that server has gone.

    PostgreSQL clears them itself when nobody has that number; after a restart of the machine or
    container a stranger often has it, or the dead server was never buried by its parent.
    """
    left = [cluster(data) / "postmaster.pid", *socket_folder(data).glob(".s.PGSQL.*.lock")]
    if runs(data) or not _has_processes() or not any(file.exists() for file in left):
        return
    until = time.monotonic() + _LAST_BREATH
    while any(_works_in(process, cluster(data)) for process in _PROCESSES.glob("[0-9]*")):
        if time.monotonic() > until:
            return
        time.sleep(0.1)
    for file in left:
        file.unlink(missing_ok=True)


def _has_processes() -> bool:
    """Whether the system shows its processes as folders, as Linux does."""
    return (_PROCESSES / "self" / "cwd").exists()


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (
            process / "cwd"
        ).readlink() == folder.resolve()  # of a dead, unburied process it cannot be read
    except OSError:
        return False
