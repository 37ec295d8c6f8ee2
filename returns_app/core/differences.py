"""What changed between the quote a shopper saw and the one that settled, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from returns_app.core.quote import Quote, QuotedLine
from returns_app.money import Money

LineItem = Literal["goods", "held", "deduction", "fee", "bonus", "new_goods"]
ReturnItem = Literal["shipping_refund", "return_cost", "new_shipping"]
Sum = Literal["refund", "credit", "bonus", "account", "due"]

_LINE_ITEMS: tuple[LineItem, ...] = ("goods", "held", "deduction", "fee", "bonus", "new_goods")
_RETURN_ITEMS: tuple[ReturnItem, ...] = ("shipping_refund", "return_cost", "new_shipping")
_SUMS: tuple[Sum, ...] = ("refund", "credit", "bonus", "account", "due")
_GAINS = frozenset({"goods", "bonus", "shipping_refund"})


class Difference(msgspec.Struct, frozen=True):
    """One amount that is not what was shown. `line` is None for what concerns the whole return."""

    item: LineItem | ReturnItem
    line: str | None
    shown: Money
    acted: Money

    @property
    def gain(self) -> Money:
        """How much better (or below zero, worse) this makes it for the shopper."""
        change = self.acted - self.shown
        return change if self.item in _GAINS else -change


class UnitsChanged(msgspec.Struct, frozen=True):
    """A line settled with other units than shown, or for another resolution (None: not in that quote)."""

    line: str
    shown: int
    acted: int
    shown_as: str | None
    acted_as: str | None


class Changes(msgspec.Struct, frozen=True):
    """`items` explain every cent; `units` say why; `sums` are the totals that moved, by name."""

    units: tuple[UnitsChanged, ...]
    items: tuple[Difference, ...]
    sums: dict[Sum, tuple[Money, Money]]


def difference(shown: Quote, acted: Quote) -> Changes:
    """Everything that differs; empty when the shopper gets exactly what was shown.

    The gains of `items` add up to `acted.balance - shown.balance`.
    """
    return Changes(
        units=tuple(_units(shown, acted)),
        items=(*_line_items(shown, acted), *_return_items(shown, acted)),
        sums={
            name: (getattr(shown, name), getattr(acted, name))
            for name in _SUMS
            if getattr(shown, name) != getattr(acted, name)
        },
    )


def _pairs(shown: Quote, acted: Quote) -> Iterator[tuple[str, QuotedLine | None, QuotedLine | None]]:
    before, after = _by_key(shown), _by_key(acted)
    for key in dict.fromkeys((*before, *after)):
        yield key[0], before.get(key), after.get(key)


def _by_key(quote: Quote) -> dict[tuple[str, int], QuotedLine]:
    """An order line can stand in a quote more than once: two units of it, two resolutions."""
    seen: dict[str, int] = {}
    keyed: dict[tuple[str, int], QuotedLine] = {}
    for line in quote.lines:
        seen[line.line] = seen.get(line.line, 0) + 1
        keyed[line.line, seen[line.line]] = line
    return keyed


def _units(shown: Quote, acted: Quote) -> Iterator[UnitsChanged]:
    for key, before, after in _pairs(shown, acted):
        was = (len(before.units), before.resolution) if before else (0, None)
        now = (len(after.units), after.resolution) if after else (0, None)
        if was != now:
            yield UnitsChanged(key, was[0], now[0], was[1], now[1])


def _line_items(shown: Quote, acted: Quote) -> Iterator[Difference]:
    zero = Money.zero(shown.currency)
    for key, before, after in _pairs(shown, acted):
        for item in _LINE_ITEMS:
            was: Money = getattr(before, item) if before else zero
            now: Money = getattr(after, item) if after else zero
            if was != now:
                yield Difference(item, key, was, now)


def _return_items(shown: Quote, acted: Quote) -> Iterator[Difference]:
    for item in _RETURN_ITEMS:
        was, now = getattr(shown, item), getattr(acted, item)
        if was != now:
            yield Difference(item, None, was, now)
