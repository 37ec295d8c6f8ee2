"""What every long command needs first: settings with a database that is there, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator

import msgspec

from returns_app import embedded
from returns_app.settings import Settings, read_settings

SUPERVISOR = "RETURNS_SUPERVISOR"
"""Environment: the process id of the `returns up` that started us."""

_PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def settings_with_database() -> Iterator[Settings]:
    """The settings, their `database_url` always set; the embedded database is held meanwhile.

    DATABASE_URL is put in the environment too, for the processes we start.
    Raises SettingsWrong or EmbeddedDatabaseFailed.
    """
    settings = read_settings()
    if settings.database_url:
        yield settings
        return
    with embedded.held(settings.data) as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield msgspec.structs.replace(settings, database_url=url)
        finally:
            del os.environ["DATABASE_URL"]


def stop_on_signal() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(told, stop.set)
    return stop


def end_with(parent: int | None, told: signal.Signals = signal.SIGTERM) -> None:
    """Let the kernel send us `told` when `parent` dies, however it dies. Only Linux can do it."""
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, told)
    if os.getppid() != parent:
        sys.exit("The process that started this one is gone.")


def end_with_supervisor() -> None:
    given = os.environ.get(SUPERVISOR)
    end_with(int(given) if given else None)
