"""`returns backup FILE` and `returns restore FILE`: everything we must not lose, in one file."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from returns_app import __version__, clock
from returns_app.cli import archive
from returns_app.cli.archive import DATABASE, ArchiveDamaged, Manifest
from returns_app.cli.dump import check_free, dump, load
from returns_app.cli.migrate import migrate
from returns_app.cli.surroundings import settings_with_database
from returns_app.piccolo_conf import SLICES
from returns_app.settings import Settings, kept_secret

# In the data folder, but not part of a back-up: the database's own files, other processes' locks and
# lines, and the practice world, which holds nothing real.
_LEFT_OUT = ("postgresql*", "practice", "logs", "*.lock", "demo-*.json", "restoring-*")

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("backup")
@_FILE
def backup_command(file: Path) -> None:
    """Save the database, the secret and the handed-out files into FILE. The app may go on running."""
    with settings_with_database() as settings, _progress("Saving") as bar:
        manifest = asyncio.run(backup(settings, file.absolute(), bar))
    Console().print(
        f"Saved {sum(manifest.rows.values())} rows and {len(manifest.members) - 1} files in {file}."
    )


@click.command("restore")
@_FILE
@click.option("--replace", is_flag=True, help="Replace the data that are there.")
def restore_command(file: Path, replace: bool) -> None:
    """Bring back what `returns backup` saved in FILE. The app must not run meanwhile."""
    with settings_with_database() as settings, _progress("Checking and loading") as bar:
        manifest = asyncio.run(restore(settings, file.absolute(), bar, replace=replace))
    Console().print(
        f"Restored {sum(manifest.rows.values())} rows as of {manifest.made_at:%Y-%m-%d %H:%M} UTC."
    )


async def backup(settings: Settings, file: Path, progress: archive.Progress) -> Manifest:
    """Write `file`. Raises DatabaseProgramFailed; an older file of that name stays until it is whole."""
    kept_secret(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        database = Path(folder) / DATABASE
        counted = await dump(_url(settings), database)
        files = {DATABASE: database, **_files(settings.data)}
        manifest = Manifest(
            made_at=clock.now(),
            release=__version__,
            migrations=counted.migrations,
            rows=counted.rows,
            members=archive.measure(files, progress),
        )
        archive.write(file, manifest, files, progress)
        return manifest


async def restore(settings: Settings, file: Path, progress: archive.Progress, *, replace: bool) -> Manifest:
    """Check `file` whole, then replace database and files by it, and migrate to this release.

    Raises ArchiveDamaged, DatabaseNotEmpty or DatabaseProgramFailed, and has then changed nothing.
    """
    url = _url(settings)
    await check_free(url, replace=replace)
    with tempfile.TemporaryDirectory(dir=settings.data, prefix="restoring-") as folder:
        manifest = archive.read(file, Path(folder), progress)
        _check_release(manifest)
        database = Path(folder) / DATABASE
        await load(url, database, manifest.rows)
        _put_in_place(Path(folder), settings.data, [name for name in manifest.members if name != DATABASE])
    for stale in settings.data.glob("demo-*.json"):
        stale.unlink()
    await migrate(url)
    return manifest


def _files(data: Path) -> dict[str, Path]:
    """Every file of the data folder that belongs in a back-up, by its path inside the folder."""
    left_out = {path for pattern in _LEFT_OUT for path in data.glob(pattern)}
    found = (path for kept in sorted(set(data.iterdir()) - left_out) for path in (kept, *kept.rglob("*")))
    return {str(path.relative_to(data)): path for path in found if path.is_file() and not path.is_symlink()}


_ID = re.compile(r'^ID = "(.+)"$', re.MULTILINE)


def _check_release(manifest: Manifest) -> None:
    """A back-up of a newer release has tables we do not know."""
    root = Path(__file__).parents[1]
    known = {
        f"{name} {found.group(1)}"
        for name in SLICES
        for path in (root / name / "piccolo_migrations").glob("*.py")
        if (found := _ID.search(path.read_text()))
    }
    if unknown := set(manifest.migrations) - known:
        raise ArchiveDamaged(
            f"The back-up was made by another release ({manifest.release}), which knows"
            f" {len(unknown)} migrations this one does not. Nothing was changed."
        )


def _put_in_place(source: Path, data: Path, names: list[str]) -> None:
    for name in names:
        target = data / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source / name, target)


def _url(settings: Settings) -> str:
    assert settings.database_url, "settings_with_database() sets it"
    return settings.database_url


@contextlib.contextmanager
def _progress(words: str) -> Iterator[archive.Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(words, total=None)
        yield lambda amount: progress.advance(task, amount)
