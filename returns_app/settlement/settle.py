"""Give what is due: the quote runs again on what really came, and all of it is booked in one transaction."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.case import SWAPPED, Asked, Case, NewItem
from returns_app.core.differences import Changes
from returns_app.core.events import Event
from returns_app.core.lifecycle import RETURN, RETURN_PAID, LineDecision, ReturnState, may
from returns_app.core.quote import Quote, quote
from returns_app.credit.issue import issue_credit
from returns_app.exchanges.release import release_exchange
from returns_app.exchanges.reserve import set_aside
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.tasks import ask_once, open_task
from returns_app.merchants.queries import Shop, merchant_by_id
from returns_app.money import Money, total
from returns_app.orders.stock import lock_products
from returns_app.policy import Answers
from returns_app.refunds.plan import PaymentShare, plan_refunds
from returns_app.returns.locked import LockedLine, LockedReturn, lock_return, move_return
from returns_app.returns.order_case import OrderCase, order_case
from returns_app.returns.weigh import today
from returns_app.settlement.changes import Given, changes
from returns_app.settlement.conclude import conclude_locked
from returns_app.settlement.due import (
    Due,
    due_units,
    given_but_missing,
    outstanding,
    settled_units,
    terms_of,
)
from returns_app.settlement.pay_by import keep_pay_by


async def settle(return_id: UUID, *, merchant: UUID, at: datetime) -> bool:
    """Settle every unit that is due and has not been; False when there was nothing to give.

    Run after every step of a return, any number of times: a unit is settled once.
    """
    shop = await merchant_by_id(merchant)
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        await _ask_about_short(locked, at)
        if not _open(locked):
            return False
        await keep_pay_by(locked, shop)
        terms = await terms_of(locked)
        due = await _can_go(locked, await due_units(locked, terms), shop, at)
        if due:
            await _give(locked, due, terms, shop, at)
        elif await outstanding(locked) == 0 and locked.status == ReturnState.APPROVED:
            await move_return(locked, "begin_settling")
        await conclude_locked(await lock_return(merchant, return_id), at)
        return bool(due)


def _open(locked: LockedReturn) -> bool:
    """A return that is paid is open too: what was counted missing may lie in a later box."""
    going_on = locked.status == ReturnState.SETTLING or locked.status in RETURN_PAID
    return going_on or may(RETURN, locked.status, "begin_settling")


async def _can_go(locked: LockedReturn, due: list[Due], shop: Shop, at: datetime) -> list[Due]:
    """Without the swaps whose other item is not set aside: those wait, and the other lines do not."""
    if not any(each.line.resolution in SWAPPED for each in due):
        return due
    ready = await set_aside(locked, [each.line for each in due], shop, at)
    return [each for each in due if each.line.resolution not in SWAPPED or each.line.id in ready]


async def _give(
    locked: LockedReturn, due: Sequence[Due], terms: Mapping[UUID, Answers], shop: Shop, at: datetime
) -> None:
    order = await order_case(locked.merchant, locked.order)
    before = await _earlier_settlements(locked.id)
    acted = quote(await case_of_due(locked, order, due, terms))
    settlement = uuid4()
    await _mark(due)
    await _book_on_order(order, acted)
    await _begin(locked, at)
    await _keep(locked, settlement, due, acted, await _changes(locked, before, acted), at)
    await _refund(locked, order, settlement, acted, at)
    await _credit(locked, order, shop, settlement, acted, at)
    await _exchange(locked, due, acted, at)


async def _begin(locked: LockedReturn, at: datetime) -> None:
    if locked.status == ReturnState.APPROVED:
        await move_return(locked, "begin_settling")
    elif locked.status in RETURN_PAID:
        await move_return(locked, "unsettle")
        await append(
            Event.RETURN_UNSETTLED, merchant=locked.merchant, actor=SYSTEM, at=at, return_id=locked.id
        )


async def _ask_about_short(locked: LockedReturn, at: datetime) -> None:
    """Paid on a scan, and then something was not in the box: money is never taken back by itself."""
    for line in await given_but_missing(locked):
        await ask_once(
            "return.short",
            f"{line.id}:{line.coming}",
            merchant=locked.merchant,
            return_id=locked.id,
            sentence=f"{locked.rma}: “{line.title}” was given back before it came,"
            f" and {line.missing + line.wrong} of {line.quantity} are missing or wrong. Decide what to do.",
            at=at,
        )


# The quote on what came ----------------------------------------------------------------------------


async def case_of_due(
    locked: LockedReturn, order: OrderCase, due: Sequence[Due], terms: Mapping[UUID, Answers]
) -> Case:
    """What settling these units now would be quoted on: act and preview are one computation."""
    before = [each.quote for each in await _earlier_settlements(locked.id)]
    asked = tuple(_asked(order, each, before) for each in due)
    units = {(item.line, unit) for item in asked for unit in item.units}
    zero = Money.zero(order.currency)
    return Case(
        order=order.as_paid(),
        lines=asked,
        payments=tuple(payment.as_tender() for payment in order.payments),
        earlier=msgspec.structs.replace(
            order.earlier,
            back=frozenset(order.back - units),
            return_cost=sum((each.return_cost for each in before), start=zero),
            bonus=sum((line.bonus for each in before for line in each.lines), start=zero),
        ),
        beside=await _beside(locked, due, terms),
        method=locked.method,  # pyright: ignore[reportArgumentType]  (checked when it was asked for)
    )


def _asked(order: OrderCase, due: Due, before: Sequence[Quote]) -> Asked:
    """A line's units that are due. What earlier boxes of the same line took and gave is not done again."""
    line, zero = due.line, Money.zero(order.currency)
    steps = [part for each in before for part in each.lines if part.line == str(line.order_line)]
    deducted = sum((part.deduction for part in steps), start=zero)
    return Asked(
        line=str(line.order_line),
        units=due.units,
        resolution=line.resolution,  # pyright: ignore[reportArgumentType]  (checked when it was asked for)
        answers=due.answers,
        new_item=_new_item(order, due) if line.resolution == "exchange" else None,
        deduction=max(Money(line.deduction, order.currency) - deducted, zero),
        fee_before=sum((part.fee for part in steps), start=zero),
        bonus_before=sum((part.bonus for part in steps), start=zero),
    )


async def _beside(
    locked: LockedReturn, due: Sequence[Due], terms: Mapping[UUID, Answers]
) -> tuple[Asked, ...]:
    """The lines that travel or travelled in the same return and are not given now."""
    now, settled = {each.line.id for each in due}, await settled_units(locked)
    return tuple(
        Asked(
            line=str(line.order_line),
            units=_still_to_give(line, settled.get(line.id, frozenset())),
            resolution=line.resolution,  # pyright: ignore[reportArgumentType]  (checked when it was asked for)
            answers=terms[line.id],
        )
        for line in locked.lines
        if line.id not in now and (line.decision == LineDecision.ACCEPTED or line.received)
    )


def _still_to_give(line: LockedLine, settled: frozenset[int]) -> tuple[int, ...]:
    if line.decision != LineDecision.ACCEPTED:
        return ()
    return tuple(unit for unit in line.units[: line.coming] if unit not in settled)


def _new_item(order: OrderCase, due: Due) -> NewItem:
    """The price agreed at the request stands, whatever the shop asks today: the swap stays even."""
    return NewItem(order.line(due.line.order_line).unit_price, True)


async def _earlier_settlements(return_id: UUID) -> list[Given]:
    rows = await database.fetch(
        "SELECT quote, differences FROM settlements WHERE return_id = $1 ORDER BY at, id", return_id
    )
    return [
        Given(
            msgspec.json.decode(row["quote"], type=Quote),
            msgspec.json.decode(row["differences"], type=Changes),
        )
        for row in rows
    ]


# What is booked ------------------------------------------------------------------------------------


async def _mark(due: Sequence[Due]) -> None:
    for each in due:
        marked = await database.connection().fetch(
            "UPDATE unit_claims SET settled_as = $3"
            " WHERE return_line = $1 AND unit = ANY($2) AND settled_as IS NULL RETURNING 1",
            each.line.id,
            list(each.units),
            each.line.resolution,
        )
        if len(marked) != len(each.units):
            raise RuntimeError(f"units of {each.line.id} are claimed or settled elsewhere")


async def _book_on_order(order: OrderCase, acted: Quote) -> None:
    """Everything that leaves other than along a payment counts on the order itself."""
    swapped = total((line.value for line in acted.lines if line.resolution in SWAPPED), order.currency)
    by_hand = acted.refund_to.by_hand if order.settled_by == "us" else acted.refund
    await database.connection().execute(
        "UPDATE orders SET given_otherwise = given_otherwise + $2, shipping_given = shipping_given + $3"
        " WHERE id = $1",
        order.id,
        (acted.credit + swapped + by_hand).minor,
        acted.shipping_refund.minor,
    )


async def _keep(
    locked: LockedReturn,
    settlement: UUID,
    due: Sequence[Due],
    acted: Quote,
    differences: Changes,
    at: datetime,
) -> None:
    await database.connection().execute(
        "INSERT INTO settlements (id, return_id, trigger, at, quote, differences)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        settlement,
        locked.id,
        "units",
        at,
        msgspec.json.encode(acted).decode(),
        msgspec.json.encode(differences).decode(),
    )
    await append(
        Event.RETURN_SETTLING,
        merchant=locked.merchant,
        actor=SYSTEM,
        at=at,
        return_id=locked.id,
        settlement=str(settlement),
        refund=acted.refund.minor,
        credit=(acted.credit + acted.bonus).minor,
        currency=acted.currency,
        units=sum(len(each.units) for each in due),
    )


async def _changes(locked: LockedReturn, before: Sequence[Given], acted: Quote) -> Changes:
    """What differs from what the shopper was shown, as far as it is certain now."""
    settled = await settled_units(locked)
    still = {
        str(line.order_line)
        for line in locked.lines
        if _still_to_give(line, settled.get(line.id, frozenset()))
    }
    return changes(msgspec.json.decode(locked.quote, type=Quote), before, acted, still)


async def _refund(
    locked: LockedReturn, order: OrderCase, settlement: UUID, acted: Quote, at: datetime
) -> None:
    parts, by_hand = acted.refund_to.parts, acted.refund_to.by_hand
    if order.settled_by != "us":
        parts, by_hand = (), acted.refund
    shares = [PaymentShare(UUID(part.key), part.amount) for part in parts]
    await plan_refunds(
        shares,
        merchant=locked.merchant,
        return_id=locked.id,
        cause=str(settlement),
        actor=SYSTEM,
        at=at,
    )
    if by_hand:
        await _by_hand(locked, order, settlement, by_hand, at)


async def _by_hand(
    locked: LockedReturn, order: OrderCase, settlement: UUID, amount: Money, at: datetime
) -> None:
    where = {"platform": "the shop platform's own refund", "us": "a bank transfer"}
    await open_task(
        "payout.due",
        str(settlement),
        merchant=locked.merchant,
        return_id=locked.id,
        sentence=f"Pay {amount} for {locked.rma} by {where.get(order.settled_by, 'hand')},"
        " then record it here with its reference.",
        at=at,
        amount=amount.minor,
        currency=amount.currency,
    )
    await append(
        Event.PAYOUT_DUE,
        merchant=locked.merchant,
        actor=SYSTEM,
        at=at,
        return_id=locked.id,
        amount=amount.minor,
        currency=amount.currency,
    )


async def _credit(
    locked: LockedReturn, order: OrderCase, shop: Shop, settlement: UUID, acted: Quote, at: datetime
) -> None:
    if not acted.credit + acted.bonus:
        return
    months = shop.settings.credit_valid_months
    await issue_credit(
        acted.credit,
        acted.bonus,
        merchant=locked.merchant,
        return_id=locked.id,
        email=order.email or "",
        cause=str(settlement),
        expires_on=_months_later(today(shop, at).day, months) if months else None,
        actor=SYSTEM,
        at=at,
    )


async def _exchange(locked: LockedReturn, due: Sequence[Due], acted: Quote, at: datetime) -> None:
    swaps = [each.line.exchange_product for each in due if each.line.exchange_product]
    await lock_products(swaps)
    for each, line in zip(due, acted.lines, strict=True):
        if line.resolution in ("exchange", "replace"):
            await release_exchange(
                locked.id,
                each.line.id,
                units=len(each.units),
                value=line.new_goods,
                actor=SYSTEM,
                at=at,
            )


def _months_later(day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
