"""One answer for a whole parcel or return whose lines were answered differently.

For what the shopper pays or gets the most generous counts, for the moment of paying the strictest,
and each warehouse gets its own parcel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from returns_app.money import Money
from returns_app.policy.amounts import METHODS, RESOLUTIONS, Amount, Cost, Either, Rate, Rates, is_zero
from returns_app.policy.answers import MOMENTS, Moment, PayOn
from returns_app.policy.questions import QUESTIONS


class AnsweredPerLine(ValueError):
    """The question is one of a line, and is not merged."""


def merge(question: str, answers: Sequence[Any]) -> tuple[Any, ...]:
    """The answer for all lines together; several where only this case's amounts can tell which is better.

    `ship_to` gives one answer per parcel. Raises AnsweredPerLine for a question of a line.
    """
    if QUESTIONS[question].scope == "line":
        raise AnsweredPerLine(f"{question} is answered line by line")
    return _MERGES[question](tuple(dict.fromkeys(answers)))


def _return_shipping(answers: tuple[Rates | None, ...]) -> tuple[Rates, ...]:
    """Cell by cell the least. Money and the label's own price can't be compared here: both are kept."""
    told = [rates for rates in answers if rates is not None]
    if len(told) < 2:
        return tuple(told)
    preferring_money = _cells(told, lambda least: least[0])
    preferring_cost = _cells(told, lambda least: least[-1])
    return tuple(dict.fromkeys([preferring_money, preferring_cost]))


def _cells(told: Sequence[Rates], choose: Callable[[list[Amount]], Amount]) -> Rates:
    rates = [
        Rate(resolution, method, choose(_least([each.for_(resolution, method) for each in told])))
        for resolution in RESOLUTIONS
        for method in METHODS
    ]
    return Rates(tuple(rates), told[0].currency)


def _least(amounts: Iterable[Amount]) -> list[Amount]:
    """The least money, and the label's own price beside it where some line asks for that."""
    amounts = [plain for each in amounts for plain in (each.of if isinstance(each, Either) else (each,))]
    money = sorted(amount for amount in amounts if isinstance(amount, Money))
    if money and is_zero(money[0]):
        return [money[0]]
    return [*money[:1], *[amount for amount in amounts if isinstance(amount, Cost)][:1]]


def _methods(answers: tuple[tuple[str, ...] | None, ...]) -> tuple[tuple[str, ...], ...]:
    return (tuple(dict.fromkeys(method for methods in answers for method in methods or ())),)


def _bonus_cap(answers: tuple[Money | None, ...]) -> tuple[Money | None, ...]:
    capped = [cap for cap in answers if cap is not None]
    return (max(capped) if len(capped) == len(answers) else None,)


def _pay_on(answers: tuple[PayOn | None, ...]) -> tuple[PayOn, ...]:
    told = [pay_on for pay_on in answers if pay_on is not None]
    if len(told) < 2:
        return tuple(told)
    return (PayOn(None, tuple((resolution, _latest(told, resolution)) for resolution in RESOLUTIONS)),)


def _latest(told: Sequence[PayOn], resolution: str) -> Moment:
    moments = {pay_on.for_(resolution) for pay_on in told}
    return next(moment for moment in reversed(MOMENTS) if moment in moments)


def _shipping_refund(answers: tuple[str | None, ...]) -> tuple[str, ...]:
    """A share and the whole order's shipping are better in turn, so both are kept; none is never better."""
    told = tuple(answer for answer in answers if answer is not None)
    return tuple(answer for answer in told if answer != "none") or told


def _first_of(*kindest_first: str) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    return lambda answers: tuple([word for word in kindest_first if word in answers][:1])


def _each(answers: tuple[Any, ...]) -> tuple[Any, ...]:
    return answers


_MERGES: dict[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]] = {
    "return_shipping": _return_shipping,
    "methods": _methods,
    "bonus_cap": _bonus_cap,
    "pay_on": _pay_on,
    "shipping_refund": _shipping_refund,
    "promotion": _first_of("keep", "reclaim"),
    "gift_back": _first_of("no", "yes"),
    "ship_to": _each,
}
