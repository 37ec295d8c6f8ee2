"""What was paid, unit by unit, to the cent: allocated once, so that every way of giving it back adds up.

What a shop told per line is never recomputed. Only an order-wide amount is spread: over lines by
their gross after line discounts, then over units; largest remainder, ties to the first position.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from returns_app.money import Money, MoneyError, round_half_up, spread, total


class PaidUnit(msgspec.Struct, frozen=True):
    """What was paid for one unit, or for the shipping: gross, and the tax inside it."""

    gross: Money
    tax: Money


class PaidLine(msgspec.Struct, frozen=True):
    """A goods line of the order: each unit's amounts, the tax rate in basis points, the list price then."""

    line: str
    units: tuple[PaidUnit, ...]
    tax_rate: int
    unit_price: Money


class PaidOrder(msgspec.Struct, frozen=True):
    """All goods lines of an order, and the shipping as a unit of its own (gross after its discount)."""

    currency: str
    lines: tuple[PaidLine, ...]
    shipping: PaidUnit
    shipping_tax_rate: int = 0

    def line(self, key: str) -> PaidLine:
        """The line of that id. Raises KeyError when the order has none."""
        for line in self.lines:
            if line.line == key:
                return line
        raise KeyError(key)


def paid_units(paid: Money, tax: Money, quantity: int) -> tuple[PaidUnit, ...]:
    """Each unit's part of a line: `paid` gross in all, `tax` inside it. Odd cents go to the first units."""
    grosses = spread(paid.minor, [1] * quantity)
    taxes = spread(tax.minor, [abs(gross) for gross in grosses])
    return tuple(
        PaidUnit(Money(gross, paid.currency), Money(part, paid.currency))
        for gross, part in zip(grosses, taxes, strict=True)
    )


def less_discount(grosses: Sequence[Money], discount: Money) -> list[Money]:
    """What remains of each line after an order-wide `discount`. Raises MoneyError if it exceeds the lines."""
    if discount > total(grosses, discount.currency):
        raise MoneyError("a discount cannot be more than the lines it is given on")
    shares = spread(discount.minor, [gross.minor for gross in grosses])
    return [gross - Money(share, discount.currency) for gross, share in zip(grosses, shares, strict=True)]


def tax_within(gross: Money, tax_rate: int) -> Money:
    """The tax inside a gross amount at `tax_rate` basis points (2100 is 21 %), for what told no tax."""
    return Money(round_half_up(Decimal(gross.minor * tax_rate) / (10_000 + tax_rate)), gross.currency)


def tax_share(part: Money, paid: PaidUnit) -> Money:
    """The tax inside `part` of what was paid: by the ratio really charged, never by the rate."""
    if not paid.gross:
        return Money.zero(part.currency)
    return Money(round_half_up(Decimal(part.minor * paid.tax.minor) / paid.gross.minor), part.currency)


def shipping_paid(gross: Money, tax_rate: int) -> PaidUnit:
    """The shipping as a unit, from its gross after discount and its rate in basis points."""
    return PaidUnit(gross, tax_within(gross, tax_rate))


def together(units: Sequence[PaidUnit], currency: str) -> PaidUnit:
    """Several units as one amount."""
    return PaidUnit(
        total((unit.gross for unit in units), currency), total((unit.tax for unit in units), currency)
    )
