"""The offers for one line side by side, each with its exact amounts."""

from __future__ import annotations

import msgspec

from returns_app.core.case import Asked, Case, Resolution
from returns_app.core.quote import Quote, bonus_offered, quote
from returns_app.money import Money


class Offer(msgspec.Struct, frozen=True):
    """One resolution of one line: what the shopper gets, the bonus in it, and what it costs to choose it.

    `worth` is money, credit with its bonus, or the value towards another item with its bonus, less
    `cost` (fee and return cost). `quote` is this line alone, chosen so.
    """

    resolution: Resolution
    worth: Money
    bonus: Money
    cost: Money
    quote: Quote


def offers(case: Case, line: str) -> tuple[Offer, ...]:
    """What `line` of the case may become, in the policy's order. Raises KeyError on an unknown line."""
    for asked in case.lines:
        if asked.line == line:
            return tuple(_offer(case, asked, resolution) for resolution in _offered(asked))
    raise KeyError(line)


def _offered(asked: Asked) -> tuple[Resolution, ...]:
    return msgspec.convert(asked.answers.offers or (), tuple[Resolution, ...])


def _offer(case: Case, asked: Asked, resolution: Resolution) -> Offer:
    chosen = msgspec.structs.replace(asked, resolution=resolution)
    alone = quote(msgspec.structs.replace(case, lines=(chosen,)))
    quoted = alone.lines[0]
    bonus = _bonus(case, chosen, alone)
    cost = quoted.fee + alone.return_cost
    worth = quoted.value + alone.shipping_refund + bonus - cost
    return Offer(resolution, max(worth, case.zero), bonus, cost, alone)


def _bonus(case: Case, chosen: Asked, alone: Quote) -> Money:
    """Before the other item is chosen, an exchange shows the bonus that a dearer one would bring."""
    quoted = alone.lines[0]
    if chosen.resolution != "exchange" or chosen.new_item is not None:
        return quoted.bonus
    offered, _ = bonus_offered(case, chosen, quoted.value)
    cap = chosen.answers.bonus_cap
    return offered if cap is None else min(offered, max(cap - case.earlier.bonus, case.zero))
