"""Numbers and dates as people and spreadsheets write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from returns_app.orders.connectors.values import CellWrong, amount, moment, whole

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12.50", None, "12.50"),
        ("12,50", None, "12.50"),
        ("€ 1.234,50", None, "1234.50"),
        ("1,234.50", None, "1234.50"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("-3", None, "-3"),
        (".5", None, "0.5"),
        ("12 EUR", None, "12"),
    ],
)
def test_amounts(text: str, decimal: str | None, value: str) -> None:
    assert amount(text, decimal, "price") == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.2.3", "1e5", "NaN", "Infinity", "1,23,4", "9999999999", "1.234", "--1"]
)
def test_what_is_no_amount_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(CellWrong):
        amount(text, None, "price")


def test_whole_numbers() -> None:
    assert [whole(text, "q") for text in ("6", "6.0", " -2 ", "\u22122")] == [6, 6, -2, -2]
    for text in ("1.5", "x", "", "1e99", "NaN"):
        with pytest.raises(CellWrong):
            whole(text, "q")


@pytest.mark.parametrize(
    ("text", "formats", "iso"),
    [
        ("2026-11-02", (), "2026-11-02T00:00:00+01:00"),
        ("2026-07-02T10:30:00", (), "2026-07-02T10:30:00+02:00"),
        ("2026-11-02 10:30:00 +0100", (), "2026-11-02T10:30:00+01:00"),
        ("2026-11-02T10:30:00Z", (), "2026-11-02T10:30:00+00:00"),
        ("02-11-2026 10:30", ("%d-%m-%Y", "%d-%m-%Y %H:%M"), "2026-11-02T10:30:00+01:00"),
    ],
)
def test_dates(text: str, formats: tuple[str, ...], iso: str) -> None:
    assert moment(text, formats, ZONE, "date") == datetime.fromisoformat(iso)


@pytest.mark.parametrize("text", ["02/11/2026", "soon", "0001-01-01", "2026-13-01", "9999-12-31"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(CellWrong, match="is not a date"):
        moment(text, (), ZONE, "date")
