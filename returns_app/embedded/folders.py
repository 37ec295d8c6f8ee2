"""Where the embedded database lies, and who owns it."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from pathlib import Path

SYSTEM_USER = "returns-app"
"""PostgreSQL refuses to run as root; started by root it runs as this user, made when it is missing."""

_LONGEST_SOCKET_FOLDER = 90


class EmbeddedDatabaseFailed(RuntimeError):
    """The embedded PostgreSQL cannot be made, started or stopped; the message says what to do."""


def make_folders(data: Path) -> None:
    home = data / "postgresql"
    _check_owner_may_enter(data)
    try:
        _make_data_folder(data)
        for folder in (home, home / "keys", home / "run"):
            folder.mkdir(exist_ok=True)
            give_to_owner(folder)
            folder.chmod(0o700)
    except OSError as error:
        raise EmbeddedDatabaseFailed(
            f"The data folder {data} cannot be written: {error.strerror}. Name another by DATA=FOLDER."
        ) from error


def _make_data_folder(data: Path) -> None:
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(0o711 if is_root() else 0o700)


def _check_owner_may_enter(data: Path) -> None:
    """Raise rather than open somebody's folders: the owner of the server must be let through to its data."""
    if not is_root():
        return
    for folder in (data, *data.parents):
        if folder.is_dir() and not folder.stat().st_mode & 0o001:
            raise EmbeddedDatabaseFailed(
                f"PostgreSQL runs as the user {SYSTEM_USER}, who may not enter {folder}."
                " Name a data folder outside it, DATA=/var/lib/returns-app for instance."
            )


def give_to_owner(path: Path) -> None:
    if is_root():
        entry = owner()
        os.chown(path, entry.pw_uid, entry.pw_gid)


def is_root() -> bool:
    return os.geteuid() == 0


def owner() -> pwd.struct_passwd:
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


def cluster(data: Path) -> Path:
    return data / "postgresql" / "cluster"


def socket_folder(data: Path) -> Path:
    """Where the server listens. A socket's address has 107 bytes, so a long path gets a stand-in."""
    folder = data / "postgresql" / "run"
    if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"returns-app-{os.geteuid()}-{digest}"


def own_socket_folder(data: Path) -> Path:
    folder = socket_folder(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    give_to_owner(folder)
    expected = owner().pw_uid if is_root() else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid != expected:
        raise EmbeddedDatabaseFailed(f"{folder} belongs to somebody else. Choose a shorter DATA= folder.")
    return folder
