"""What a return is worth: one pure function, asked for the offer and asked again to settle.

The portal shows a Quote, staff preview a Quote, and settling runs the same function on what
really came. All amounts are gross, in the order's currency, and add up: see Quote.balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, assert_never

import msgspec

from returns_app.core.carriage import return_cost, shipping_refund
from returns_app.core.case import PAID_BACK, SWAPPED, Asked, Case, Resolution, amount_of, better_of
from returns_app.core.paid import PaidUnit, tax_share, together
from returns_app.core.tender import Split, in_order, pro_rata
from returns_app.money import Money, spread, total
from returns_app.policy import Plain

Purse = Literal["refund", "credit", "account"]


class QuotedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line, itemised. All amounts are zero or more.

    `goods` was paid for these units (for `keep`: the share given). `held` of it was given back on
    the order before and is not given twice. `tax` lies inside goods − held, at `tax_rate` basis
    points. `bonus` is extra credit, or a discount on `new_goods`, the other item of an exchange.
    `fee_by` and `bonus_by` name the amount taken where those of two sides were kept to be compared here.
    """

    line: str
    units: tuple[int, ...]
    resolution: Resolution
    goods: Money
    held: Money
    tax: Money
    tax_rate: int
    deduction: Money
    fee: Money
    bonus: Money
    new_goods: Money
    fee_by: Plain | None = None
    bonus_by: Plain | None = None

    @property
    def value(self) -> Money:
        """What the goods bring the shopper, before any fee."""
        return self.goods - self.held - self.deduction

    @property
    def balance(self) -> Money:
        """All that this line gives the shopper; below zero it is what the shopper owes."""
        return self.value - self.fee + self.bonus - self.new_goods


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a return gives and costs: lines and parts first, then the sums per resolution.

    `return_cost` is what is really charged, once per parcel; `refund_to` says over which payments
    `refund` goes. `credit` is principal, `bonus` the extra credit on top, `due` what the shopper pays.
    `return_cost_by` names the amount taken where those of two sides were kept to be compared here.
    """

    currency: str
    lines: tuple[QuotedLine, ...]
    shipping_refund: Money
    shipping_tax: Money
    return_cost: Money
    new_shipping: Money
    refund: Money
    credit: Money
    bonus: Money
    account: Money
    due: Money
    refund_to: Split
    return_cost_by: Plain | None = None

    @property
    def balance(self) -> Money:
        """What the shopper gets less what the shopper owes; equals the sum of all items above."""
        return self.refund + self.credit + self.bonus + self.account - self.due


def quote(case: Case) -> Quote:
    """The quote of a case. Raises KeyError or IndexError on a line or unit the order does not have."""
    lines = _with_bonus(case, _lines(case))
    given = total((line.goods - line.held for line in lines), case.order.currency)
    shipping = shipping_refund(case, case.left - given)
    swaps = _swap_balance(case, lines)
    purses = _purses(case, lines, shipping, max(swaps, case.zero))
    cost, cost_by = return_cost(case)
    untaken = _take(cost, purses)
    # With nothing left to take it from, it adds to what an exchange costs, or it is waived.
    owed = untaken if _swaps_alone(case) else case.zero
    split = pro_rata if case.tenders == "pro-rata" else in_order
    return Quote(
        currency=case.order.currency,
        lines=tuple(lines),
        shipping_refund=shipping,
        shipping_tax=tax_share(shipping, case.order.shipping),
        return_cost=cost - untaken + owed,
        new_shipping=_new_shipping(case, lines),
        refund=purses["refund"],
        credit=purses["credit"],
        bonus=total((line.bonus for line in lines if line.resolution == "credit"), case.order.currency),
        account=purses["account"],
        due=max(-swaps, case.zero) + owed,
        refund_to=split(purses["refund"], case.payments),
        return_cost_by=cost_by,
    )


def _swaps_alone(case: Case) -> bool:
    """Something is swapped, and no money or credit follows that the return cost could come out of."""
    follows = any(asked.units and _purse(asked.resolution) for asked in case.beside)
    return not follows and any(asked.resolution in SWAPPED for asked in case.lines)


def proposed_deduction(case: Case, asked: Asked, grade: str) -> Money:
    """What the policy would take off for this grade: a proposal, until a person confirms it."""
    if asked.answers.deduction is None:
        return case.zero
    return _paid(case, asked).gross.percent(asked.answers.deduction.for_(grade))


def bonus_offered(case: Case, asked: Asked, value: Money) -> tuple[Money, Plain | None]:
    """The bonus before caps: only on the part first paid in money, and none without any value.

    With it the amount taken, where those of two sides were kept.
    """
    answer = asked.answers.credit_bonus if asked.resolution == "credit" else asked.answers.exchange_bonus
    if not value:
        return case.zero, None
    in_credit = case.captured - case.captured_in_money

    def worth(plain: Plain | None) -> Money:
        full = amount_of(plain, value, case.label_cost)
        parts = spread(full.minor, [case.captured_in_money.minor, in_credit.minor])
        return _less_before(plain, Money(parts[0], case.order.currency), asked.bonus_before)

    return better_of(answer, worth)


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────


def _lines(case: Case) -> list[QuotedLine]:
    quoted: list[QuotedLine] = []
    left = case.left
    for asked in case.lines:
        line = _line(case, asked, left)
        left -= line.goods - line.held
        quoted.append(line)
    return quoted


def _line(case: Case, asked: Asked, left: Money) -> QuotedLine:
    paid = _paid(case, asked)
    goods = _goods(asked, paid)
    given = min(goods, left)
    deduction = case.zero if asked.resolution == "keep" else min(asked.deduction or case.zero, given)
    fee, fee_by = _fee(case, asked, paid, given - deduction)
    return QuotedLine(
        line=asked.line,
        units=asked.units,
        resolution=asked.resolution,
        goods=goods,
        held=goods - given,
        tax=_tax(asked, paid, goods, given),
        tax_rate=case.order.line(asked.line).tax_rate,
        deduction=deduction,
        fee=fee,
        bonus=case.zero,
        new_goods=_new_goods(case, asked, given),
        fee_by=fee_by,
    )


def _paid(case: Case, asked: Asked) -> PaidUnit:
    units = case.order.line(asked.line).units
    return together([units[unit] for unit in asked.units], case.order.currency)


def _goods(asked: Asked, paid: PaidUnit) -> Money:
    zero = Money.zero(paid.gross.currency)
    rest = max(paid.gross - (asked.before or zero), zero)
    if asked.resolution == "keep":
        return min(paid.gross.percent(asked.answers.keep or Decimal(0)), rest)
    return rest


def _tax(asked: Asked, paid: PaidUnit, goods: Money, given: Money) -> Money:
    """Whatever was given on the unit before took its share of the tax; the rest takes what is left."""
    before = asked.before or Money.zero(goods.currency)
    if asked.resolution != "keep" and given == goods and before <= paid.gross:
        return paid.tax - tax_share(before, paid)
    return tax_share(given, paid)


def _fee(case: Case, asked: Asked, paid: PaidUnit, value: Money) -> tuple[Money, Plain | None]:
    """Percent of what was paid for the line, or money once per line. Nothing is handled when it is kept."""
    if asked.answers.fee is None or asked.resolution == "keep":
        return case.zero, None

    def worth(plain: Plain | None) -> Money:
        return _less_before(plain, amount_of(plain, paid.gross), asked.fee_before)

    fee, taken = better_of(asked.answers.fee.for_(asked.resolution), worth)
    return min(fee, value) if asked.resolution in PAID_BACK else fee, taken


def _less_before(answer: Plain | None, amount: Money, before: Money | None) -> Money:
    """Money is once per line, so earlier steps of the line had their part; percent grow with the units."""
    if before is None or not isinstance(answer, Money):
        return amount
    return max(amount - before, Money.zero(amount.currency))


def _new_goods(case: Case, asked: Asked, given: Money) -> Money:
    """The same product at an unchanged list price is even, whatever discount was paid."""
    if asked.resolution not in SWAPPED:
        return case.zero
    item = asked.new_item
    if item is None or asked.resolution != "exchange":
        return given
    if item.same_product and item.unit_price == case.order.line(asked.line).unit_price:
        return given
    return item.unit_price * len(asked.units)


# ── Bonus ────────────────────────────────────────────────────────────────────────────────────────


def _with_bonus(case: Case, lines: Sequence[QuotedLine]) -> list[QuotedLine]:
    bonuses = [_bonus(case, asked, line) for asked, line in zip(case.lines, lines, strict=True)]
    capped = _capped(case, [bonus.minor for bonus, _ in bonuses])
    return [
        msgspec.structs.replace(line, bonus=Money(bonus, case.order.currency), bonus_by=taken)
        for line, bonus, (_, taken) in zip(lines, capped, bonuses, strict=True)
    ]


def _bonus(case: Case, asked: Asked, line: QuotedLine) -> tuple[Money, Plain | None]:
    """Never money in the hand: an exchange bonus only lowers what the new item costs more."""
    match asked.resolution:
        case "credit":
            return bonus_offered(case, asked, line.value - line.fee)
        case "exchange":
            dearer = max(line.new_goods - line.value - line.deduction, case.zero)
            bonus, taken = bonus_offered(case, asked, line.value)
            return min(bonus, dearer), taken
        case _:
            return case.zero, None


def _capped(case: Case, bonuses: list[int]) -> list[int]:
    """Cap the return's bonus. Where lines have different caps, each cap holds for all lines up to it."""
    caps = [asked.answers.bonus_cap for asked in case.lines]
    capped = list(bonuses)
    for cap in sorted({cap for cap in caps if cap is not None}):
        under = [place for place, own in enumerate(caps) if own is not None and own <= cap]
        room = max(cap - case.earlier.bonus, case.zero).minor
        given = [capped[place] for place in under]
        if sum(given) > room:
            for place, part in zip(under, spread(room, given), strict=True):
                capped[place] = part
    return capped


# ── Sums ─────────────────────────────────────────────────────────────────────────────────────────


def _swap_balance(case: Case, lines: Sequence[QuotedLine]) -> Money:
    """What came in less what goes out, sending included; below zero the shopper owes it."""
    swapped = (line.balance for line in lines if line.resolution in SWAPPED)
    return total(swapped, case.order.currency) - _new_shipping(case, lines)


def _new_shipping(case: Case, lines: Sequence[QuotedLine]) -> Money:
    sent = any(line.resolution == "exchange" for line in lines)
    return (case.new_shipping or case.zero) if sent else case.zero


def _purses(case: Case, lines: Sequence[QuotedLine], shipping: Money, surplus: Money) -> dict[Purse, Money]:
    purses: dict[Purse, Money] = {"refund": case.zero, "credit": case.zero, "account": case.zero}
    ways: list[Purse] = []
    for line in lines:
        purse = _purse(line.resolution)
        if purse is not None:
            purses[purse] += line.value - line.fee
            ways.append(purse)
    purses[case.surplus] += surplus
    purses[_way_of_shipping(ways)] += shipping
    return purses


def _way_of_shipping(ways: Sequence[Purse]) -> Purse:
    """The shipping goes back the way the goods do, as money wherever one line does."""
    if "refund" in ways or not ways:
        return "refund"
    return "credit" if "credit" in ways else "account"


def _purse(resolution: Resolution) -> Purse | None:
    match resolution:
        case "refund" | "keep":
            return "refund"
        case "credit" | "account":
            return resolution
        case "exchange" | "replace" | "repair":
            return None
        case _:
            assert_never(resolution)


def _take(cost: Money, purses: dict[Purse, Money]) -> Money:
    """Take the return cost out of what is given back; what could not be taken is returned."""
    for purse, amount in purses.items():
        part = min(cost, amount)
        purses[purse] -= part
        cost -= part
    return cost
