"""Money: integer minor units and a currency, and the one place that rounds.

Everything that speaks of an amount, the policy language included, stands on this
module, which is why it lies below `policy` and `core`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import msgspec
from babel.core import get_global


class MoneyError(ValueError):
    """An amount that cannot be read, or two currencies that cannot be mixed."""


def exponent(currency: str) -> int:
    """Decimal places of an ISO 4217 currency (CLDR): EUR 2, JPY 0, KWD 3."""
    fractions = get_global("currency_fractions")
    return fractions.get(currency, fractions["DEFAULT"])[0]


class Money(msgspec.Struct, frozen=True, order=False, tag="money"):
    """An exact amount: `minor` units (cents) of `currency` (ISO 4217, upper case)."""

    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def of(cls, text: str | int | Decimal, currency: str) -> Money:
        """Read a decimal amount ("3.95"). Raises MoneyError on more places than the currency has."""
        try:
            scaled = Decimal(text).scaleb(exponent(currency))
        except InvalidOperation:
            raise MoneyError(f"{text!r} is not an amount of money") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise MoneyError(f"{text} has more decimal places than {currency} knows")
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be mixed")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    # msgspec fills every comparison slot, so functools.total_ordering would add none of these.
    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"

    def percent(self, points: Decimal) -> Money:
        """`points` per cent of this amount, rounded half up to the minor unit."""
        return Money(round_half_up(Decimal(self.minor) * points / 100), self.currency)

    def clamp(self, low: Money, high: Money) -> Money:
        return max(low, min(self, high))


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of `currency` when there is nothing to add."""
    return sum(amounts, start=Money.zero(currency))


def round_half_up(value: Decimal) -> int:
    """To a whole number, halves away from zero. Nothing else in the app rounds money."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split `amount` minor units over `weights` so that the parts sum to it exactly.

    Largest remainder, ties to the first position. All-zero weights count as equal ones.
    A negative amount is split like its positive and negated. Weights are never negative.
    """
    if not weights:
        if amount:
            raise MoneyError("there is nothing to spread the amount over")
        return []
    if any(weight < 0 for weight in weights):
        raise MoneyError("weights cannot be negative")
    if amount < 0:
        return [-part for part in spread(-amount, weights)]
    whole = sum(weights)
    if whole == 0:
        return spread(amount, [1] * len(weights))
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for position in by_remainder[: amount - sum(parts)]:
        parts[position] += 1
    return parts
