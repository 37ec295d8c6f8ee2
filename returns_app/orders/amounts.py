"""The amounts of an order as told, in minor units, tied together before anything is written."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from returns_app.core.paid import less_discount, tax_within
from returns_app.money import Money, MoneyError, exponent, round_half_up
from returns_app.orders.scheme import ChargeTold, LineTold, OrderTold, ShippingTold


class OrderDoesNotAddUp(ValueError):
    """The amounts of an order contradict each other; the message says which and by how much."""

    status = 422
    code = "order_does_not_add_up"


class LineAmounts(msgspec.Struct, frozen=True):
    """A line in minor units: list price of one unit; what was paid for the whole line, the tax in it."""

    unit_price: int
    paid: int
    tax: int
    tax_rate: int
    """Hundredths of a per cent."""


class OrderAmounts(msgspec.Struct, frozen=True):
    """lines + shipping + charges = total, in minor units of `currency`."""

    currency: str
    lines: tuple[LineAmounts, ...]
    charges: tuple[LineAmounts, ...]
    shipping: int
    shipping_tax_rate: int
    total: int
    captured: tuple[int, ...]
    """Per payment."""


def amounts_of(told: OrderTold) -> OrderAmounts:
    """What was paid, line by line. What the shop told is kept; only an order-wide discount is spread.

    Raises OrderDoesNotAddUp.
    """
    try:
        read = _read(told)
    except MoneyError as error:
        raise OrderDoesNotAddUp(f"Order {told.number}: {error}.") from None
    _tie(told, read)
    return read


def line_gross(unit_price: Decimal, quantity: int, discount: Money) -> Money:
    """What a line came to after its own discount. The unit price may be finer than the currency."""
    exact = unit_price.scaleb(exponent(discount.currency)) * quantity
    return Money(round_half_up(exact), discount.currency) - discount


def hundredths(percent: str | Decimal) -> int:
    """A tax rate in per cent as hundredths of a per cent: "5.5" is 550."""
    return int(Decimal(percent) * 100)


def _read(told: OrderTold) -> OrderAmounts:
    currency = told.currency
    return OrderAmounts(
        currency=currency,
        lines=tuple(
            _line(line, paid, f"lines[{index}]")
            for index, (line, paid) in enumerate(zip(told.lines, _paid(told), strict=True))
        ),
        charges=tuple(_charge(charge, currency) for charge in told.charges),
        shipping=_shipping(told.shipping, currency).minor,
        shipping_tax_rate=hundredths(told.shipping.tax_rate),
        total=Money.of(told.total, currency).minor,
        captured=tuple(Money.of(payment.captured, currency).minor for payment in told.payments),
    )


def _paid(told: OrderTold) -> list[Money]:
    """What was paid per line: as told, or by price and discounts. Half told can't be told apart."""
    said = [line.paid for line in told.lines]
    if all(paid is not None for paid in said):
        return [Money.of(paid, told.currency) for paid in said if paid is not None]
    discount = Money.of(told.discount, told.currency)
    if discount and any(paid is not None for paid in said):
        raise OrderDoesNotAddUp(
            f"Order {told.number} has a discount on the whole order and says what was paid on some lines "
            "only. Tell `paid` on every line or on none."
        )
    grosses = [_gross(line, index, told) for index, line in enumerate(told.lines)]
    return less_discount(grosses, discount)


def _gross(line: LineTold, index: int, told: OrderTold) -> Money:
    if line.paid is not None:
        return Money.of(line.paid, told.currency)
    discount = Money.of(line.discount, told.currency)
    gross = line_gross(Decimal(line.unit_price), line.quantity, discount)
    if gross.minor < 0:
        raise OrderDoesNotAddUp(
            f"Order {told.number}, lines[{index}] ({line.sku}): the discount of {discount} is more than "
            f"{line.quantity} × {line.unit_price}."
        )
    return gross


def _line(line: LineTold, paid: Money, place: str) -> LineAmounts:
    rate = hundredths(line.tax_rate)
    tax = tax_within(paid, rate) if line.tax is None else Money.of(line.tax, paid.currency)
    _tax_fits(paid, tax, place)
    price = Decimal(line.unit_price).scaleb(exponent(paid.currency))
    return LineAmounts(round_half_up(price), paid.minor, tax.minor, rate)


def _charge(charge: ChargeTold, currency: str) -> LineAmounts:
    amount, rate = Money.of(charge.amount, currency), hundredths(charge.tax_rate)
    tax = tax_within(amount, rate) if charge.tax is None else Money.of(charge.tax, currency)
    _tax_fits(amount, tax, f"the charge “{charge.name}”")
    return LineAmounts(amount.minor, amount.minor, tax.minor, rate)


def _tax_fits(paid: Money, tax: Money, place: str) -> None:
    if abs(tax.minor) > abs(paid.minor) or tax.minor * paid.minor < 0:
        raise OrderDoesNotAddUp(f"{place}: a tax of {tax} cannot be within {paid}.")


def _shipping(shipping: ShippingTold, currency: str) -> Money:
    paid = Money.of(shipping.amount, currency) - Money.of(shipping.discount, currency)
    if paid.minor < 0:
        raise OrderDoesNotAddUp("shipping: its discount is more than the shipping itself.")
    return paid


def _tie(told: OrderTold, read: OrderAmounts) -> None:
    lines = sum(line.paid for line in read.lines)
    charges = sum(charge.paid for charge in read.charges)
    together = lines + read.shipping + charges
    if together != read.total:
        named = {"lines": lines, "shipping": read.shipping, "charges": charges, "together": together}
        said = ", ".join(f"{name} {Money(minor, read.currency)}" for name, minor in named.items())
        stated = Money(read.total, read.currency)
        raise OrderDoesNotAddUp(f"Order {told.number} does not add up: {said}, but its total is {stated}.")
