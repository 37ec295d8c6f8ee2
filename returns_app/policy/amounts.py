"""Amounts a policy can answer with: money, a percentage, or what the label costs; and where each applies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeGuard

import msgspec
from babel.core import get_global

from returns_app.money import Money, MoneyError
from returns_app.policy.problems import Place, did_you_mean

RESOLUTIONS = ("refund", "exchange", "replace", "credit", "repair", "keep", "account")
METHODS = ("label", "qr", "store", "pickup", "own")
CURRENCIES: frozenset[str] = frozenset(get_global("all_currencies"))


class Percent(msgspec.Struct, frozen=True, tag="percent"):
    """Percent points of the line: Decimal("40") means 40 %."""

    points: Decimal


class Cost(msgspec.Struct, frozen=True, tag="cost"):
    """The price of the very label that is made, whatever it is."""


Plain = Money | Percent | Cost


class Either(msgspec.Struct, frozen=True, tag="either"):
    """Amounts of several sides that only a case can compare: there the `better` for the shopper counts."""

    of: tuple[Plain, ...]
    better: Literal["less", "more"]


Amount = Money | Percent | Cost | Either


class Prices(msgspec.Struct, frozen=True):
    """One amount told in several currencies, as written in a rule. Never converted."""

    each: tuple[Money, ...]


class Rate(msgspec.Struct, frozen=True):
    """An amount for one resolution and method; None means every one of them."""

    resolution: str | None
    method: str | None
    amount: Amount


class Rates(msgspec.Struct, frozen=True):
    """What something costs the shopper, per resolution and method. What is not named costs nothing."""

    rates: tuple[Rate, ...]
    currency: str

    def for_(self, resolution: str, method: str | None = None) -> Amount:
        """The amount that applies; without a method, that of the first method named for the resolution."""
        for rate in self.rates:
            if rate.resolution in (None, resolution) and (method is None or rate.method in (None, method)):
                return rate.amount
        return Money.zero(self.currency)

    def cells(self) -> tuple[tuple[str, str], ...]:
        """Every (resolution, method) this answer speaks of, one by one."""
        return tuple(
            (resolution, method)
            for resolution in RESOLUTIONS
            for method in METHODS
            if any(r.resolution in (None, resolution) and r.method in (None, method) for r in self.rates)
        )


class RawRate(msgspec.Struct, frozen=True):
    """A rate as written: its amount may be told in several currencies."""

    resolution: str | None
    method: str | None
    amount: Plain | Prices


class RawRates(msgspec.Struct, frozen=True):
    """Rates as written in a rule; `in_currency` makes them Rates."""

    rates: tuple[RawRate, ...]


def is_zero(amount: Amount) -> bool:
    """Whether the amount is nothing at all, in any currency."""
    return (isinstance(amount, Money) and amount.minor == 0) or (
        isinstance(amount, Percent) and amount.points == 0
    )


def in_currency(answer: object, currency: str) -> object | None:
    """`answer` for an order in `currency`; None when it tells money, but not in that currency."""
    match answer:
        case Money():
            if answer.minor == 0:
                return Money.zero(currency)
            return answer if answer.currency == currency else None
        case Prices(each):
            return next((money for money in each if money.currency == currency), None)
        case RawRates(rates):
            return _rates_in(rates, currency)
        case _:
            return answer


def _rates_in(rates: tuple[RawRate, ...], currency: str) -> Rates | None:
    told: list[Rate] = []
    for rate in rates:
        amount = in_currency(rate.amount, currency)
        if not isinstance(amount, Money | Percent | Cost):
            return None
        told.append(Rate(rate.resolution, rate.method, amount))
    return Rates(tuple(told), currency)


_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")


def read_percent(raw: object, at: Place) -> Decimal | None:
    """0 or "15%" as percent points, at most 100."""
    if _is_number_zero(raw):
        return Decimal(0)
    found = _PERCENT.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        at.refuse(f"a percentage is expected, not {written(raw)}.", 'Write it as "15%", or 0.')
        return None
    points = Decimal(found[1])
    if points > 100:
        at.refuse(f"{raw} is more than the whole.", "A percentage ends at 100%.")
        return None
    return points


def read_money(raw: object, at: Place) -> Money | Prices | None:
    """0, "3.95" in the policy's currency, or { EUR = "3.95", GBP = "3.50" }."""
    if isinstance(raw, Mapping):
        return _read_prices(raw, at)
    if _is_number_zero(raw):
        return Money.zero(at.currency)
    return read_price(raw, at.currency, at)


def read_price(raw: object, currency: str, at: Place) -> Money | None:
    """A plain decimal amount of `currency`, never negative."""
    if _is_number_zero(raw):
        return Money.zero(currency)
    if not isinstance(raw, str) or not _DECIMAL.fullmatch(raw.strip()):
        at.refuse(f"an amount of money is expected, not {written(raw)}.", f'Write it as "3.95" ({currency}).')
        return None
    try:
        return Money.of(raw.strip(), currency)
    except MoneyError as error:
        at.refuse(f"{error}.")
        return None


def _read_prices(raw: Mapping[str, object], at: Place) -> Prices | None:
    told: list[Money] = []
    for code, price in raw.items():
        if code not in CURRENCIES:
            (at / code).refuse(f"“{code}” is not a currency (ISO 4217).", did_you_mean_currency(code))
        elif (money := read_price(price, code, at / code)) is not None:
            told.append(money)
    if not raw:
        at.refuse("a table of amounts is empty.", 'Write it as { EUR = "3.95" }.')
    return Prices(tuple(told)) if len(told) == len(raw) > 0 else None


def did_you_mean_currency(code: str) -> str:
    return f"Did you mean “{code.upper()}”?" if code.upper() in CURRENCIES else ""


def read_money_or_percent(raw: object, at: Place) -> Plain | Prices | None:
    """0, "3.95", "15%" or a table per currency."""
    if isinstance(raw, str) and raw.strip().endswith("%"):
        points = read_percent(raw, at)
        return None if points is None else Percent(points)
    return read_money(raw, at)


def read_money_or_cost(raw: object, at: Place) -> Plain | Prices | None:
    """0, "3.95", "cost" (this label's price) or a table per currency."""
    if isinstance(raw, str) and not raw.strip()[:1].isdigit():
        if raw == "cost":
            return Cost()
        at.refuse(f"money or “cost” is expected, not {written(raw)}.", did_you_mean(raw, ["cost"]))
        return None
    return read_money(raw, at)


def read_fee(raw: object, at: Place) -> RawRates | None:
    """Money or percent, for all resolutions alike or per resolution."""
    if not _is_split(raw):
        amount = read_money_or_percent(raw, at)
        return None if amount is None else RawRates((RawRate(None, None, amount),))
    rates: list[RawRate] = []
    for word, value in raw.items():
        if _known(word, RESOLUTIONS, at) and (amount := read_money_or_percent(value, at / word)) is not None:
            rates.append(RawRate(word, None, amount))
    return RawRates(tuple(rates))


def read_return_shipping(raw: object, at: Place) -> RawRates | None:
    """Money or "cost", for all alike, per method, per resolution, or per resolution and method."""
    if not _is_split(raw) or all(word in METHODS for word in raw):
        return _read_methods(raw, None, at)
    rates: list[RawRate] = []
    for word, value in raw.items():
        if _known(word, RESOLUTIONS, at) and (found := _read_methods(value, word, at / word)) is not None:
            rates.extend(found.rates)
    return RawRates(tuple(rates))


def _read_methods(raw: object, resolution: str | None, at: Place) -> RawRates | None:
    if not _is_split(raw):
        amount = read_money_or_cost(raw, at)
        return None if amount is None else RawRates((RawRate(resolution, None, amount),))
    rates: list[RawRate] = []
    for word, value in raw.items():
        if _known(word, METHODS, at) and (amount := read_money_or_cost(value, at / word)) is not None:
            rates.append(RawRate(resolution, word, amount))
    return RawRates(tuple(rates))


def _is_split(raw: object) -> TypeGuard[Mapping[str, object]]:
    """A table that is not a price list: its keys are not written like currencies."""
    return isinstance(raw, Mapping) and not any(isinstance(word, str) and word.isupper() for word in raw)


def _known(word: str, names: tuple[str, ...], at: Place) -> bool:
    if word in names:
        return True
    (at / word).refuse(f"“{word}” is not known here.", did_you_mean(word, names))
    return False


def _is_number_zero(raw: object) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and raw == 0


def written(raw: object) -> str:
    """A value as it stands in the file, shortened, for use in a sentence."""
    match raw:
        case bool():
            text = "true" if raw else "false"
        case str():
            text = f"“{raw}”"
        case float():
            text = f"the fraction {raw}"
        case int():
            text = f"the bare number {raw}"
        case Mapping():
            text = "a table"
        case list():
            text = "a list"
        case _:
            text = str(raw)
    return text if len(text) <= 60 else f"{text[:57]}…"
