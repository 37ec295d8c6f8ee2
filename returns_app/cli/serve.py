"""`returns serve`: the web process."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import Any

import click

from returns_app.cli.surroundings import end_with, end_with_supervisor, settings_with_database
from returns_app.logs import server_logs, use_logs


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True)
@click.option("--processes", envvar="RETURNS_WEB_PROCESSES", default=1, show_default=True)
def serve(host: str, port: int, processes: int) -> None:
    """Answer requests until Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    end_with_supervisor()
    with settings_with_database():
        Granian(
            "returns_app.cli.serve:application",
            factory=True,
            interface=Interfaces.ASGI,
            address=host,
            port=port,
            workers=processes,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
            log_dictconfig=server_logs(),
        ).serve()


def application() -> Any:
    """What Granian serves, made anew in each of its processes."""
    from returns_app.app import create_app
    from returns_app.settings import read_settings

    server = multiprocessing.parent_process()
    end_with(server.pid if server else os.getppid(), signal.SIGKILL)
    use_logs()
    return create_app(read_settings())
