"""Everything due was given: each amount with where it went, and each difference from what was shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from returns_app import wording
from returns_app.core.lifecycle import EXCHANGE_DONE, RefundState
from returns_app.core.quote import Quote
from returns_app.core.reference import grouped
from returns_app.credit.queries import credits_of
from returns_app.exchanges.queries import exchanges_of
from returns_app.money import Money, total
from returns_app.notifications import ways
from returns_app.notifications.queries import written_before
from returns_app.notifications.read import deduction_reasons, payouts_of, settled_quotes
from returns_app.notifications.sums import Sum, SumLine, changes_of, sum_of, together
from returns_app.notifications.told import Item, Letter, Told
from returns_app.refunds.queries import refunds_of

_GOING = frozenset({RefundState.SUCCEEDED, RefundState.PENDING})


class MoneyBack(msgspec.Struct, frozen=True):
    """One payment to the shopper: where it goes, and when it is seen."""

    amount: Money
    where: str
    when: str


class CreditGiven(msgspec.Struct, frozen=True):
    """A code, what it was issued for, and how much of that is extra."""

    code: str
    worth: Money
    bonus: Money
    expires_on: date | None


async def settled(told: Told) -> Letter:
    refunds = await _money_back(told)
    credits = await _credits(told)
    exchanges = await _exchanges(told)
    return Letter(
        {
            "refunds": refunds,
            "credits": credits,
            "exchanges": exchanges,
            "given": _in_short(told, refunds, credits, exchanges),
            "corrected": await written_before("settled", told.shop.id, told.seen.id) is not None,
            **await _adding_up(told),
        }
    )


async def _money_back(told: Told) -> list[MoneyBack]:
    _ = told.gettext
    back = [
        MoneyBack(refund.amount, ways.where(refund.method, _), ways.when(refund.method, _))
        for refund in await refunds_of(told.shop.id, told.seen.id)
        if refund.state in _GOING
    ]
    by_hand = await payouts_of(told.shop.id, told.seen.id)
    return back + [
        MoneyBack(payout.amount, ways.by_hand(payout.reference, _), ways.when("", _)) for payout in by_hand
    ]


async def _credits(told: Told) -> list[CreditGiven]:
    """The worth of a code is told as it is now: a shopper may have begun to use it."""
    return [
        CreditGiven(grouped(credit.code), credit.balance, credit.bonus, credit.expires_on)
        for credit in await credits_of(told.shop.id, told.seen.id)
        if credit.balance
    ]


async def _exchanges(told: Told) -> list[Item]:
    _ = told.gettext
    return [
        Item(
            wording.item_name(exchange.title, exchange.options),
            exchange.quantity,
            (
                _("Its order number: %(number)s") % {"number": exchange.number},
                wording.exchange_status(exchange.state, told.locale),
            ),
        )
        for exchange in await exchanges_of(told.shop.id, told.seen.id)
        if exchange.state in EXCHANGE_DONE
    ]


def _in_short(
    told: Told, refunds: list[MoneyBack], credits: list[CreditGiven], exchanges: list[Item]
) -> list[str]:
    """The whole outcome in one line: “€ 20.00 money back and € 44.00 store credit”."""
    _ = told.gettext
    said = [
        words % {"amount": wording.money(total(amounts, told.seen.currency), told.locale)}
        for words, amounts in (
            (_("%(amount)s money back"), [each.amount for each in refunds]),
            (_("%(amount)s store credit"), [each.worth for each in credits]),
        )
        if amounts
    ]
    return said + [exchange.name for exchange in exchanges]


async def _adding_up(told: Told) -> dict[str, Any]:
    quotes = await settled_quotes(told.shop.id, told.seen.id)
    reasons = await deduction_reasons(told.shop.id, told.seen.id)
    shown = told.seen.quote
    acted = together(quotes) if quotes else _nothing(shown)
    changes = changes_of(shown, acted, told, reasons)
    in_all = total((change.amount for change in changes), shown.currency)
    return {
        "sum": sum_of(acted, told) if quotes else Sum([], sum_of(acted, told).totals),
        "changes": changes,
        "in_all": SumLine(told.gettext("In all"), in_all),
    }


def _nothing(shown: Quote) -> Quote:
    """The quote of a return of which nothing was left to settle."""
    zero = Money.zero(shown.currency)
    amounts = {name: zero for name in Quote.__struct_fields__ if isinstance(getattr(shown, name), Money)}
    return msgspec.structs.replace(shown, lines=(), **amounts)
