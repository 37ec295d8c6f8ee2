"""A refund over the payments it came from: same means of payment, never more than each can still take.

What no payment can take is paid out by hand. A part on original store credit is restored as credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from returns_app.money import Money, spread, total


class Tender(msgspec.Struct, frozen=True):
    """One payment of the order: what it captured, and what can still go back to it.

    `kind` credit is store credit or a gift card of ours. `takes` says what its method can do:
    any part, only the whole of what is refundable, or nothing any more.
    """

    key: str
    kind: Literal["money", "credit"]
    captured: Money
    refundable: Money
    takes: Literal["any", "whole", "nothing"] = "any"


class Part(msgspec.Struct, frozen=True):
    """What one payment gets back, always more than zero; kind credit is restored as credit."""

    key: str
    kind: Literal["money", "credit"]
    amount: Money


class Split(msgspec.Struct, frozen=True):
    """Parts in the order of the payments, and `by_hand` what is left to pay out by hand."""

    parts: tuple[Part, ...]
    by_hand: Money


def pro_rata(amount: Money, tenders: Sequence[Tender]) -> Split:
    """Split by what is still refundable; largest remainder, ties to the first payment."""
    open_to_any = [tender for tender in tenders if tender.takes == "any"]
    room = total((_room(tender) for tender in open_to_any), amount.currency)
    # Payments that take only a whole refund are used only where the others cannot carry it all.
    taken = _whole_ones(amount, tenders) if amount > room else {}
    rest = min(amount - total(taken.values(), amount.currency), room)
    shares = spread(rest.minor, [_room(tender).minor for tender in open_to_any]) if rest else []
    taken |= {
        tender.key: Money(share, amount.currency)
        for tender, share in zip(open_to_any, shares or [0] * len(open_to_any), strict=True)
    }
    return _split(amount, tenders, taken)


def in_order(amount: Money, tenders: Sequence[Tender]) -> Split:
    """Drain the payments one after the other, in the order given (a merchant's own order)."""
    taken: dict[str, Money] = {}
    rest = amount
    for tender in tenders:
        room = _room(tender)
        part = room if tender.takes == "whole" and room <= rest else min(room, rest)
        if tender.takes == "nothing" or (tender.takes == "whole" and part < room):
            continue
        taken[tender.key] = part
        rest -= part
    return _split(amount, tenders, taken)


def _whole_ones(amount: Money, tenders: Sequence[Tender]) -> dict[str, Money]:
    taken: dict[str, Money] = {}
    for tender in tenders:
        if tender.takes == "whole" and _room(tender) <= amount:
            taken[tender.key] = _room(tender)
            amount -= _room(tender)
    return taken


def _room(tender: Tender) -> Money:
    """Never negative: a dispute after a refund can leave a payment below zero."""
    return max(tender.refundable, Money.zero(tender.refundable.currency))


def _split(amount: Money, tenders: Sequence[Tender], taken: dict[str, Money]) -> Split:
    parts = tuple(Part(t.key, t.kind, taken[t.key]) for t in tenders if taken.get(t.key))
    return Split(parts, amount - total((part.amount for part in parts), amount.currency))
