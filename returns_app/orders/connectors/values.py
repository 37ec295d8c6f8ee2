"""Reading what stands in a cell: amounts, numbers, dates. A cell that can't be read is a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

_THOUSANDS = {".": re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?"), ",": re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")}
_PLAIN = {".": re.compile(r"-?\d*\.?\d+\.?"), ",": re.compile(r"-?\d*,?\d+,?")}
_SIGNS = re.compile(r"[\s€$£¥\u00a0\u202f]|EUR|GBP|USD")
_LARGEST = Decimal(1_000_000_000)


class CellWrong(ValueError):
    """A cell can't be read; the message is a sentence without its full stop."""


def amount(text: str, decimal: str | None, what: str) -> Decimal:
    """A decimal number with “.” or “,” as its decimal sign; when none is named, as it must be meant."""
    bare = _SIGNS.sub("", text)
    marks = [decimal] if decimal else [mark for mark in (".", ",") if _reads(bare, mark)]
    values = {_value(bare, mark) for mark in marks if _reads(bare, mark)}
    if not values:
        raise CellWrong(f"{what} “{text}” is not a number")
    if len(values) > 1:
        raise CellWrong(f"{what} “{text}” can be read in two ways; a mapping can name the decimal sign")
    [value] = values
    if abs(value) > _LARGEST:
        raise CellWrong(f"{what} “{text}” is too large")
    return value


def whole(text: str, what: str) -> int:
    """A whole number; “6.0” is one too."""
    bare = text.strip().replace("\u2212", "-")
    try:
        value = Decimal(bare)
    except ArithmeticError:
        raise CellWrong(f"{what} “{text}” is not a whole number") from None
    if not value.is_finite() or value != value.to_integral_value():
        raise CellWrong(f"{what} “{text}” is not a whole number")
    if abs(value) > 1_000_000_000:
        raise CellWrong(f"{what} “{text}” is too large")
    return int(value)


def moment(text: str, formats: Sequence[str], zone: tzinfo, what: str) -> datetime:
    """A date, with its time when told, in `zone` when it tells none."""
    for pattern in formats:
        try:
            return _zoned(datetime.strptime(text, pattern), zone)
        except ValueError:
            continue
    try:
        return _zoned(datetime.fromisoformat(_iso(text)), zone)
    except (ValueError, OverflowError):
        raise CellWrong(f"{what} “{text}” is not a date; a mapping can name its format") from None


def _iso(text: str) -> str:
    """Shopify writes “2026-11-02 10:30:00 +0100”."""
    return re.sub(r" ([+-]\d\d):?(\d\d)$", r"\1:\2", text.strip())


def _zoned(value: datetime, zone: tzinfo) -> datetime:
    if not 1970 <= value.year <= 2200:
        raise ValueError("a year that no order has")
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _reads(text: str, mark: str) -> bool:
    return bool(_PLAIN[mark].fullmatch(text) or _THOUSANDS[mark].fullmatch(text))


def _value(text: str, mark: str) -> Decimal:
    other = "," if mark == "." else "."
    return Decimal(text.replace(other, "").replace(mark, "."))
