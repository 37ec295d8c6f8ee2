"""The numbers of the first page are what their definitions say."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from returns_app import database
from returns_app.core.events import Event
from returns_app.insight.today import Asked, late_by_law, numbers
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.settlement.settle import settle
from tests.makers import AT, OWNER, a_return, a_shop, an_order


@pytest.fixture(autouse=True)
def _nothing_reacts() -> None:
    use_reactions(dict.fromkeys(Event, ()))


async def given(shop: Shop, number: str, resolution: str) -> UUID:
    """A return whose item came, was judged and was settled."""
    order = await an_order(shop, number=number, reference=f"pi_{number}")
    asked = await a_return(shop, order, resolution)
    [line] = (await return_seen(shop.id, asked.id)).lines
    by = {"merchant": shop.id, "actor": OWNER, "at": AT}
    await receive(asked.id, {line.id: Count(received=1)}, step=str(uuid4()), **by)
    judged = {line.id: Judged(grade="A", disposition="restock")}
    await grade(asked.id, judged, step=str(uuid4()), **by)
    assert await settle(asked.id, merchant=shop.id, at=AT + timedelta(days=3))
    return asked.id


async def test_retained_is_the_share_that_stayed_without_its_bonus(db: str) -> None:
    shop, other = await a_shop(), await a_shop("elders")
    await given(shop, "1", "refund")
    await given(shop, "2", "credit")
    await given(other, "3", "credit")
    said = await numbers(shop.id, AT - timedelta(days=1), "EUR")
    assert (said.refunded, said.kept, said.retained) == (Money(8000, "EUR"), Money(8000, "EUR"), 50)
    assert (said.returns, said.asked) == (2, (Asked("credit", 1), Asked("refund", 1)))
    assert said.days == pytest.approx(3)


async def test_nothing_to_count_is_no_number(db: str) -> None:
    shop = await a_shop()
    await given(shop, "1", "refund")
    said = await numbers(shop.id, AT + timedelta(days=9), "EUR")
    assert (said.returns, said.asked, said.retained, said.days) == (0, (), None, None)


async def test_late_is_what_is_due_and_not_settled(db: str) -> None:
    shop = await a_shop()
    credited = await given(shop, "1", "credit")
    waiting = await a_return(shop, await an_order(shop, number="2"))
    await database.fetch("UPDATE returns SET pay_by = $1", AT.date())
    assert (await return_seen(shop.id, credited)).status == "settled"
    assert [each.rma for each in await late_by_law(shop.id, AT.date())] == [waiting.rma]
    assert await late_by_law(shop.id, AT.date() - timedelta(days=1)) == []
