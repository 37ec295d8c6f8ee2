"""Counts that are not yet confirmed: they live in the page's address and fields, never in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from returns_app.core.reference import read
from returns_app.returns.queries import ReturnLineSeen, ReturnSeen
from returns_app.returns.receive import Count

KINDS = ("received", "missing", "wrong")
CountKind = Literal["received", "missing", "wrong"]


class Counting(msgspec.Struct, frozen=True):
    """What the person at the bench has counted so far of one box; one Count per line of the return.

    `over` are lines for which more was said than is expected; they hold what is.
    """

    lines: tuple[ReturnLineSeen, ...]
    counts: tuple[Count, ...]
    over: tuple[int, ...] = ()

    @property
    def begun(self) -> bool:
        return any(count.units for count in self.counts)

    @property
    def code(self) -> str:
        """The counts as a short text for an address, in the order of the lines."""
        if not self.begun:
            return ""
        return "-".join(f"{count.received}.{count.missing}.{count.wrong}" for count in self.counts)

    def left(self, index: int) -> int:
        """Units of a line that are still to be counted."""
        return self.lines[index].expected - self.counts[index].units

    def confirmed(self) -> dict[UUID, Count]:
        """The counts as the verb takes them."""
        pairs = zip(self.lines, self.counts, strict=True)
        return {line.id: count for line, count in pairs if count.units}

    def changed(self, index: int, kind: CountKind, by: int) -> Counting:
        """One unit more or less; no change beyond what is expected or below nothing."""
        now = self.counts[index]
        amount = getattr(now, kind) + by
        if amount < 0 or (by > 0 and self.left(index) < by):
            return self
        counts = [*self.counts]
        counts[index] = msgspec.structs.replace(now, **{kind: amount})
        return Counting(self.lines, tuple(counts))

    def all_here(self) -> Counting:
        """Every unit that is still to be counted lies in the box."""
        counts = [
            msgspec.structs.replace(count, received=count.received + self.left(index))
            for index, count in enumerate(self.counts)
        ]
        return Counting(self.lines, tuple(counts))


def expected_lines(seen: ReturnSeen) -> tuple[ReturnLineSeen, ...]:
    """The lines that can lie in a box: all but what the shopper keeps."""
    return tuple(line for line in seen.lines if line.resolution != "keep")


def from_code(lines: tuple[ReturnLineSeen, ...], code: str) -> Counting:
    """Counts from an address; what does not fit any more counts as nothing."""
    parts = [part.split(".") for part in code[:2000].split("-")]
    numbers = [[_number(text) for text in part] for part in parts]
    return _fitting(lines, [tuple(line) for line in numbers])


def from_form(lines: tuple[ReturnLineSeen, ...], form: Mapping[str, Any]) -> Counting:
    """Counts from the fields `received-0`, `missing-0`, `wrong-0` and so on."""
    numbers = [
        tuple(_number(form.get(f"{kind}-{index}", "")) for kind in KINDS) for index in range(len(lines))
    ]
    return _fitting(lines, numbers)


def _fitting(lines: tuple[ReturnLineSeen, ...], numbers: Sequence[tuple[int, ...]]) -> Counting:
    given = [*numbers, *[(0, 0, 0)] * len(lines)]
    said = [Count(*parts) if len(parts) == 3 else Count() for parts in given[: len(lines)]]
    over = tuple(index for index, line in enumerate(lines) if said[index].units > line.expected)
    return Counting(lines, tuple(map(_within, said, lines)), over)


def _within(count: Count, line: ReturnLineSeen) -> Count:
    missing = min(count.missing, line.expected)
    wrong = min(count.wrong, line.expected - missing)
    return Count(min(count.received, line.expected - missing - wrong), missing, wrong)


def _number(text: object) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 6 else 0


def line_of(counting: Counting, scanned: str) -> int | None:
    """The line whose article was scanned, one with units still to count first; None for another article."""
    said = read(scanned)
    matching = [index for index, line in enumerate(counting.lines) if _is(line, said.text, said.code)]
    return min(matching, key=lambda index: (counting.left(index) <= 0, index), default=None)


def _is(line: ReturnLineSeen, text: str, code: str) -> bool:
    if line.sku.upper() in (text.upper(), code):
        return True
    # A UPC of 12 digits, an EAN-13 and a GTIN-14 of one product differ by leading zeros.
    return bool(line.ean) and code.isdigit() and code.lstrip("0") == (line.ean or "").lstrip("0")
