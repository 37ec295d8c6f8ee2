"""How the app says things: amounts, dates, lists, and a word for every status, in every language.

Shoppers and staff are spoken to differently: an RMA is a "return number" to a shopper. Functions that
differ take `audience`. An unknown value raises KeyError: a new status needs its words here.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from datetime import date as Date
from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from returns_app.core.refusal import Refusal
from returns_app.languages import catalogue
from returns_app.money import Money

Audience = Literal["shopper", "staff"]
Words = Mapping[str, str | tuple[str, str]]
"""A value's word, or the shopper's and the staff's word."""

NO_BREAK = "\u00a0"
MINUS = "\u2212"


def N_(message: str) -> str:
    """Mark a message for translation where it is only kept."""
    return message


def translator(locale: str) -> gettext.NullTranslations:
    """The translations of a language: `.gettext`, `.ngettext`, `.pgettext`. English when unknown."""
    return catalogue(locale.replace("_", "-").split("-")[0])


def money(amount: Money, locale: str) -> str:
    """An amount as people write it: "€ 88.00", Dutch "€ 88,00", with a non-breaking space."""
    sign = MINUS if amount.minor < 0 else ""
    pattern = f"¤{NO_BREAK}#,##0.00"
    return sign + format_currency(abs(amount.amount), amount.currency, pattern, locale=locale)


def difference(amount: Money, locale: str) -> str:
    """An amount with its sign always said: "+€ 8.00", "−€ 3.95"."""
    return ("+" if amount.minor > 0 else "") + money(amount, locale)


def percent(points: Decimal, locale: str) -> str:
    """Percent points: "10%", Dutch "10%"."""
    return format_decimal(points, locale=locale) + "%"


def number(value: int | Decimal, locale: str) -> str:
    return format_decimal(value, locale=locale)


def date(day: Date, locale: str) -> str:
    """A day near to today: "Fri 4 December", "vr 4 december"."""
    return format_date(day, "EEE d MMMM", locale=locale)


def full_date(day: Date, locale: str) -> str:
    """A day that may lie in another year: "4 December 2026"."""
    return format_date(day, "d MMMM y", locale=locale)


def when(moment: datetime, locale: str, zone: str) -> str:
    """A moment in the merchant's zone: "Fri 4 December, 14:30"."""
    return format_datetime(moment, "EEE d MMMM, HH:mm", tzinfo=ZoneInfo(zone), locale=locale)


def short_when(moment: datetime, locale: str, zone: str) -> str:
    """A moment in a narrow column: "4 Dec, 14:30"."""
    return format_datetime(moment, "d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=locale)


def listed(items: Iterable[str], locale: str) -> str:
    """Items joined as in a sentence: "a, b and c" (British: no comma before the last)."""
    return format_list(list(items), style="standard", locale="en_GB" if locale == "en" else locale)


def refused(refusal: Refusal, locale: str) -> str:
    """What a verb refused, in the reader's language; amounts and days in it are written out."""
    params = {name: _written(value, locale) for name, value in refusal.params.items()}
    return translator(locale).gettext(refusal.sentence) % params


UNSAID_REFUSAL = N_("This can't be done now.")
"""The sentence of a refusal without one of its own; here so that it is translated."""


def _written(value: object, locale: str) -> object:
    match value:
        case Money():
            return money(value, locale)
        case Date():
            return date(value, locale)
        case _:
            return value


def item_name(title: str, options: Mapping[str, str]) -> str:
    """A thing with its size, colour and so on: “Trail shoe, 42, blue”."""
    return ", ".join([title, *options.values()])


def language_name(locale: str) -> str:
    """A language's name in itself."""
    return {"en": "English", "nl": "Nederlands"}[locale]


RETURN_STATUS: Words = {
    "requested": (N_("Received"), N_("Requested")),
    "in_review": (N_("We are looking at it"), N_("In review")),
    "approved": N_("Approved"),
    "settling": (N_("Being settled"), N_("Settling")),
    "settled": (N_("Done"), N_("Settled")),
    "closed": N_("Closed"),
    "rejected": (N_("Not accepted"), N_("Rejected")),
    "cancelled": N_("Cancelled"),
    "expired": N_("Expired"),
}
LINE_STATUS: Words = {
    "asked": (N_("Received"), N_("Requested")),
    "in_review": (N_("We are looking at it"), N_("In review")),
    "accepted": N_("Approved"),
    "rejected": (N_("Not accepted"), N_("Rejected")),
    "withdrawn": (N_("You keep it"), N_("Withdrawn by the shopper")),
}
PARCEL_STATUS: Words = {
    "none": (N_("Nothing sent yet"), N_("No parcel yet")),
    "label_ready": N_("Label ready"),
    "dropped_off": N_("Handed in"),
    "in_transit": N_("On its way"),
    "delivered": N_("Delivered"),
    "received": (N_("Arrived at our warehouse"), N_("Received")),
    "lost": (N_("Not found"), N_("Lost")),
}
RECEIPT: Words = {
    "expected": (N_("On its way to us"), N_("Expected")),
    "received": (N_("Arrived at our warehouse"), N_("Received")),
    "missing": (N_("Was not in the parcel"), N_("Missing")),
    "wrong_item": (N_("A different item arrived"), N_("Wrong item")),
    "extra": (N_("An item more than announced"), N_("Extra item")),
    "graded": (N_("Checked"), N_("Graded")),
}
REFUND_STATUS: Words = {
    "planned": (N_("We will send your money"), N_("Planned")),
    "sending": (N_("Your money is being sent"), N_("Sending")),
    "pending": (N_("Your money is on its way"), N_("Pending")),
    "succeeded": (N_("Your money has been sent"), N_("Paid")),
    "unknown": (N_("Your money is being sent"), N_("Being checked")),
    "failed": (N_("The payment came back to us. We will contact you."), N_("Failed")),
    "cancelled": N_("Cancelled"),
}
EXCHANGE_STATUS: Words = {
    "offered": N_("Offered"),
    "reserved": (N_("Set aside for you"), N_("Reserved")),
    "awaiting_payment": (N_("Waiting for your payment"), N_("Awaiting payment")),
    "sent_out": (N_("Being prepared"), N_("Order placed")),
    "shipped": N_("On its way"),
    "fell_through": (N_("No longer available"), N_("Fell through")),
    "released": (N_("Being prepared"), N_("Ready to send")),
}
RESOLUTIONS: Words = {
    "refund": (N_("Money back"), N_("Refund")),
    "exchange": (N_("Exchange"), N_("Exchange")),
    "replace": (N_("The same item again"), N_("Replacement")),
    "credit": N_("Store credit"),
    "repair": N_("Repair"),
    "keep": (N_("Keep it, with money back"), N_("Keep with a reduction")),
    "account": N_("Credit on your account"),
}
METHODS: Words = {
    "label": (N_("Print a label"), N_("Label")),
    "qr": (N_("Show a code at the counter"), N_("QR code")),
    "store": (N_("Hand it in at a shop"), N_("In store")),
    "pickup": (N_("Have it picked up"), N_("Pickup")),
    "own": (N_("Send it my own way"), N_("Own way")),
}
REASONS: Words = {
    "too-small": N_("Too small"),
    "too-large": N_("Too large"),
    "does-not-fit": N_("Does not fit"),
    "not-as-described": N_("Not as described"),
    "not-as-expected": N_("Not what I expected"),
    "changed-mind": N_("Changed my mind"),
    "ordered-several": N_("Ordered several to choose from"),
    "arrived-late": N_("Arrived too late"),
    "wrong-item": N_("I got a different item"),
    "damaged": N_("Arrived damaged"),
    "defective": N_("Does not work"),
    "missing-parts": N_("Parts are missing"),
    "other": N_("Something else"),
    "none": N_("I would rather not say"),
}
GRADES: Words = {
    "A": N_("A: as new"),
    "B": N_("B: opened, as new"),
    "C": N_("C: used"),
    "D": N_("D: damaged"),
}
DISPOSITIONS: Words = {
    "restock": N_("Back in stock"),
    "refurbish": N_("Refurbish"),
    "resell_as_is": N_("Resell as seconds"),
    "vendor": N_("Return to supplier"),
    "donate": N_("Donate"),
    "recycle": N_("Recycle"),
    "scrap": N_("Scrap"),
    "back_to_shopper": N_("Back to the shopper"),
}
GROUNDS: Words = {
    "withdrawal": (N_("Withdraw from the contract"), N_("Withdrawal")),
    "return": (N_("Return something"), N_("Return")),
    "claim": (N_("Something is wrong"), N_("Claim")),
}
VERDICTS: Words = {
    "pay": N_("Pay in full"),
    "deduct": N_("Pay less"),
    "refuse": N_("Refuse"),
}


def return_status(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(RETURN_STATUS, value, locale, audience)


def line_status(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(LINE_STATUS, value, locale, audience)


def parcel_status(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(PARCEL_STATUS, value, locale, audience)


def receipt(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(RECEIPT, value, locale, audience)


def refund_status(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(REFUND_STATUS, value, locale, audience)


def exchange_status(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(EXCHANGE_STATUS, value, locale, audience)


def resolution(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(RESOLUTIONS, value, locale, audience)


def method(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(METHODS, value, locale, audience)


def ground(value: str, locale: str, audience: Audience = "shopper") -> str:
    return _word(GROUNDS, value, locale, audience)


def reason(value: str, locale: str) -> str:
    """The word of one of our own reasons; a merchant's own reason brings its own words."""
    return _word(REASONS, value, locale)


def grade(value: str, locale: str) -> str:
    return _word(GRADES, value, locale)


def disposition(value: str, locale: str) -> str:
    return _word(DISPOSITIONS, value, locale)


def verdict(value: str, locale: str) -> str:
    return _word(VERDICTS, value, locale)


def _word(words: Words, value: str, locale: str, audience: Audience = "shopper") -> str:
    word = words[value]
    if isinstance(word, tuple):
        word = word[0 if audience == "shopper" else 1]
    return translator(locale).gettext(word)
