"""What sending costs: the outbound shipping given back, and the return parcel charged."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from returns_app.core.case import SALE_UNDONE, Asked, Case, amount_of, better_of
from returns_app.money import Money, round_half_up, total
from returns_app.policy import Plain


def shipping_refund(case: Case, room: Money) -> Money:
    """Of the lines whose sale is undone the most generous answer counts; several steps add up.

    Never more than `room`, which is left of what was paid, nor than was paid for shipping.
    """
    undone = [asked for asked in case.lines if asked.resolution in SALE_UNDONE]
    before = case.earlier.back
    after = before | {(asked.line, unit) for asked in undone for unit in asked.units}
    heard = [*undone, *(asked for asked in case.beside if asked.resolution in SALE_UNDONE)]
    wished = max((_shipping_by(case, asked, before, after) for asked in heard), default=case.zero)
    unpaid = case.order.shipping.gross - case.earlier.shipping
    return max(min(wished, unpaid, room), case.zero)


def _shipping_by(
    case: Case, asked: Asked, before: frozenset[tuple[str, int]], after: frozenset[tuple[str, int]]
) -> Money:
    match asked.answers.shipping_refund:
        case "whole-order" | "either" if after >= _every_unit(case):
            return case.order.shipping.gross
        case "proportional" | "either":
            return _shipping_of(case, after) - _shipping_of(case, before)
        case _:
            return case.zero


def _shipping_of(case: Case, units: Iterable[tuple[str, int]]) -> Money:
    """The shipping that belongs to these units by their gross, cumulative, so that steps leave no cent."""
    weights = {
        (line.line, place): unit.gross.minor
        for line in case.order.lines
        for place, unit in enumerate(line.units)
    }
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    weight, whole = sum(weights[unit] for unit in units), sum(weights.values())
    minor = round_half_up(Decimal(case.order.shipping.gross.minor * weight) / whole)
    return Money(minor, case.order.currency)


def _every_unit(case: Case) -> frozenset[tuple[str, int]]:
    return frozenset((line.line, place) for line in case.order.lines for place in range(len(line.units)))


def return_cost(case: Case) -> tuple[Money, Plain | None]:
    """Once per parcel, the most generous over its lines; nothing for what the shopper keeps.

    Where two sides' amounts were kept, which of them was taken.
    """
    costs: dict[str, tuple[Money, Plain | None]] = {}
    sent = {asked.parcel for asked in case.lines if asked.resolution != "keep"}
    for asked in (*case.lines, *case.beside):
        if asked.resolution != "keep" and asked.parcel in sent:
            cost = _line_return_cost(case, asked)
            costs[asked.parcel] = min(cost, costs.get(asked.parcel, cost), key=_amount)
    whole = total((amount for amount, _ in costs.values()), case.order.currency)
    taken = next((plain for _, plain in costs.values() if plain is not None), None)
    return max(whole - case.earlier.return_cost, case.zero), taken


def _line_return_cost(case: Case, asked: Asked) -> tuple[Money, Plain | None]:
    rates = asked.answers.return_shipping
    if rates is None:
        return case.zero, None
    methods = (case.method,) if case.method else asked.answers.methods or (None,)

    def worth(plain: Plain | None) -> Money:
        return amount_of(plain, case.zero, case.label_cost)

    return min(
        (better_of(rates.for_(asked.resolution, method), worth, case.label_cost) for method in methods),
        key=_amount,
    )


def _amount(cost: tuple[Money, Plain | None]) -> Money:
    return cost[0]
