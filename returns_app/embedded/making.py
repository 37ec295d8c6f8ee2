"""Making the embedded database and starting its server."""

from __future__ import annotations

import secrets
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from returns_app.embedded.folders import (
    EmbeddedDatabaseFailed,
    cluster,
    give_to_owner,
    own_socket_folder,
    socket_folder,
)
from returns_app.embedded.programs import VERSION, run

DATABASE = ROLE = "returns"
SUPERUSER = "postgres"

PATIENCE = 900
"""Seconds we wait for recovery after a crash, or for an orderly end."""

_NEEDED_SPACE = 200 * 1024 * 1024


def make_cluster(data: Path) -> None:
    version = cluster(data) / "PG_VERSION"
    if version.exists():
        _check_version(data, version.read_text().strip())
        return
    if shutil.disk_usage(data).free < _NEEDED_SPACE:
        raise EmbeddedDatabaseFailed(f"The disk of {data} is full: a new database needs 200 MB.")
    _keep_key(data, SUPERUSER, secrets.token_hex(24))
    half_made = data / "postgresql" / "cluster.new"
    shutil.rmtree(half_made, ignore_errors=True)
    run(data, "initdb", "-D", half_made, *_INITDB, f"--pwfile={data / 'postgresql' / 'keys' / SUPERUSER}")
    half_made.rename(cluster(data))


# The built-in locale gives the same order and the same upper case on every machine.
_INITDB = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
)


def _check_version(data: Path, found: str) -> None:
    if found != VERSION:
        raise EmbeddedDatabaseFailed(
            f"{data} holds data of PostgreSQL {found}, and this release brings {VERSION}."
            " Make a back-up with the release that wrote it, then `returns restore` it into a new folder."
        )


def _keep_key(data: Path, role: str, password: str) -> None:
    key = data / "postgresql" / "keys" / role
    part = key.with_suffix(".new")
    part.touch(mode=0o600)
    part.write_text(password)
    give_to_owner(part)
    part.rename(key)


def start_server(data: Path, options: Mapping[str, str]) -> None:
    log = data / "postgresql" / "log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.rename(log.with_suffix(".old"))
    said = {"listen_addresses": "", "unix_socket_directories": str(own_socket_folder(data)), **options}
    words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in said.items())
    run(data, "pg_ctl", "-D", cluster(data), "-l", log, "-w", "-t", PATIENCE, "-o", words, "start", log=log)


def make_database(data: Path) -> None:
    """The role and database of the app, once; the key of the role is written last and says it is done."""
    if (data / "postgresql" / "keys" / ROLE).exists():
        return
    password = secrets.token_hex(24)
    commands = [
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"ALTER ROLE {ROLE} PASSWORD '{password}'",
        f"SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}' WHERE NOT EXISTS"
        f" (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec",
    ]
    said = "\n".join(f"{command};" if "gexec" not in command else command for command in commands)
    run(data, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *_as_superuser(data), typed=said)
    _keep_key(data, ROLE, password)


def _as_superuser(data: Path) -> tuple[object, ...]:
    """Where psql connects; the password is read from its file, as arguments are seen by every user."""
    keys = data / "postgresql" / "keys"
    passwords = keys / "pgpass"
    passwords.touch(mode=0o600)
    passwords.write_text(f"*:*:*:{SUPERUSER}:{(keys / SUPERUSER).read_text()}\n")
    give_to_owner(passwords)
    return (
        "-d",
        f"postgresql://{SUPERUSER}@/postgres?host={quote(str(socket_folder(data)))}&passfile={quote(str(passwords))}",
    )
