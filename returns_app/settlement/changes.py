"""What a return gives in several steps, laid beside what its shopper was shown once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from returns_app.core.differences import Changes, difference
from returns_app.core.quote import Quote, QuotedLine
from returns_app.money import Money, total

_AMOUNTS = ("goods", "held", "tax", "deduction", "fee", "bonus", "new_goods")
_SUMS = ("shipping_refund", "return_cost", "new_shipping", "refund", "credit", "bonus", "account", "due")


class Given(msgspec.Struct, frozen=True):
    """An earlier step: the quote it acted on, and what was said to differ then."""

    quote: Quote
    differences: Changes


def changes(shown: Quote, before: Sequence[Given], acted: Quote, open_lines: Collection[str]) -> Changes:
    """What this step makes certain: a line of which more can come is not changed yet, and each is told once.

    The amounts of the whole return are compared with its last line, over all steps together.
    """
    steps = [*(each.quote for each in before), acted]
    told = {line for each in before for line in _named(each.differences)}
    certain = {line.line for quote in (shown, acted) for line in quote.lines} - told - set(open_lines)
    whole = {} if open_lines else {name: _sum(name, steps) for name in _SUMS}
    return difference(
        msgspec.structs.replace(shown, lines=tuple(line for line in shown.lines if line.line in certain)),
        msgspec.structs.replace(shown, lines=tuple(_together(steps, certain)), **whole),
    )


def _named(said: Changes) -> Iterator[str]:
    yield from (each.line for each in said.units)
    yield from (each.line for each in said.items if each.line)


def _sum(name: str, steps: Sequence[Quote]) -> Money:
    return total((getattr(each, name) for each in steps), steps[-1].currency)


def _together(steps: Sequence[Quote], lines: Collection[str]) -> Iterator[QuotedLine]:
    """Each line over all its steps."""
    for key in dict.fromkeys(line.line for quote in steps for line in quote.lines if line.line in lines):
        parts = [line for quote in steps for line in quote.lines if line.line == key]
        sums = {name: total((getattr(part, name) for part in parts), steps[-1].currency) for name in _AMOUNTS}
        units = tuple(unit for part in parts for unit in part.units)
        yield msgspec.structs.replace(parts[-1], units=units, **sums)
