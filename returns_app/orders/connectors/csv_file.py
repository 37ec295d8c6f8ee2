"""Reading a CSV file, also .gz, line by line: one record at a time, whatever its size."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec

LONGEST_LINE = 1 << 20
LONGEST_QUOTE = 200
"""Lines a quoted value may run over before the quote counts as never closed."""

Told = Callable[[int, int], None]
"""Told of progress: bytes read of the file as it lies on disk, and how many there are."""


class NotACsvFile(ValueError):
    """The file is missing, is something else than CSV, or is broken as a whole."""

    status = 400
    code = "not_a_csv_file"


class CsvShape(msgspec.Struct, frozen=True):
    """How a file is written, found by looking or said by a mapping."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    sha256: str
    """Of the text, unpacked: the same orders packed twice are the same file."""


class Record(NamedTuple):
    """A row and the line of the file it starts on. `broken` says why it is not a row."""

    line: int
    fields: list[str]
    broken: str = ""


def look_at(path: Path, *, encoding: str | None, delimiter: str | None, told: Told) -> CsvShape:
    """Read the whole file once: its encoding, separator and header. Raises NotACsvFile."""
    looked = _Look()
    with _opened(path) as (raw, size):
        for chunk in iter(lambda: _read(raw, path), b""):
            looked.at(chunk, path)
            told(_position(raw), size)
    if not looked.length:
        raise NotACsvFile(f"{path} is empty.")
    encoding = encoding or looked.encoding
    first = _first_line(path, encoding)
    delimiter = delimiter or _delimiter(first, path)
    header = next(csv.reader([first], delimiter=delimiter))
    return CsvShape(
        path, encoding, delimiter, tuple(name.strip() for name in header), looked.hash.hexdigest()
    )


def records(shape: CsvShape, told: Told) -> Iterator[Record]:
    """Every record after the header. A broken one is told as such and the next line is read."""
    with _opened(shape.path) as (raw, size):
        text = io.TextIOWrapper(cast(IO[bytes], raw), encoding=shape.encoding, errors="replace")
        lines = _numbered(text, shape.path)
        next(lines, None)
        doubtful = not shape.encoding.startswith("utf-8")  # what is UTF-8 was read as a whole before
        for count, record in enumerate(_records(lines, shape.delimiter)):
            if count % 2000 == 0:
                told(_position(raw), size)
            yield _readable(record) if doubtful else record
        told(size, size)


def _readable(record: Record) -> Record:
    if any("\ufffd" in field for field in record.fields):
        return record._replace(broken="a character can't be read in the encoding of the file")
    return record


class _Look:
    """What a first reading finds out."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.length = 0
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._bom = False

    def at(self, chunk: bytes, path: Path) -> None:
        if not self.length:
            _refuse_known_others(chunk, path)
            self._bom = chunk.startswith(codecs.BOM_UTF8)
        if b"\x00" in chunk:
            raise NotACsvFile(f"{path} is not a text file: it holds NUL bytes. Export it as CSV.")
        self.hash.update(chunk)
        self.length += len(chunk)
        if self._is_utf8:
            try:
                self._utf8.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False

    @property
    def encoding(self) -> str:
        if not self._is_utf8:
            return "cp1252"
        return "utf-8-sig" if self._bom else "utf-8"


_OTHERS = {
    b"PK\x03\x04": "an Excel workbook or a zip file. Open it and save it as “CSV UTF-8”",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook. Open it and save it as “CSV UTF-8”",
    b"%PDF": "a PDF",
    codecs.BOM_UTF16_LE: "UTF-16 text. Save it as “CSV UTF-8”",
    codecs.BOM_UTF16_BE: "UTF-16 text. Save it as “CSV UTF-8”",
    b"\x1f\x8b": "packed twice. Unpack it once",
}


def _refuse_known_others(start: bytes, path: Path) -> None:
    for mark, name in _OTHERS.items():
        if start.startswith(mark):
            raise NotACsvFile(f"{path} is not a CSV file but {name}.")


class _opened:
    """The bytes of a file, unpacked when packed, and its size on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> tuple[io.BufferedIOBase, int]:
        try:
            self._disk = self.path.open("rb")
        except FileNotFoundError:
            raise NotACsvFile(f"There is no file {self.path}.") from None
        except OSError as error:
            raise NotACsvFile(f"{self.path} can't be read: {error.strerror}.") from None
        size = self.path.stat().st_size
        packed = self._disk.peek(2)[:2] == b"\x1f\x8b"
        self._raw = gzip.GzipFile(fileobj=self._disk) if packed else self._disk
        return cast(io.BufferedIOBase, self._raw), size

    def __exit__(self, *_: object) -> None:
        self._raw.close()
        self._disk.close()


def _read(raw: io.BufferedIOBase, path: Path) -> bytes:
    try:
        return raw.read(1 << 18)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NotACsvFile(f"{path} is a damaged .gz file: {error}.") from None


def _position(raw: io.BufferedIOBase) -> int:
    """Bytes read from disk, packed as they lie there."""
    disk = raw.fileobj if isinstance(raw, gzip.GzipFile) else raw
    return cast(io.BufferedIOBase, disk).tell()


def _first_line(path: Path, encoding: str) -> str:
    with _opened(path) as (raw, _):
        try:
            text = io.TextIOWrapper(cast(IO[bytes], raw), encoding=encoding, errors="replace")
            return text.readline(LONGEST_LINE).rstrip("\n")
        except LookupError:
            raise NotACsvFile(f"There is no encoding called “{encoding}”.") from None


def _delimiter(first: str, path: Path) -> str:
    """The likeliest separator of the header line."""
    plain = "".join(first.split('"')[::2])
    found = max(",;\t|", key=plain.count)
    if not plain.count(found) and '"' in first:
        found = max(",;\t|", key=first.count)
    if not first.count(found):
        raise NotACsvFile(
            f"{path} does not look like CSV: "
            "its first line has no columns separated by comma, semicolon, tab or |."
        )
    return found


def _numbered(text: io.TextIOWrapper, path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise NotACsvFile(f"{path} is not a CSV file: line {number} is longer than a million characters.")
        yield number, line


def _records(lines: Iterator[tuple[int, str]], delimiter: str) -> Iterator[Record]:
    waiting: list[tuple[int, str]] = []  # lines to be read again after a quote that never closed
    while (line := waiting.pop() if waiting else next(lines, None)) is not None:
        number, text = line
        if '"' in text:
            yield _quoted(number, text, delimiter, waiting, lines)
        elif text.strip():
            yield Record(number, text.rstrip("\n").split(delimiter))


def _quoted(
    number: int,
    text: str,
    delimiter: str,
    waiting: list[tuple[int, str]],
    lines: Iterator[tuple[int, str]],
) -> Record:
    """A record with quotes, which may run over several lines. A broken one costs its first line only."""
    more: list[tuple[int, str]] = []
    while True:
        whole = text + "".join(one for _, one in more)
        try:
            [fields] = csv.reader([whole.rstrip("\n")], delimiter=delimiter, strict=True)
            return Record(number, fields)
        except (csv.Error, ValueError) as error:
            never_closed = "unexpected end of data" in str(error)
        following = _to_next_quote(waiting, lines) if never_closed and len(more) < LONGEST_QUOTE else []
        if not following:
            waiting.extend(reversed(more))
            return Record(number, [text.rstrip("\n")], _BROKEN[never_closed or bool(more)])
        more += following


_BROKEN = {
    True: 'a quote (") opens on this line and is never closed',
    False: 'a quote (") closes before its value ends; a quote within a value is written twice',
}


def _to_next_quote(waiting: list[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines up to the next one that could close a quote; all it has read when none does."""
    read: list[tuple[int, str]] = []
    while len(read) < LONGEST_QUOTE and (line := waiting.pop() if waiting else next(lines, None)):
        read.append(line)
        if '"' in line[1]:
            break
    return read
