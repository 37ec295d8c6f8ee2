"""Give what is due: the quote runs again on what really came, and all of it is booked in one transaction."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.case import SWAPPED, Asked, Case, NewItem
from returns_app.core.differences import Changes, difference
from returns_app.core.events import Event
from returns_app.core.lifecycle import RETURN, ReturnState, may
from returns_app.core.quote import Quote, quote
from returns_app.credit.issue import issue_credit
from returns_app.exchanges.release import release_exchange
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.journal.tasks import open_task
from returns_app.merchants.queries import Shop, merchant_by_id
from returns_app.money import Money, total
from returns_app.refunds.plan import PaymentShare, plan_refunds
from returns_app.returns.locked import LockedReturn, lock_return, move_return
from returns_app.returns.order_case import OrderCase, order_case
from returns_app.returns.weigh import today
from returns_app.settlement.conclude import conclude_locked
from returns_app.settlement.due import Due, due_units, given_but_missing, outstanding, terms_of


async def settle(return_id: UUID, *, merchant: UUID, at: datetime) -> bool:
    """Settle every unit that is due and has not been; False when there was nothing to give.

    Run after every step of a return, any number of times: a unit is settled once.
    """
    shop = await merchant_by_id(merchant)
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        if not _open(locked):
            return False
        due = await due_units(locked, await terms_of(locked))
        if due:
            await _give(locked, due, shop, at)
        elif await outstanding(locked) == 0 and locked.status == ReturnState.APPROVED:
            await move_return(locked, "begin_settling")
        await _ask_about_short(locked, at)
        await conclude_locked(await lock_return(merchant, return_id), at)
        return bool(due)


def _open(locked: LockedReturn) -> bool:
    return may(RETURN, locked.status, "begin_settling") or locked.status == ReturnState.SETTLING


async def _give(locked: LockedReturn, due: Sequence[Due], shop: Shop, at: datetime) -> None:
    order = await order_case(locked.merchant, locked.order)
    case = await case_of_due(locked, order, due)
    acted = quote(case)
    settlement = uuid4()
    await _mark(due)
    await _book_on_order(order, acted)
    if locked.status == ReturnState.APPROVED:
        await move_return(locked, "begin_settling")
    await _keep(locked, settlement, due, acted, at)
    await _refund(locked, order, settlement, acted, at)
    await _credit(locked, order, shop, settlement, acted, at)
    await _exchange(locked, due, acted, at)


async def _ask_about_short(locked: LockedReturn, at: datetime) -> None:
    """Paid on a scan, and then something was not in the box: money is never taken back by itself."""
    for line in await given_but_missing(locked):
        await open_task(
            "return.short",
            str(line.id),
            merchant=locked.merchant,
            return_id=locked.id,
            sentence=f"{locked.rma}: “{line.title}” was given back before it came,"
            f" and {line.missing + line.wrong} of {line.quantity} are missing or wrong. Decide what to do.",
            at=at,
        )


# The quote on what came ----------------------------------------------------------------------------


async def case_of_due(locked: LockedReturn, order: OrderCase, due: Sequence[Due]) -> Case:
    """What settling these units now would be quoted on: act and preview are one computation."""
    before = await _earlier_settlements(locked.id)
    asked = tuple([await _asked(order, each) for each in due])
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
        method=locked.method,  # pyright: ignore[reportArgumentType]  (checked when it was asked for)
    )


async def _asked(order: OrderCase, due: Due) -> Asked:
    line = due.line
    deduction = Money(line.deduction, order.currency) if line.deduction else None
    return Asked(
        line=str(line.order_line),
        units=due.units,
        resolution=line.resolution,  # pyright: ignore[reportArgumentType]  (checked when it was asked for)
        answers=due.answers,
        new_item=await _new_item(order, due) if line.resolution == "exchange" else None,
        deduction=deduction,
    )


async def _new_item(order: OrderCase, due: Due) -> NewItem:
    """The price agreed at the request stands, whatever the shop asks today: the swap stays even."""
    return NewItem(order.line(due.line.order_line).unit_price, True)


async def _earlier_settlements(return_id: UUID) -> list[Quote]:
    rows = await database.fetch("SELECT quote FROM settlements WHERE return_id = $1 ORDER BY at", return_id)
    return [msgspec.json.decode(row["quote"], type=Quote) for row in rows]


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
    swapped = total((line.value for line in acted.lines if line.resolution in SWAPPED), order.currency)
    await database.connection().execute(
        "UPDATE orders SET given_otherwise = given_otherwise + $2, shipping_given = shipping_given + $3"
        " WHERE id = $1",
        order.id,
        (acted.credit + swapped).minor,
        acted.shipping_refund.minor,
    )


async def _keep(
    locked: LockedReturn, settlement: UUID, due: Sequence[Due], acted: Quote, at: datetime
) -> None:
    changes = _changes(locked, acted)
    await database.connection().execute(
        "INSERT INTO settlements (id, return_id, trigger, at, quote, differences)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        settlement,
        locked.id,
        "units",
        at,
        msgspec.json.encode(acted).decode(),
        msgspec.json.encode(changes).decode(),
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


def _changes(locked: LockedReturn, acted: Quote) -> Changes:
    """What differs from what the shopper was shown, of the lines that are settled now."""
    shown = msgspec.json.decode(locked.quote, type=Quote)
    now = {line.line for line in acted.lines}
    return difference(
        msgspec.structs.replace(shown, lines=tuple(line for line in shown.lines if line.line in now)), acted
    )


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
