"""A quote and its differences, line by line, as the parts show sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from returns_app import wording
from returns_app.core.differences import Changes
from returns_app.core.quote import Quote, QuotedLine
from returns_app.money import Money
from returns_app.wording import N_, translator

_ITEMS: Mapping[str, str] = {
    "goods": N_("Value of the item"),
    "held": N_("Given back before"),
    "deduction": N_("Deduction"),
    "fee": N_("Fee"),
    "bonus": N_("Bonus"),
    "new_goods": N_("The other item"),
    "shipping_refund": N_("Shipping given back"),
    "return_cost": N_("Return costs"),
    "new_shipping": N_("Shipping of the other item"),
}
_PURSES: Mapping[str, str] = {
    "refund": N_("Refund"),
    "credit": N_("Store credit"),
    "bonus": N_("Bonus on top"),
    "account": N_("Credit on account"),
    "due": N_("The shopper pays"),
}
_TAKEN = frozenset({"held", "deduction", "fee", "new_goods", "return_cost", "new_shipping"})


def quoted(quote: Quote, titles: Mapping[str, str], locale: str) -> dict[str, Any]:
    """`lines` and `total` for the part `sum`; `purses` say in what form it is given."""
    _ = translator(locale).gettext
    lines = [row for line in quote.lines for row in _line(line, titles, locale)]
    whole = ("shipping_refund", "return_cost", "new_shipping")
    lines += [_row(name, getattr(quote, name), locale) for name in whole if getattr(quote, name)]
    gets = _("The shopper gets") if quote.balance.minor >= 0 else _("The shopper pays")
    purses = [(_(words), getattr(quote, name)) for name, words in _PURSES.items()]
    return {
        "lines": lines,
        "total": {"label": gets, "amount": quote.balance},
        "purses": [(words, amount) for words, amount in purses if amount],
    }


def _line(line: QuotedLine, titles: Mapping[str, str], locale: str) -> list[dict[str, Any]]:
    count = len(line.units)
    title = titles.get(line.line, "")
    first = {
        "label": f"{title} × {count}" if count > 1 else title,
        "amount": line.goods,
        "note": wording.resolution(line.resolution, locale, "staff"),
    }
    parts = ("held", "deduction", "fee", "bonus", "new_goods")
    return [first, *(_row(name, getattr(line, name), locale) for name in parts if getattr(line, name))]


def _row(name: str, amount: Money, locale: str) -> dict[str, Any]:
    return {
        "label": translator(locale).gettext(_ITEMS[name]),
        "amount": -amount if name in _TAKEN else amount,
    }


def changed(changes: Changes, titles: Mapping[str, str], locale: str) -> list[dict[str, Any]]:
    """Each amount that is not what was shown: what, of which item, shown, given, and the difference."""
    _ = translator(locale).gettext
    return [
        {
            "label": _(_ITEMS[item.item]),
            "of": titles.get(item.line, "") if item.line else "",
            "shown": item.shown,
            "acted": item.acted,
            "gain": item.gain,
        }
        for item in changes.items
    ]
