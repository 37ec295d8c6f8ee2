"""Generators of paid orders, returns and payments for the money properties."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from returns_app.core.case import Asked, Case, Earlier
from returns_app.core.paid import PaidLine, PaidOrder, paid_units, shipping_paid, tax_within
from returns_app.core.tender import Tender
from returns_app.money import Money
from returns_app.policy import METHODS, RESOLUTIONS, Cost, Percent
from tests.core.makers import asked, cents, rates, total_of

amounts = st.integers(0, 20_000).map(cents)
points = st.decimals(0, 100, places=1)
tax_rates = st.sampled_from([0, 900, 2100, 2333])
fees = st.one_of(st.none(), amounts.map(rates), points.map(Percent).map(rates))
return_costs = st.one_of(st.none(), amounts.map(rates), st.just(rates(Cost())))
bonuses = st.one_of(st.none(), amounts, points.map(Percent))


@st.composite
def paid_lines(draw: st.DrawFn, key: str) -> PaidLine:
    paid, rate, quantity = draw(amounts), draw(tax_rates), draw(st.integers(1, 5))
    units = paid_units(paid, tax_within(paid, rate), quantity)
    return PaidLine(key, units, rate, units[0].gross + draw(amounts))


@st.composite
def paid_orders(draw: st.DrawFn) -> PaidOrder:
    lines = tuple(draw(paid_lines(f"line {place}")) for place in range(draw(st.integers(1, 4))))
    rate = draw(tax_rates)
    return PaidOrder("EUR", lines, shipping_paid(draw(amounts), rate), rate)


@st.composite
def tenders(draw: st.DrawFn, whole: Money) -> tuple[Tender, ...]:
    """Payments that together captured exactly `whole`."""
    cuts = sorted(draw(st.lists(st.integers(0, whole.minor), max_size=3)))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, whole.minor], strict=True)]
    kinds = st.sampled_from(["money", "money", "credit"])
    return tuple(
        Tender(f"payment {place}", draw(kinds), cents(part), cents(part)) for place, part in enumerate(parts)
    )


def units_of(paid: PaidOrder) -> list[tuple[str, int]]:
    return [(line.line, place) for line in paid.lines for place in range(len(line.units))]


@st.composite
def asked_lines(draw: st.DrawFn, key: str, units: list[int]) -> Asked:
    told: dict[str, Any] = {
        "fee": draw(fees),
        "return_shipping": draw(return_costs),
        "credit_bonus": draw(bonuses),
        "exchange_bonus": draw(bonuses),
        "bonus_cap": draw(st.none() | amounts),
        "keep": draw(st.none() | st.integers(0, 100).map(Decimal)),
        "shipping_refund": draw(st.sampled_from(["none", "proportional", "whole-order", None])),
        "methods": draw(st.none() | st.lists(st.sampled_from(METHODS), min_size=1, unique=True).map(tuple)),
        "before": draw(st.none() | amounts),
        "deduction": draw(st.none() | amounts),
        "parcel": draw(st.sampled_from(["", "north"])),
    }
    if draw(st.booleans()):
        told |= {"price": str(draw(amounts).amount), "same": draw(st.booleans())}
    return asked(key, units, draw(st.sampled_from(RESOLUTIONS)), **told)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    paid = draw(paid_orders())
    earlier = Earlier(
        given=draw(amounts), shipping=draw(amounts), return_cost=draw(amounts), bonus=draw(amounts)
    )
    chosen = draw(st.lists(st.sampled_from(paid.lines), min_size=1, unique_by=lambda line: line.line))
    return Case(
        order=paid,
        lines=tuple(
            draw(
                asked_lines(line.line, sorted(draw(st.sets(st.integers(0, len(line.units) - 1), min_size=1))))
            )
            for line in chosen
        ),
        payments=draw(tenders(total_of(paid))),
        earlier=draw(st.sampled_from([Earlier.nothing("EUR"), earlier])),
        method=draw(st.none() | st.sampled_from(METHODS)),
        label_cost=draw(st.none() | amounts),
        new_shipping=draw(st.none() | amounts),
        surplus=draw(st.sampled_from(["refund", "credit"])),
        tenders=draw(st.sampled_from(["pro-rata", "in-order"])),
    )
