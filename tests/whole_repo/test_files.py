"""What no file of the repository may hold, and what the locks must say."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import returns_app
from returns_app.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]

# Where packages come from is the machine's business; a file that names a host fails behind another one.
HOSTS = re.compile(
    r"pypi\.org|pythonhosted|npmjs\.(org|com)|yarnpkg\.com|deb\.debian\.org|--(extra-)?index-url|--find-links"
    r"|\"resolved\"|registry\s*=",
)
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "Makefile",
)


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        return [path for name in LOCKS if (path := ROOT / name).exists()]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tracked()
        if path.suffix in {".txt", ".toml", ".json", ".cfg", ".ini", ".sh", ".yml", ".yaml", ""}
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if HOSTS.search(line.replace("--no-emit-index-url", ""))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text())
    pinned = [entry for entry in entries if re.match(r"[\w.-]+(\[.*\])?==", entry)]
    assert pinned
    assert [entry.split("==")[0] for entry in pinned if "--hash=sha256:" not in entry] == []


def test_the_lock_has_every_package_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.match(r"[\w-]+", line).group().lower() for line in project["dependencies"]}
    locked = set(
        re.findall(r"^([\w.-]+)(?:\[.*\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    assert wanted - locked == set()


def test_scripts_may_be_executed() -> None:
    scripts = [ROOT / ".ci/run", *(path for path in (ROOT / "scripts").iterdir() if not path.suffix)]
    assert [path.name for path in scripts if not path.stat().st_mode & 0o100] == []


def test_every_command_loads_under_its_name() -> None:
    context = main.make_context("returns", ["--help"], resilient_parsing=True)
    there = [name for name in COMMANDS if main.get_command(context, name) is not None]
    assert there == list(COMMANDS)


def test_the_release_is_in_the_changelog() -> None:
    assert returns_app.__version__ in (ROOT / "CHANGELOG.md").read_text()
