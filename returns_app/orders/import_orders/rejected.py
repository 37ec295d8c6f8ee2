"""The lines an import did not take, in a file of their own: line number, sentence, and the line itself."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Self

from returns_app.orders.connectors.csv_file import CsvShape, Record, records


class RejectedFileNotWritten(OSError):
    """The file of rejected lines can't be written, so nothing was imported."""


class RejectedLines:
    """Written beside the import and put in its place at the end; no rejected line, no file.

    It has the columns of the file, so that it can be mended and imported itself.
    """

    def __init__(self, path: Path, shape: CsvShape) -> None:
        self.path = path.with_name(f"{path.name}.rejected.csv")
        self.count = 0
        self._shape = shape
        self._draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")

    def __enter__(self) -> Self:
        try:
            self._file = self._draft.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise RejectedFileNotWritten(
                f"{self.path} can't be written ({error.strerror}), and rejected lines must not get lost."
            ) from error
        self._rows = csv.writer(self._file, delimiter=self._shape.delimiter)
        self._rows.writerow(["line", "reason", *self._shape.header])
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def add(self, record: Record, sentence: str) -> None:
        self._rows.writerow([record.line, sentence, *record.fields])
        self.count += 1

    def add_later(self, refused: Iterable[tuple[int, str]]) -> None:
        """Lines refused after the whole file was read, ascending: the file is read once more for them."""
        wanted = iter(refused)
        first = next(wanted, None)
        if first is not None:
            self._find(chain([first], wanted), records(self._shape, lambda done, size: None))

    def keep(self) -> Path | None:
        """Put the file in its place, or take away one of an earlier import."""
        self._file.flush()
        if not self.count:
            self.path.unlink(missing_ok=True)
            return None
        self._draft.replace(self.path)
        return self.path

    def _find(self, wanted: Iterator[tuple[int, str]], there: Iterator[Record]) -> None:
        for line, sentence in wanted:
            self.add(next(record for record in there if record.line == line), sentence)
