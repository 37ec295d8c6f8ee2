"""A quote as a sum people can add up: each item, what is taken off, what comes out of it and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from returns_app import wording
from returns_app.core.case import SWAPPED
from returns_app.core.quote import Quote, QuotedLine
from returns_app.money import Money
from returns_app.wording import translator

Row = dict[str, Any]


class Named(msgspec.Struct, frozen=True):
    """What a line of a quote is called: its title and its size, colour and so on."""

    title: str
    options: str = ""


class Sum(msgspec.Struct, frozen=True):
    """For the part `sum`: rows, the total, and how it is given when it is given in several ways."""

    lines: list[Row]
    total: Row
    differences: list[Row]


def sum_of(quote: Quote, names: Mapping[str, Named], locale: str) -> Sum:
    """Every row adds up to the total; see Quote.balance."""
    rows = [row for line in quote.lines for row in _rows(line, names[line.line], locale)]
    ways = _ways(quote, locale)
    return Sum([*rows, *_whole(quote, locale)], _total(quote, ways, locale), _parts(ways, locale))


def _rows(line: QuotedLine, name: Named, locale: str) -> list[Row]:
    _ = translator(locale).gettext
    count = f" × {len(line.units)}" if len(line.units) > 1 else ""
    outcome = wording.resolution(line.resolution, locale)
    about = f"{name.options} · {outcome}" if name.options else outcome
    parts = [
        (_("Given back before"), -line.held),
        (_("Taken off for its condition"), -line.deduction),
        (_("Fee"), -line.fee),
        (_("Extra for choosing store credit") if line.resolution == "credit" else _("Extra"), line.bonus),
        (_("The other item"), -line.new_goods),
    ]
    first = {"label": f"{name.title}{count}", "amount": line.goods, "note": about}
    return [first, *_those_that_count(parts)]


def _whole(quote: Quote, locale: str) -> list[Row]:
    _ = translator(locale).gettext
    parts = [
        (_("Delivery you paid"), quote.shipping_refund),
        (_("Sending it back"), -quote.return_cost),
        (_("Delivery of the other item"), -quote.new_shipping),
    ]
    return _those_that_count(parts)


def _those_that_count(parts: Sequence[tuple[str, Money]]) -> list[Row]:
    return [{"label": label, "amount": amount} for label, amount in parts if amount]


def _ways(quote: Quote, locale: str) -> list[Row]:
    _ = translator(locale).gettext
    parts = [
        (_("As money, the way you paid"), quote.refund),
        (_("As store credit"), quote.credit + quote.bonus),
        (_("On your account"), quote.account),
        (_("You pay"), -quote.due),
    ]
    return _those_that_count(parts)


def _parts(ways: Sequence[Row], locale: str) -> list[Row]:
    """How the total is given, when that is in several ways; no differences, so without a sign."""
    if len(ways) < 2:
        return []
    return [{**way, "amount": wording.money(way["amount"], locale)} for way in ways]


def _total(quote: Quote, ways: Sequence[Row], locale: str) -> Row:
    _ = translator(locale).gettext
    if len(ways) > 1:
        return {"label": _("Together"), "amount": quote.balance}
    if quote.due:
        return {"label": _("You pay"), "amount": quote.due}
    if ways:
        return {"label": _("You get back"), "amount": quote.balance, "note": ways[0]["label"]}
    swapped = any(line.resolution in SWAPPED for line in quote.lines)
    return {
        "label": _("You pay nothing") if swapped else _("You get back"),
        "amount": Money.zero(quote.currency),
    }
