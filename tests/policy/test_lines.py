"""Every path of a file is found in the line where it is written."""

from __future__ import annotations

import pytest

from returns_app.policy.lines import Lines

TEXT = """\
title = "x"

[[rule]]
"name" = 'a'
when = { answer.fit = "tight", tag = [
  "a",   # the first
  "b",
] }
[rule.then]
fee.refund = 0

[[rule]]
name = "b"
  [rule.then.note]
  en = "Hi"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("rule", 0), 3),
        (("rule", 0, "name"), 4),
        (("rule", 0, "when", "answer", "fit"), 5),
        (("rule", 0, "when", "tag", 0), 6),
        (("rule", 0, "when", "tag", 1), 7),
        (("rule", 0, "then"), 9),
        (("rule", 0, "then", "fee"), 10),
        (("rule", 0, "then", "fee", "refund"), 10),
        (("rule", 1), 12),
        (("rule", 1, "then", "note", "en"), 15),
        (("rule", 1, "then", "fee"), 14),  # not written: the nearest thing around it
        (("case", 0), 1),
    ],
)
def test_a_path_is_found(path: tuple[str | int, ...], line: int) -> None:
    lines = Lines(TEXT)
    assert lines.duplicates == []
    assert lines.of(path) == line
