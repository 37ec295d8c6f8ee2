"""Files as they come: encodings, separators, quotes, and things that are no CSV at all."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.orders.connectors.csv_file import CsvShape, NotACsvFile, Record, look_at, records


def quiet(done: int, size: int) -> None:
    assert 0 <= done <= size


def looked(path: Path) -> CsvShape:
    return look_at(path, encoding=None, delimiter=None, told=quiet)


def read(path: Path) -> list[Record]:
    return list(records(looked(path), quiet))


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("a,b\né,2\n".encode(), "utf-8", ","),
        ("a;b\né;2\n".encode("utf-8-sig"), "utf-8-sig", ";"),
        ("a\tb\n€\t2\n".encode("cp1252"), "cp1252", "\t"),
        (b'"a, b";c\n1;2\n', "utf-8", ";"),
        (b"a|b\n1|2\n", "utf-8", "|"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "utf-8", ","),
    ],
)
def test_encoding_and_separator_are_found(
    tmp_path: Path, content: bytes, encoding: str, delimiter: str
) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    shape = looked(tmp_path / "f.csv")
    assert (shape.encoding, shape.delimiter) == (encoding, delimiter)
    assert [len(record.fields) for record in read(tmp_path / "f.csv")] == [2]
    assert not shape.header[0].startswith("\ufeff")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "an Excel workbook or a zip file"),
        (b"%PDF-1.7", "a PDF"),
        ("a,b".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,\x002\n", "NUL bytes"),
        (b"only words here\n", "no columns"),
        (gzip.compress(b"a,b\n" * 5000, mtime=0)[:-20], "damaged .gz"),
        (b"\x1f\x8bnot really", "damaged .gz"),
        (b"a,b\n" + b"x" * 1_200_000, "longer than a million"),
    ],
)
def test_what_is_no_csv_is_told_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(NotACsvFile, match=sentence):
        read(tmp_path / "f.csv")


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotACsvFile, match="There is no file"):
        looked(tmp_path / "none.csv")
    with pytest.raises(NotACsvFile, match="can't be read"):
        looked(tmp_path)


def test_a_broken_quote_costs_one_line(tmp_path: Path) -> None:
    lines = [
        "a,b",
        '1,"never',
        *(f"{n},ok" for n in range(500)),
        '7,"two\nlines"',
        '8,12" wide',
        "",
        '9,"x"y',
    ]
    (tmp_path / "f.csv").write_text("\n".join(lines) + "\n")
    found = read(tmp_path / "f.csv")
    assert [record.line for record in found if record.broken] == [2, 507]
    assert len(found) == 504
    assert [record.fields[1] for record in found[-3:-1]] == ["two\nlines", '12" wide']


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=12
)


@given(st.lists(st.tuples(cells, cells.filter(bool)), max_size=20))
def test_what_a_writer_wrote_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b"), *rows])
    file = tmp_path_factory.mktemp("csv") / "f.csv"
    file.write_text(text.getvalue(), encoding="utf-8", newline="")
    assert [tuple(record.fields) for record in read(file)] == rows
