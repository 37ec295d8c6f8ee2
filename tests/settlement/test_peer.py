"""What Medusa 2.21.2 got wrong when it was measured, each as a test of ours.

A SIGKILL in the middle of a refund or a receipt is told by tests/stories/test_crash.py.
"""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import msgspec
import pytest

from returns_app import database
from returns_app.journal.actors import SHOPPER
from returns_app.money import Money
from returns_app.refunds.plan import MoreThanPaid, PaymentShare, plan_refunds
from returns_app.refunds.queries import refunds_of
from returns_app.refunds.send import send_refund
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.refusals import AlreadyReceived, QuantityWrong
from returns_app.returns.request import request
from returns_app.returns.wish import LineWish
from returns_app.settlement.settle import settle
from tests.makers import AT, OWNER, a_return, a_shop, a_wish, an_order, line_ids, shoe
from tests.refunds.bank import Bank
from tests.settlement.shops import BENCH, a_shop_that_says, ask, box

TIMES = 8


async def test_a_double_click_on_refund_pays_once(db: str) -> None:
    """Paid twice there, 8 of 8."""
    shop, bank = await a_shop_that_says(), Bank()
    order = await an_order(shop)
    asked = await ask(shop, order, ((await line_ids(order))[0], "refund"))
    await box(shop, asked.id, first=Count(received=1))
    await asyncio.gather(*(settle(asked.id, merchant=shop.id, at=AT) for _ in range(TIMES)))
    [refund] = await refunds_of(shop.id, asked.id)
    sending = (send_refund(refund.id, gateways={"stripe": bank}, at=AT) for _ in range(TIMES))
    await asyncio.gather(*sending)
    assert bank.sums() == {"pi_1001": 8000}


async def test_two_legal_partial_refunds_at_once_are_both_in_the_books(db: str) -> None:
    """Ledger wrong there, 8 of 8."""
    shop, bank = await a_shop(), Bank()
    asked = await a_return(shop, await an_order(shop))
    payment = await database.fetch_one("SELECT id FROM payments")
    assert payment is not None

    async def give(minor: int) -> UUID:
        async with database.transaction():
            [planned] = await plan_refunds(
                [PaymentShare(payment["id"], Money(minor, "EUR"))],
                merchant=shop.id,
                return_id=asked.id,
                cause=str(uuid4()),
                actor=OWNER,
                at=AT,
            )
        await send_refund(planned, gateways={"stripe": bank}, at=AT)
        return planned

    await asyncio.gather(give(3000), give(2000))
    row = await database.fetch_one("SELECT reserved, refunded FROM payments")
    assert row is not None
    assert (tuple(row), bank.sums()) == ((0, 5000), {"pi_1001": 5000})
    with pytest.raises(MoreThanPaid):
        await give(3001)


@pytest.mark.parametrize("step", ["the same box", None])
async def test_the_same_return_received_twice_at_once_counts_once(db: str, step: str | None) -> None:
    """Stock +2 there, 5 of 5; by one station that repeats itself, or by two of them."""
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    [line] = (await return_seen(shop.id, asked.id)).lines
    answers = await asyncio.gather(
        *(
            receive(
                asked.id,
                {line.id: Count(received=1)},
                step=step or str(uuid4()),
                merchant=shop.id,
                actor=BENCH,
                at=AT,
            )
            for _ in range(TIMES)
        ),
        return_exceptions=True,
    )
    assert sum(answer is True for answer in answers) == 1
    assert all(isinstance(answer, bool | AlreadyReceived) for answer in answers)
    assert (await return_seen(shop.id, asked.id)).lines[0].received == 1


async def test_a_request_confirmed_twice_at_once_is_one_return(db: str) -> None:
    """Doubled lines and two fulfilments there, 5 of 5."""
    shop = await a_shop()
    wish = await a_wish(shop, await an_order(shop))
    answers = await asyncio.gather(
        *(request(wish, merchant=shop.id, actor=SHOPPER, at=AT) for _ in range(TIMES))
    )
    assert [answer.new for answer in answers].count(True) == 1
    for table in ("returns", "return_lines", "unit_claims"):
        assert len(await database.fetch(f"SELECT 1 FROM {table}")) == 1


@pytest.mark.parametrize("quantity", [-1, 0, 0.5, 1.5, True])
async def test_a_quantity_is_a_whole_number_from_one(db: str, quantity: float) -> None:
    """−1 and 0.5 were accepted there."""
    shop = await a_shop()
    order = await an_order(shop, shoe(quantity=3))
    with pytest.raises(QuantityWrong):
        await a_wish(shop, order, quantity=quantity)  # pyright: ignore[reportArgumentType]  (what a form may send)


@pytest.mark.parametrize("quantity", ["0.5", "1.0e-1", '"1"', "null"])
def test_a_quantity_told_over_the_api_is_a_whole_number(quantity: str) -> None:
    body = f'{{"order_line": "{uuid4()}", "quantity": {quantity}}}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=LineWish)
