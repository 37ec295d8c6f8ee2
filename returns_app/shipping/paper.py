"""What is printed on a return label, ready for a design: plain texts, short enough, in one language."""

from __future__ import annotations

import unicodedata
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date

from returns_app.core.reference import grouped
from returns_app.shipping.carriers import Address, AskItem, LabelAsk

ITEMS_SHOWN = 4
LONGEST_LINE = 120
LONGEST_NAME = 60


def label_data(ask: LabelAsk) -> dict[str, Any]:
    """The data of the design `a6` for this ask; see labels/a6/page.html."""
    locale = _locale(ask.locale)
    abroad = ask.sender.country != ask.receiver.country
    shown = ask.items if len(ask.items) <= ITEMS_SHOWN else ask.items[: ITEMS_SHOWN - 1]
    return {
        "locale": locale.language,
        "rma": ask.rma,
        "rma_text": grouped(ask.rma),
        "method": "label" if ask.method == "qr" else ask.method,
        "to": address_lines(ask.receiver, locale, with_country=abroad),
        "from": address_lines(ask.sender, locale, with_country=abroad),
        "merchant": _clean(ask.merchant, LONGEST_LINE),
        "short_merchant": _clean(ask.merchant, 32),
        "logo": ask.logo if ask.logo.startswith("data:image/") else "",
        "order": _clean(ask.order, 40),
        "send_by": format_date(ask.send_by, "EEE d MMMM", locale=locale) if ask.send_by else "",
        "items": [_item(item) for item in shown],
        "more_items": sum(item.quantity for item in ask.items[len(shown) :]),
    }


def address_lines(address: Address, locale: Locale, *, with_country: bool) -> list[str]:
    """The lines of a European address, the country's name in capitals last when it crosses a border."""
    country = locale.territories.get(address.country, address.country).upper() if with_country else ""
    lines = [
        address.company,
        address.name if address.name != address.company else "",
        f"{address.street} {address.house_number}",
        address.extra,
        f"{address.postal_code} {address.city}",
        country,
    ]
    return [clean for line in lines if (clean := _clean(line, LONGEST_LINE))]


def _item(item: AskItem) -> dict[str, str]:
    return {"quantity": f"{item.quantity} ×", "name": _clean(item.name, LONGEST_NAME)}


def _clean(text: str, longest: int) -> str:
    """One line without control and direction-changing characters, cut with an ellipsis when too long."""
    kept = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in text
        if unicodedata.category(letter) not in ("Cf", "Cs", "Co")
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _locale(name: str) -> Locale:
    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
    return locale if locale.language in ("en", "nl") else Locale("en")
