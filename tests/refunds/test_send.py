"""A refund reaches Stripe once, whatever is lost, doubled, early or late on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from returns_app import clock, database
from returns_app.journal.inbound import store_inbound
from returns_app.journal.tasks import open_tasks
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from returns_app.refunds.gateways.stripe import StripeGateway
from returns_app.refunds.gateways.stripe_webhook import read_webhook
from returns_app.refunds.hear import hear_stripe
from returns_app.refunds.plan import MoreThanPaid, PaymentShare, plan_refunds
from returns_app.refunds.queries import refunds_of
from returns_app.refunds.resume import resume_refunds
from returns_app.refunds.send import RefundNotSettled, send_refund
from tests.makers import AT, OWNER, a_return, a_shop, an_order
from tests.practice.world import Ear, Told, admin, ear, practice_world

TEN = Money(1000, "EUR")


@pytest.fixture(scope="module")
async def hooks() -> AsyncIterator[Ear]:
    async with ear() as hearing:
        yield hearing


@pytest.fixture(scope="module")
async def world(hooks: Ear, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeProcess]:
    async with practice_world(tmp_path_factory.mktemp("practice"), hooks.url) as process:
        yield process


@pytest.fixture
async def practice(world: PracticeProcess) -> AsyncIterator[PracticeClient]:
    async with admin(world) as client:
        await client.disarm()
        yield client


@pytest.fixture
async def gateways(world: PracticeProcess) -> AsyncIterator[dict[str, StripeGateway]]:
    gateway = StripeGateway(world.ready.stripe_key, api=world.ready.url, retries=0, patience=15)
    yield {"stripe": gateway}
    await gateway.close()


class Owed:
    """A return whose money is planned and not yet sent."""

    def __init__(self, shop: Shop, return_id: UUID, refunds: list[UUID], reference: str) -> None:
        self.shop, self.return_id, self.refunds, self.reference = shop, return_id, refunds, reference

    @property
    def refund(self) -> UUID:
        return self.refunds[0]

    async def states(self) -> list[str]:
        return [refund.state for refund in await refunds_of(self.shop.id, self.return_id)]

    async def account(self) -> tuple[int, int, int]:
        """Reserved, refunded and refunded elsewhere on the payment."""
        row = await database.fetch_one("SELECT reserved, refunded, refunded_elsewhere FROM payments")
        assert row is not None
        return tuple(row)


async def owed(practice: PracticeClient, amount: Money = TEN) -> Owed:
    number = uuid4().hex[:8]
    reference = await practice.seed_payment(number, 8000, "EUR")
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop, number=number, reference=reference))
    return Owed(shop, asked.id, await plan(shop, asked.id, amount), reference)


async def plan(shop: Shop, return_id: UUID, amount: Money) -> list[UUID]:
    payment = await database.fetch_one("SELECT id FROM payments")
    assert payment is not None
    async with database.transaction():
        return await plan_refunds(
            [PaymentShare(payment["id"], amount)],
            merchant=shop.id,
            return_id=return_id,
            cause=str(uuid4()),
            actor=OWNER,
            at=AT,
        )


async def send(one: Owed, gateways: dict[str, StripeGateway]) -> None:
    await send_refund(one.refund, gateways=gateways, at=clock.now())


async def hear(hooks: Ear, one: Owed, gateways: dict[str, StripeGateway], count: int = 1) -> int:
    """Take in the webhooks that speak of this refund; how many were new."""
    told = await hooks.hears(lambda each: str(one.refund).encode() in each.body, count)
    new = 0
    for each in told:
        new += await take_in(each, gateways)
    return new


async def take_in(told: Told, gateways: dict[str, StripeGateway]) -> int:
    news = read_webhook(told.body, told.headers["stripe-signature"], _secrets, clock.now())
    kept = await store_inbound("stripe", news.event_id, payload=told.body, headers={}, at=clock.now())
    [row] = await database.fetch("SELECT id FROM journal_inbound WHERE external_id = $1", news.event_id)
    await hear_stripe(str(row["id"]), gateways=gateways, at=clock.now())
    return kept


_secrets: list[str] = []


@pytest.fixture(autouse=True)
def _secret(world: PracticeProcess) -> None:
    _secrets[:] = [world.ready.stripe_webhook_secret]


async def test_it_is_sent_once_by_any_number_of_workers(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway]
) -> None:
    one = await owed(practice)
    await asyncio.gather(*(send(one, gateways) for _ in range(8)))
    await send(one, gateways)
    [refund] = await practice.refunds(one.reference)
    assert refund["amount"] == 1000
    assert await one.states() == ["succeeded"]
    assert await one.account() == (0, 1000, 0)


@pytest.mark.parametrize("fault", ["lose_answer", "stored_500_after_work", "conflict", "rate_limit"])
async def test_a_lost_or_broken_answer_is_settled_by_reading(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway], fault: str
) -> None:
    one = await owed(practice)
    await practice.fault(fault)
    with pytest.raises(RefundNotSettled):
        await send(one, gateways)
    assert (await one.states())[0] in ("unknown", "planned")
    assert (await one.account())[0] == 1000
    await send(one, gateways)
    assert len(await practice.refunds(one.reference)) == 1
    assert await one.states() == ["succeeded"]
    assert await one.account() == (0, 1000, 0)


async def test_a_crash_after_sending_is_resumed_by_reading(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway]
) -> None:
    """The row says sending, Stripe has done it, and nobody wrote the answer down."""
    one = await owed(practice)
    await send(one, gateways)
    await database.fetch("UPDATE refunds SET state = 'sending', gateway_id = NULL, settled_at = NULL")
    await database.fetch("UPDATE payments SET reserved = 1000, refunded = 0")
    assert await resume_refunds(at=clock.now()) == 1
    await send(one, gateways)
    assert len(await practice.refunds(one.reference)) == 1
    assert await one.account() == (0, 1000, 0)


async def test_a_webhook_may_come_first_twice_and_late(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway], hooks: Ear
) -> None:
    """Scenarios 3–5: before our own commit, delivered twice, and after it."""
    one = await owed(practice)
    await practice.fault("webhook_twice")
    sending = asyncio.create_task(send(one, gateways))
    await hear(hooks, one, gateways)
    await sending
    await hear(hooks, one, gateways, 2)
    assert await one.states() == ["succeeded"]
    assert await one.account() == (0, 1000, 0)
    assert len(await database.fetch("SELECT 1 FROM refunds")) == 1


async def test_pending_is_not_a_failure_and_stays_reserved(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway], hooks: Ear
) -> None:
    one = await owed(practice)
    await practice.fault("end_pending")
    await send(one, gateways)
    assert await one.states() == ["pending"]
    assert await one.account() == (1000, 0, 0)
    [refund] = await practice.refunds(one.reference)
    await practice.end_refund(refund["id"], "succeeded")
    await send(one, gateways)
    assert await one.states() == ["succeeded"]


async def test_a_refund_that_fails_after_it_succeeded_opens_a_task(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway], hooks: Ear
) -> None:
    """Scenarios 13 and 14: the money is back with the merchant and counts as not refunded."""
    one = await owed(practice)
    await send(one, gateways)
    [refund] = await practice.refunds(one.reference)
    await practice.end_refund(refund["id"], "failed")
    told = await hooks.hears(
        lambda each: str(one.refund).encode() in each.body and b"refund.failed" in each.body
    )
    await take_in(told[0], gateways)
    await take_in(told[0], gateways)
    assert await one.states() == ["failed"]
    assert await one.account() == (0, 0, 0)
    assert [task.kind for task in await open_tasks(one.shop.id)] == ["refund.failed"]


async def test_two_equal_refunds_of_one_payment_are_two(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway]
) -> None:
    """Scenario 6: the key is per refund action, not per amount."""
    one = await owed(practice)
    [again] = await plan(one.shop, one.return_id, TEN)
    await asyncio.gather(send(one, gateways), send_refund(again, gateways=gateways, at=clock.now()))
    assert len(await practice.refunds(one.reference)) == 2
    assert await one.account() == (0, 2000, 0)


async def test_never_more_than_was_paid(db: str, practice: PracticeClient) -> None:
    """Scenarios 1 and 7: fifty at once and in steps; the database holds the ceiling."""
    one = await owed(practice, Money(500, "EUR"))
    answers = await asyncio.gather(
        *(plan(one.shop, one.return_id, TEN) for _ in range(50)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert all(isinstance(answer, MoreThanPaid) for answer in refused)
    assert len(answers) - len(refused) == 7
    assert (await one.account())[0] == 7500


async def test_a_refund_made_in_the_dashboard_lowers_what_is_left(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway], hooks: Ear
) -> None:
    """Scenario 20: counted once, told to a person, and never paid again by us."""
    one = await owed(practice, Money(500, "EUR"))
    await practice.refund_in_dashboard(one.reference, 7000)
    told = await hooks.hears(
        lambda each: one.reference.encode() in each.body and b"refund.created" in each.body
    )
    await take_in(told[0], gateways)
    await take_in(told[0], gateways)
    assert await one.account() == (500, 0, 7000)
    with pytest.raises(MoreThanPaid):
        await plan(one.shop, one.return_id, TEN)
    assert [task.kind for task in await open_tasks(one.shop.id)] == ["refund.elsewhere"]


async def test_a_dispute_stops_refunds_until_it_is_won(
    db: str, practice: PracticeClient, gateways: dict[str, StripeGateway], hooks: Ear
) -> None:
    """Scenarios 17 and 18."""
    one = await owed(practice)
    dispute = await practice.dispute(one.reference)
    told = await hooks.hears(
        lambda each: b"charge.dispute.created" in each.body and one.reference.encode() in each.body
    )
    await take_in(told[0], gateways)
    with pytest.raises(MoreThanPaid):
        await plan(one.shop, one.return_id, TEN)
    await practice.end_dispute(dispute["id"], "won")
    told = await hooks.hears(
        lambda each: b"charge.dispute.closed" in each.body and one.reference.encode() in each.body
    )
    await take_in(told[0], gateways)
    assert await plan(one.shop, one.return_id, TEN)
