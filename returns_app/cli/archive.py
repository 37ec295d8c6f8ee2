"""The file `returns backup` writes: a .tar.gz whose first member names, measures and hashes all others."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

FORMAT = 1
DATABASE = "database.dump"
_MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024

Progress = Callable[[int], None]
"""Told of each further piece of work, in bytes."""


class ArchiveDamaged(RuntimeError):
    """The file is no back-up, or not whole; the message says what is wrong with it."""


class Member(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive holds. `rows` counts each table's rows at the moment of the back-up."""

    format: int = FORMAT
    made_at: datetime
    release: str
    migrations: list[str]
    rows: dict[str, int]
    members: dict[str, Member]


def measure(files: Mapping[str, Path], progress: Progress) -> dict[str, Member]:
    """Size and hash of each file, by its name in the archive."""
    return {name: _measured(path, progress) for name, path in files.items()}


def write(target: Path, manifest: Manifest, files: Mapping[str, Path], progress: Progress) -> None:
    """Write all of it beside `target`, then put it in place in one step, readable only by us."""
    part = target.with_name(target.name + ".part")
    try:
        with (
            open(part, "wb", opener=_private) as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar,
        ):
            _add(tar, _MANIFEST, io.BytesIO(said := msgspec.json.encode(manifest)), len(said))
            for name, path in files.items():
                with path.open("rb") as content:
                    _add(tar, name, content, manifest.members[name].size)
                progress(manifest.members[name].size)
            tar.close()
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def read(source: Path, folder: Path, progress: Progress) -> Manifest:
    """Unpack into the empty `folder`, checking every hash. Raises ArchiveDamaged."""
    try:
        with gzip.open(source) as whole, tarfile.open(fileobj=whole) as tar:
            manifest = _unpack(tar, folder, progress)
            while whole.read(_CHUNK):
                pass  # to the very end, whose checksum is part of being whole
            return manifest
    except FileNotFoundError:
        raise ArchiveDamaged(f"There is no file {source}.") from None
    except (tarfile.TarError, EOFError, zlib.error, OSError, msgspec.MsgspecError) as error:
        raise ArchiveDamaged(
            f"{source} is cut off or no back-up of ours ({error}). Nothing was changed."
        ) from error


def _unpack(tar: tarfile.TarFile, folder: Path, progress: Progress) -> Manifest:
    manifest = _manifest(tar)
    missing = dict(manifest.members)
    for entry in tar:
        if entry.name == _MANIFEST:
            continue
        expected = missing.pop(entry.name, None)
        content = tar.extractfile(entry) if entry.isfile() else None
        if expected is None or content is None or not _inside(entry.name):
            raise ArchiveDamaged(
                f"The back-up holds {entry.name}, which its list does not name. Nothing was changed."
            )
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb", opener=_private) as file:
            shutil.copyfileobj(content, file, _CHUNK)
        if _measured(target, progress) != expected:
            raise ArchiveDamaged(
                f"{entry.name} in the back-up is damaged (its hash differs). Nothing was changed."
            )
    if missing:
        raise ArchiveDamaged(f"The back-up is cut off: {', '.join(missing)} is missing. Nothing was changed.")
    return manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == _MANIFEST else None
    if content is None:
        raise ArchiveDamaged("This is no back-up of ours: its list is missing. Nothing was changed.")
    manifest = msgspec.json.decode(content.read(), type=Manifest)
    if manifest.format != FORMAT:
        raise ArchiveDamaged(
            f"The back-up was made by a newer release ({manifest.release}). Nothing was changed."
        )
    return manifest


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _add(tar: tarfile.TarFile, name: str, content: BinaryIO, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, content)


def _measured(path: Path, progress: Progress) -> Member:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            progress(len(chunk))
    return Member(size, digest.hexdigest())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
