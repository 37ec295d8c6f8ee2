"""No refund is forgotten, none is asked about for ever, and none is paid by two ways."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from returns_app import database
from returns_app.journal.tasks import open_tasks
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.refunds.move import lock_refund
from returns_app.refunds.plan import PaymentShare, plan_refunds
from returns_app.refunds.queries import refunds_of
from returns_app.refunds.resume import resume_refunds
from returns_app.refunds.send import MOST_TRIES, QUICK_TRIES, RefundNotSettled, apply_status, send_refund
from returns_app.returns.refusals import AlreadyDecided
from returns_app.settlement.conclude import record_payout
from returns_app.settlement.retry import retry_refund
from tests.makers import AT, OWNER, a_return, a_shop, an_order
from tests.refunds.bank import Bank

TEN = Money(1000, "EUR")


class Owed:
    """A planned refund of a return, and the bank it goes to."""

    def __init__(self, shop: Shop, return_id: UUID, refund: UUID, bank: Bank) -> None:
        self.shop, self.return_id, self.refund, self.bank = shop, return_id, refund, bank

    async def send(self, *, bank: str = "stripe") -> None:
        await send_refund(self.refund, gateways={bank: self.bank}, at=AT)

    async def states(self) -> list[str]:
        return [refund.state for refund in await refunds_of(self.shop.id, self.return_id)]

    async def account(self) -> tuple[int, int, int]:
        """Reserved and refunded on the payment, and given otherwise on the order."""
        row = await database.fetch_one(
            "SELECT p.reserved, p.refunded, o.given_otherwise FROM payments p"
            ' JOIN orders o ON o.id = p."order"'
        )
        assert row is not None
        return tuple(row)

    async def pay_by_hand(self, kind: str) -> None:
        await record_payout(
            self.return_id,
            task=str(self.refund),
            kind=kind,
            reference="transfer 7",
            merchant=self.shop.id,
            actor=OWNER,
            at=AT,
        )

    async def told(self, status: str) -> None:
        self.bank.tell(str(self.refund), status)  # pyright: ignore[reportArgumentType]
        async with database.transaction():
            refund = await lock_refund(self.refund)
            assert refund is not None
            now = await self.bank.find(self.bank.paid[str(self.refund)][0])
            assert now is not None
            await apply_status(refund, now, AT)

    async def tasks(self) -> list[str]:
        return sorted(task.kind for task in await open_tasks(self.shop.id))


@pytest.fixture
async def one(db: str) -> Owed:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    payment = await database.fetch_one("SELECT id FROM payments")
    assert payment is not None
    async with database.transaction():
        [refund] = await plan_refunds(
            [PaymentShare(payment["id"], TEN)],
            merchant=shop.id,
            return_id=asked.id,
            cause=str(uuid4()),
            actor=OWNER,
            at=AT,
        )
    return Owed(shop, asked.id, refund, Bank())


async def test_an_answer_that_never_comes_is_asked_for_ever_less_often_and_then_no_more(one: Owed) -> None:
    """A stored 500: its job tries, then the sweep at growing distances, then one held job asks a person."""
    one.bank.always = "lost_before"
    raised, swept, moment = 0, 0, AT
    for _ in range(3 * 24 * 30):  # Three days of sweeps.
        moment += timedelta(minutes=2)
        if await resume_refunds(at=moment):
            swept += 1
            await database.fetch("DELETE FROM jobs")
            try:
                await send_refund(one.refund, gateways={"stripe": one.bank}, at=moment)
            except RefundNotSettled:
                raised += 1
    assert (swept, one.bank.asked) == (MOST_TRIES, MOST_TRIES)
    assert raised == QUICK_TRIES + 1
    assert await one.states() == ["unknown"]
    assert (await one.account())[0] == 1000
    one.bank.always = None
    await one.send()
    assert await one.states() == ["succeeded"]


async def test_a_bank_that_cannot_be_read_leaves_the_refund_unknown(one: Owed) -> None:
    one.bank.faults = ["lost_after"]
    with pytest.raises(RefundNotSettled):
        await one.send()
    one.bank.away = True
    with pytest.raises(RefundNotSettled):
        await one.send()
    assert (await one.states(), len(one.bank.paid)) == (["unknown"], 1)
    one.bank.away = False
    await one.send()
    assert (await one.states(), one.bank.asked) == (["succeeded"], 1)


async def test_a_pending_refund_is_only_read_again(one: Owed) -> None:
    one.bank.first_status = "pending"
    await one.send()
    one.bank.away = True
    await one.send()
    one.bank.away = False
    await one.send()
    assert (await one.states(), one.bank.asked) == (["pending"], 1)


async def test_a_refund_canceled_by_the_provider_was_not_paid(one: Owed) -> None:
    """Told twice it is told once; a person is asked, and the money is free again."""
    one.bank.first_status = "pending"
    await one.send()
    await one.told("canceled")
    await one.told("canceled")
    assert (await one.states(), await one.tasks()) == (["failed"], ["refund.failed"])
    assert await one.account() == (0, 0, 0)


async def test_the_provider_is_believed_about_a_refund_that_one_worker_put_off(one: Owed) -> None:
    await one.send()
    await database.fetch("UPDATE refunds SET state = 'planned', settled_at = NULL")
    await database.fetch("UPDATE payments SET reserved = 1000, refunded = 0")
    await one.told("succeeded")
    assert await one.account() == (0, 1000, 0)


async def test_what_was_paid_by_hand_is_never_sent_by_a_gateway_connected_later(one: Owed) -> None:
    await one.send(bank="another")
    assert await one.tasks() == ["refund.no_gateway"]
    await one.pay_by_hand("refund.no_gateway")
    assert await resume_refunds(at=AT + timedelta(days=1)) == 0
    await one.send()
    assert (one.bank.asked, await one.tasks()) == (0, [])
    assert await one.account() == (0, 0, 1000)


async def test_what_is_on_its_way_cannot_be_recorded_as_paid_by_hand(one: Owed) -> None:
    await one.send(bank="another")
    one.bank.first_status = "pending"
    await one.send()
    with pytest.raises(AlreadyDecided):
        await one.pay_by_hand("refund.no_gateway")
    assert await one.account() == (1000, 0, 0)


async def test_a_failed_refund_paid_by_hand_stays_given(one: Owed) -> None:
    """Otherwise the same money could go out again with the next return of the order."""
    one.bank.always = "refused"
    await one.send()
    await one.pay_by_hand("refund.failed")
    with pytest.raises(AlreadyDecided):
        await one.pay_by_hand("refund.failed")
    assert await one.account() == (0, 0, 1000)


@pytest.mark.parametrize("way", ["by hand", "again"])
async def test_a_failed_refund_that_succeeds_after_all_calls_a_person(one: Owed, way: str) -> None:
    await one.send()
    await one.told("failed")
    if way == "by hand":
        await one.pay_by_hand("refund.failed")
    else:
        await retry_refund(one.refund, merchant=one.shop.id, actor=OWNER, at=AT)
    await one.told("succeeded")
    assert await one.tasks() == ["refund.too_much"]


async def test_the_least_tried_refunds_are_not_kept_waiting_by_old_ones(one: Owed) -> None:
    """Old pending refunds are read once a day, not with every sweep."""
    await database.fetch(
        "UPDATE refunds SET state = 'pending', tries = 60, first_sent_at = $1", AT - timedelta(hours=20)
    )
    assert await resume_refunds(at=AT) == 0
    assert await resume_refunds(at=AT + timedelta(hours=5)) == 1
