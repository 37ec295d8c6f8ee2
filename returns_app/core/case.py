"""What a quote is asked about: the order as paid, the lines going back, and what was given before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, assert_never

import msgspec

from returns_app.core.paid import PaidOrder
from returns_app.core.tender import Tender
from returns_app.money import Money, total
from returns_app.policy import Amount, Answers, Cost, Either, Percent, Plain

Resolution = Literal["refund", "credit", "exchange", "replace", "repair", "keep", "account"]
Method = Literal["label", "qr", "store", "pickup", "own"]

PAID_BACK = frozenset({"refund", "credit", "account", "keep"})
"""A fee is taken from the amount and never makes it negative."""
SALE_UNDONE = frozenset({"refund", "credit", "account"})
"""The units count as given back: only these bring the outbound shipping with them."""
SWAPPED = frozenset({"exchange", "replace", "repair"})
"""Something goes out for what came in: a fee adds to what is due."""


class NewItem(msgspec.Struct, frozen=True):
    """The other item of an exchange: its list price of one unit today, and whether it is the same product."""

    unit_price: Money
    same_product: bool


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A line going back: which units (counted from 0) of an order line, and for what.

    `before` was given on these very units earlier (a price cut, a share for keeping them);
    `deduction` is confirmed by a person, for the whole line. `parcel` names lines that travel together.
    `fee_before` and `bonus_before` are what earlier steps took and gave on this line of the return: an
    amount in money counts once per line, in however many boxes it comes.
    """

    line: str
    units: tuple[int, ...]
    resolution: Resolution
    answers: Answers
    new_item: NewItem | None = None
    before: Money | None = None
    deduction: Money | None = None
    parcel: str = ""
    fee_before: Money | None = None
    bonus_before: Money | None = None


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """What happened before on the same order; `bonus` and `return_cost` within the same return.

    `given` is everything that lowers what may still be given back: refunded, reserved, disputed and
    refunded elsewhere, credited principal, exchanged value. `back` are the units whose sale is undone.
    """

    given: Money
    shipping: Money
    return_cost: Money
    bonus: Money
    back: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def nothing(cls, currency: str) -> Earlier:
        zero = Money.zero(currency)
        return cls(given=zero, shipping=zero, return_cost=zero, bonus=zero)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One return to be quoted, with what its order's payments can still take.

    Without a `method` the cheapest one offered counts. `label_cost` is the price of one label,
    `new_shipping` what sending the new items costs the shopper; `surplus` says what an exchange
    for something cheaper gives back. `beside` are the other lines of the same return, given in another
    step, with the units that may still come: what is answered per parcel or return hears them too.
    """

    order: PaidOrder
    lines: tuple[Asked, ...]
    payments: tuple[Tender, ...]
    earlier: Earlier
    beside: tuple[Asked, ...] = ()
    method: Method | None = None
    label_cost: Money | None = None
    new_shipping: Money | None = None
    surplus: Literal["refund", "credit"] = "refund"
    tenders: Literal["pro-rata", "in-order"] = "pro-rata"

    @property
    def zero(self) -> Money:
        return Money.zero(self.order.currency)

    @property
    def captured(self) -> Money:
        return total((payment.captured for payment in self.payments), self.order.currency)

    @property
    def captured_in_money(self) -> Money:
        money = (payment.captured for payment in self.payments if payment.kind == "money")
        return total(money, self.order.currency)

    @property
    def left(self) -> Money:
        """What may still be given back on the whole order; never negative."""
        return max(self.captured - self.earlier.given, self.zero)


def amount_of(answer: Amount | None, base: Money, label_cost: Money | None = None) -> Money:
    """A policy's amount in money: percent of `base`; "cost" is the label's price, nothing while unknown."""
    match answer:
        case None:
            return Money.zero(base.currency)
        case Money():
            return answer
        case Percent(points):
            return base.percent(points)
        case Cost():
            return label_cost or Money.zero(base.currency)
        case Either():
            amount, _ = better_of(answer, lambda plain: amount_of(plain, base, label_cost), label_cost)
            return amount
        case _:
            assert_never(answer)


def better_of(
    answer: Amount | None, worth: Callable[[Plain | None], Money], label_cost: Money | None = None
) -> tuple[Money, Plain | None]:
    """What an answer is worth here; where two sides' amounts were kept, that of the better, and which it was.

    A label whose price is not known yet can't be the better one of two.
    """
    if not isinstance(answer, Either):
        return worth(answer), None
    known = [plain for plain in answer.of if label_cost is not None or not isinstance(plain, Cost)]
    amounts = [(worth(plain), plain) for plain in known]
    choose = min if answer.better == "less" else max
    return choose(amounts, key=lambda each: each[0])
