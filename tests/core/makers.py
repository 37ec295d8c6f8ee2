"""Makers of the pure core's nouns: each takes what a test is about and fills in the rest plainly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from returns_app.core.case import Asked, Case, Earlier, NewItem, Resolution
from returns_app.core.paid import PaidLine, PaidOrder, paid_units, shipping_paid, tax_within
from returns_app.core.tender import Tender
from returns_app.money import Money
from returns_app.policy import METHODS, QUESTIONS, RESOLUTIONS, Amount, Answers, Percent, Rate, Rates


def eur(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def cents(minor: int) -> Money:
    return Money(minor, "EUR")


def percent(points: str | int) -> Percent:
    return Percent(Decimal(points))


def rates(amount: Amount | None = None, **by_name: Amount) -> Rates:
    """One amount for all, or by resolution or method."""
    told = [Rate(None, None, amount)] if amount is not None else []
    told += [
        Rate(name if name in RESOLUTIONS else None, name if name in METHODS else None, one)
        for name, one in by_name.items()
    ]
    return Rates(tuple(told), "EUR")


def answers(**told: Any) -> Answers:
    """Answers as the house rule gives them when it charges and adds nothing."""
    plain: dict[str, Any] = dict.fromkeys(QUESTIONS, None)
    plain |= {"offers": ("exchange", "credit", "refund"), "methods": ("label",), "shipping_refund": "none"}
    return Answers(**(plain | told))


def line(
    key: str, *, paid: Money, quantity: int = 1, rate: int = 2100, price: Money | None = None
) -> PaidLine:
    units = paid_units(paid, tax_within(paid, rate), quantity)
    return PaidLine(key, units, rate, price or units[0].gross)


def order(*lines: PaidLine, shipping: str | int = 0, shipping_rate: int = 2100) -> PaidOrder:
    return PaidOrder("EUR", lines, shipping_paid(eur(shipping), shipping_rate), shipping_rate)


def total_of(paid: PaidOrder) -> Money:
    return sum((unit.gross for line in paid.lines for unit in line.units), start=paid.shipping.gross)


def card(amount: Money, *, refundable: Money | None = None, key: str = "card") -> Tender:
    return Tender(key, "money", amount, amount if refundable is None else refundable)


def gift_card(amount: Money) -> Tender:
    return Tender("gift card", "credit", amount, amount)


def asked(
    key: str,
    units: Iterable[int] = (0,),
    resolution: Resolution = "refund",
    *,
    price: str | None = None,
    same: bool = False,
    **told: Any,
) -> Asked:
    """`price` and `same` describe the other item of an exchange; what is an answer becomes one."""
    terms = {name: value for name, value in told.items() if name in QUESTIONS and name != "deduction"}
    rest = {name: value for name, value in told.items() if name not in terms}
    item = NewItem(eur(price), same) if price is not None else None
    return Asked(
        line=key, units=tuple(units), resolution=resolution, answers=answers(**terms), new_item=item, **rest
    )


def case(
    paid: PaidOrder,
    *lines: Asked,
    payments: Sequence[Tender] | None = None,
    earlier: Earlier | None = None,
    **told: Any,
) -> Case:
    return Case(
        order=paid,
        lines=lines,
        payments=tuple(payments) if payments is not None else (card(total_of(paid)),),
        earlier=earlier or Earlier.nothing(paid.currency),
        **told,
    )
