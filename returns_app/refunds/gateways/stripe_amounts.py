"""Stripe's amounts: whole numbers of a unit that is not always the currency's own minor unit.

Source: docs.stripe.com/currencies (zero-decimal, three-decimal and special cases). Króna and shilling
are counted in hundredths there although they have none; three-decimal amounts must end in a zero.
"""

from __future__ import annotations

from returns_app.money import Money, exponent
from returns_app.refunds.gateways.contract import AmountNotPayable

ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THREE_DECIMAL = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def to_stripe(amount: Money) -> int:
    """The number Stripe wants. Raises AmountNotPayable for what its unit cannot express."""
    steps = _places(amount.currency) - exponent(amount.currency)
    number, rest = (amount.minor * 10**steps, 0) if steps >= 0 else divmod(amount.minor, 10**-steps)
    if rest or (amount.currency in THREE_DECIMAL and number % 10):
        raise AmountNotPayable(f"Stripe cannot pay {amount}: it is too fine for its unit.")
    if number < 1:
        raise AmountNotPayable(f"There is nothing to pay back: {amount}.")
    return number


def from_stripe(number: int, currency: str) -> Money:
    """The amount Stripe's number means."""
    code = currency.upper()
    return Money.of(_decimal(number, _places(code)), code)


def _decimal(number: int, places: int) -> str:
    return f"{number}e-{places}"


def _places(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2
