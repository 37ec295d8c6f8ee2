from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from returns_app import wording
from returns_app.core import lifecycle
from returns_app.core.dispositions import Disposition, Grade
from returns_app.core.refusal import Refusal
from returns_app.languages import LANGUAGES
from returns_app.merchants.settings import MerchantSettings
from returns_app.money import Money
from returns_app.policy.amounts import METHODS, RESOLUTIONS


@pytest.mark.parametrize(
    ("amount", "en", "nl"),
    [
        (Money(8800, "EUR"), "€ 88.00", "€ 88,00"),
        (Money(-395, "EUR"), "−€ 3.95", "−€ 3,95"),
        (Money(123450, "EUR"), "€ 1,234.50", "€ 1.234,50"),
        (Money(0, "EUR"), "€ 0.00", "€ 0,00"),
        (Money(1234, "JPY"), "¥ 1,234", "JP¥ 1.234"),
        (Money(1234, "KWD"), "KWD 1.234", "KWD 1,234"),
    ],
)
def test_amounts_are_written_as_people_write_them(amount: Money, en: str, nl: str) -> None:
    assert wording.money(amount, "en") == en.replace(" ", "\u00a0")
    assert wording.money(amount, "nl") == nl.replace(" ", "\u00a0")


def test_a_difference_says_its_sign() -> None:
    assert wording.difference(Money(800, "EUR"), "en") == "+€\u00a08.00"
    assert wording.difference(Money(-800, "EUR"), "en") == "−€\u00a08.00"
    assert wording.difference(Money(0, "EUR"), "en") == "€\u00a00.00"


def test_days_and_moments() -> None:
    day, moment = date(2026, 12, 4), datetime(2026, 12, 4, 13, 30, tzinfo=UTC)
    assert wording.date(day, "en") == "Fri 4 December"
    assert wording.date(day, "nl") == "vr 4 december"
    assert wording.full_date(day, "nl") == "4 december 2026"
    assert wording.when(moment, "en", "Europe/Amsterdam") == "Fri 4 December, 14:30"
    assert wording.when(moment, "nl", "Europe/Amsterdam") == "vr 4 december, 14:30"


def test_lists_and_numbers() -> None:
    assert wording.listed(["a", "b", "c"], "en") == "a, b and c"
    assert wording.listed(["a", "b"], "nl") == "a en b"
    assert wording.listed([], "en") == ""
    assert wording.percent(Decimal("12.5"), "nl") == "12,5%"
    assert wording.number(1234, "en") == "1,234"


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (wording.RETURN_STATUS, lifecycle.ReturnState),
        (wording.LINE_STATUS, lifecycle.LineDecision),
        (wording.PARCEL_STATUS, lifecycle.ParcelState),
        (wording.RECEIPT, lifecycle.ReceiptState),
        (wording.REFUND_STATUS, lifecycle.RefundState),
        (wording.EXCHANGE_STATUS, lifecycle.ExchangeState),
        (wording.GRADES, Grade),
        (wording.DISPOSITIONS, Disposition),
    ],
)
def test_every_status_has_its_words_and_no_other(words: wording.Words, values: type[StrEnum]) -> None:
    assert set(words) == {value.value for value in values}


def test_every_resolution_method_and_reason_has_its_words() -> None:
    assert set(wording.RESOLUTIONS) == set(RESOLUTIONS)
    assert set(wording.METHODS) == set(METHODS)
    unsaid = [key for key, reason in MerchantSettings().all_reasons().items() if not reason.words]
    assert [key for key in unsaid if not wording.reason(key, "nl")] == []


def test_shoppers_and_staff_are_spoken_to_differently() -> None:
    assert wording.return_status("in_review", "nl") == "We bekijken het"
    assert wording.return_status("in_review", "nl", "staff") == "Te beoordelen"
    assert wording.receipt("wrong_item", "nl", "staff") == "Verkeerd artikel"


def test_an_unknown_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording.return_status("lost in thought", "en")


class _TooMuch(Refusal):
    sentence = "By %(day)s"


def test_a_refusal_is_said_in_the_readers_language() -> None:
    assert wording.refused(_TooMuch(day=date(2026, 12, 4)), "nl") == "Uiterlijk vr 4 december"
    assert wording.refused(Refusal(), "nl") == "Dit kan nu niet."


def test_an_unknown_language_falls_back_to_english() -> None:
    assert wording.translator("xx").gettext("Approved") == "Approved"
    assert wording.translator("nl-BE").gettext("Approved") == "Goedgekeurd"
    assert [wording.language_name(code) for code in LANGUAGES] == ["English", "Nederlands"]
