"""What follows from counting and judging, in sentences for the bench; amounts are those of settling."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from returns_app.core.case import SWAPPED
from returns_app.core.quote import Quote
from returns_app.faces.warehouse.bench import Bench, Tone
from returns_app.returns.queries import ReturnLineSeen, ReturnSeen
from returns_app.settlement.foresee import foresee
from returns_app.wording import disposition, grade, money


class Follows(msgspec.Struct, frozen=True):
    """One thing that follows, with its tone and the name of its icon."""

    text: str
    tone: Tone = "neutral"
    icon: str = "forward"


async def follows(bench: Bench, seen: ReturnSeen) -> list[Follows]:
    """What happens next with money and goods, the money first."""
    foreseen = await foresee(seen.id, merchant=bench.shop.id)
    given = [each for quote in foreseen.given for each in _given(bench, quote)]
    due = [*_due(bench, seen, foreseen.due)] if foreseen.due else []
    lines = [each for line in seen.lines for each in _of_line(bench, line)]
    return [*given, *due, *lines]


def _due(bench: Bench, seen: ReturnSeen, quote: Quote) -> Iterator[Follows]:
    _ = bench.say
    if quote.refund:
        text = _("Refund of %(amount)s goes out.") % {"amount": money(quote.refund, bench.locale)}
        yield Follows(text, "success", "money")
    if credit := quote.credit + quote.bonus:
        text = _("Store credit of %(amount)s goes out.") % {"amount": money(credit, bench.locale)}
        yield Follows(text, "success", "credit")
    swapped = {line.line for line in quote.lines if line.resolution in SWAPPED}
    for line in seen.lines:
        if str(line.order_line) in swapped:
            text = _("The new item goes out: %(title)s.") % {"title": line.exchange_title or line.title}
            yield Follows(text, "success", "exchange")


def _given(bench: Bench, quote: Quote) -> Iterator[Follows]:
    _ = bench.say
    if quote.refund:
        text = _("Refund of %(amount)s is on its way already.") % {
            "amount": money(quote.refund, bench.locale)
        }
        yield Follows(text, "neutral", "money")
    if credit := quote.credit + quote.bonus:
        text = _("Store credit of %(amount)s was given already.") % {"amount": money(credit, bench.locale)}
        yield Follows(text, "neutral", "credit")
    if any(line.resolution in SWAPPED for line in quote.lines):
        yield Follows(_("The new item was sent for already."), "neutral", "exchange")


def _of_line(bench: Bench, line: ReturnLineSeen) -> Iterator[Follows]:
    _, title = bench.say, line.title
    if line.verdict == "deduct":
        text = _("A person checks the deduction for “%(title)s”. Keep it apart.") % {"title": title}
        yield Follows(text, "notice", "person")
    if line.verdict == "refuse" or (line.decision == "rejected" and line.received):
        text = _("“%(title)s” goes back to the shopper.") % {"title": title}
        yield Follows(text, "danger", "undo")
    elif line.grade and line.disposition:
        words = {
            "title": title,
            "grade": grade(line.grade, bench.locale),
            "where": disposition(line.disposition, bench.locale),
        }
        yield Follows(_("“%(title)s”: %(grade)s. %(where)s.") % words, "neutral", "box")
    if line.missing:
        text = bench.ngettext(
            "%(num)s missing: “%%(title)s”. The shop decides.",
            "%(num)s missing: “%%(title)s”. The shop decides.",
            line.missing,
        )
        yield Follows(text % {"title": title}, "notice", "alert")
    if line.wrong:
        text = bench.ngettext(
            "%(num)s wrong item instead of “%%(title)s”. Keep it apart; the shop decides.",
            "%(num)s wrong items instead of “%%(title)s”. Keep them apart; the shop decides.",
            line.wrong,
        )
        yield Follows(text % {"title": title}, "notice", "alert")
