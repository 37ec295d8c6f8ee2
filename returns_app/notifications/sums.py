"""A quote as lines a shopper can add up, and how a settlement differs from what was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from returns_app.core.case import SWAPPED
from returns_app.core.differences import Difference, difference
from returns_app.core.lifecycle import LineDecision
from returns_app.core.quote import Quote, QuotedLine
from returns_app.money import Money, total
from returns_app.notifications.told import Told
from returns_app.returns.queries import ReturnLineSeen


class SumLine(msgspec.Struct, frozen=True):
    """An amount with what it is for; below zero the shopper gets less."""

    label: str
    amount: Money
    note: str = ""


class Sum(msgspec.Struct, frozen=True):
    """`lines` add up to the balance of the quote, and so do `totals`."""

    lines: list[SumLine]
    totals: list[SumLine]


def sum_of(quote: Quote, told: Told) -> Sum:
    """The quote line by line, as the shopper is shown it."""
    lines = [part for line in quote.lines for part in _line(line, told)]
    return Sum(lines + _whole(quote, told.gettext), _totals(quote, told.gettext))


def _line(line: QuotedLine, told: Told) -> Iterable[SumLine]:
    _ = told.gettext
    seen = line_of(told, line.line, line.resolution)
    yield SumLine(_many(name_of(told, line.line), len(line.units)), line.goods - line.held, _kept(line, told))
    if line.resolution in SWAPPED:
        yield SumLine(_other(seen, told), -line.new_goods)
    parts = (
        (_("Less, because of its condition"), -line.deduction),
        (_("Fee for handling"), -line.fee),
        (_("Extra from us"), line.bonus),
    )
    yield from (SumLine(label, amount, name_of(told, line.line)) for label, amount in parts if amount)


def _kept(line: QuotedLine, told: Told) -> str:
    return told.gettext("You keep it.") if line.resolution == "keep" else ""


def _other(seen: ReturnLineSeen | None, told: Told) -> str:
    _ = told.gettext
    if seen is None or not seen.exchange_title:
        return _("The same item again")
    options = ", ".join((seen.exchange_options or {}).values())
    return _("In exchange: %(item)s") % {"item": ", ".join(filter(None, [seen.exchange_title, options]))}


def _whole(quote: Quote, _: Callable[[str], str]) -> list[SumLine]:
    parts = (
        SumLine(_("Shipping costs back"), quote.shipping_refund),
        SumLine(_("Return costs"), -quote.return_cost),
        SumLine(_("Sending the other item"), -quote.new_shipping),
    )
    return [part for part in parts if part.amount]


def _totals(quote: Quote, _: Callable[[str], str]) -> list[SumLine]:
    parts = (
        SumLine(_("Money back"), quote.refund),
        SumLine(_("Store credit"), quote.credit + quote.bonus),
        SumLine(_("Credit on your account"), quote.account),
        SumLine(_("To pay"), -quote.due),
    )
    there = [part for part in parts if part.amount]
    return there or [SumLine(_("In all"), Money.zero(quote.currency))]


# What changed ---------------------------------------------------------------------------------------


def changes_of(shown: Quote, acted: Quote, told: Told, reasons: Mapping[str, str]) -> list[SumLine]:
    """Every amount that is not what was shown, with why; they add up to the whole difference.

    `reasons` are those of confirmed deductions, by return line.
    """
    changed = difference(shown, acted)
    by_line: dict[str, list[Difference]] = {}
    for item in changed.items:
        by_line.setdefault(item.line or "", []).append(item)
    lines = [
        change for line, items in by_line.items() if line for change in _changed(line, items, told, reasons)
    ]
    return lines + [_of_whole(item, told.gettext) for item in by_line.get("", [])]


def _changed(
    line: str, items: Sequence[Difference], told: Told, reasons: Mapping[str, str]
) -> Iterable[SumLine]:
    deducted = [item for item in items if item.item == "deduction"]
    rest = [item.gain for item in items if item.item != "deduction"]
    name = name_of(told, line)
    if rest and (gain := total(rest, items[0].shown.currency)):
        yield SumLine(name, gain, why(told, line))
    said = [reasons.get(str(seen.id), "") for seen in told.seen.lines if str(seen.order_line) == line]
    note = ": ".join(
        filter(None, [told.gettext("Less, because of its condition"), " · ".join(filter(None, said))])
    )
    for item in deducted:
        yield SumLine(name, item.gain, note)


def _of_whole(item: Difference, _: Callable[[str], str]) -> SumLine:
    labels = {
        "shipping_refund": _("Shipping costs back"),
        "return_cost": _("Return costs"),
        "new_shipping": _("Sending the other item"),
    }
    return SumLine(labels[item.item], item.gain)


def why(told: Told, order_line: str) -> str:
    """Why a line was settled otherwise than shown, as far as the bench or a person said so."""
    _ = told.gettext
    found = [line for line in told.seen.lines if str(line.order_line) == order_line]
    said = [_("%(num)s not in the parcel") % {"num": line.missing} for line in found if line.missing] + [
        _("%(num)s a different item") % {"num": line.wrong} for line in found if line.wrong
    ]
    for line in found:
        if line.decision == LineDecision.REJECTED:
            said.append(line.decided_because or _("Not accepted"))
        elif line.decision == LineDecision.WITHDRAWN:
            said.append(_("You keep it."))
        elif line.verdict == "refuse":
            said.append(_("It came back in a state we can't take back"))
    return " · ".join(said)


def together(quotes: Sequence[Quote]) -> Quote:
    """Several settlements of one return as one quote: every amount is the sum of theirs."""
    first = quotes[0]
    merged: dict[tuple[str, str], QuotedLine] = {}
    for line in (line for quote in quotes for line in quote.lines):
        key = line.line, line.resolution
        merged[key] = _added(merged[key], line) if key in merged else line
    sums = {name: total((getattr(quote, name) for quote in quotes), first.currency) for name in _SUMS}
    return msgspec.structs.replace(first, lines=tuple(merged.values()), **sums)


_SUMS = (
    "shipping_refund",
    "shipping_tax",
    "return_cost",
    "new_shipping",
    "refund",
    "credit",
    "bonus",
    "account",
    "due",
)
_AMOUNTS = ("goods", "held", "tax", "deduction", "fee", "bonus", "new_goods")


def _added(one: QuotedLine, other: QuotedLine) -> QuotedLine:
    sums = {name: getattr(one, name) + getattr(other, name) for name in _AMOUNTS}
    return msgspec.structs.replace(one, units=one.units + other.units, **sums)


# Names ----------------------------------------------------------------------------------------------


def line_of(told: Told, order_line: str, resolution: str) -> ReturnLineSeen | None:
    """The return's line for an order line; of several, the one with this resolution."""
    found = [line for line in told.seen.lines if str(line.order_line) == order_line]
    return next((line for line in found if line.resolution == resolution), found[0] if found else None)


def name_of(told: Told, order_line: str) -> str:
    line = line_of(told, order_line, "")
    return told.name(line) if line else ""


def _many(name: str, quantity: int) -> str:
    return f"{name} × {quantity}" if quantity > 1 else name
