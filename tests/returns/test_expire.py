"""A voluntary return ends with its deadline, and a parcel that comes all the same brings it back."""

from __future__ import annotations

from datetime import timedelta

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import open_tasks
from returns_app.returns.expire import expire_overdue, reopen
from returns_app.returns.queries import return_seen
from tests.makers import AT, a_return, a_shop, an_order

LATER = AT + timedelta(days=40)
CARRIER = Actor("carrier")


async def test_it_ends_once_after_its_deadline_and_frees_its_units(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    asked = await a_return(shop, order)
    assert await expire_overdue(at=AT + timedelta(days=14)) == 0
    assert await expire_overdue(at=LATER) == 1
    assert await expire_overdue(at=LATER) == 0
    assert (await return_seen(shop.id, asked.id)).status == "expired"
    assert await database.fetch("SELECT 1 FROM unit_claims") == []
    assert (await a_return(shop, order)).new


async def test_what_is_on_its_way_does_not_end(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    async with database.transaction():
        await append(
            Event.PARCEL_MOVED,
            merchant=shop.id,
            actor=CARRIER,
            at=AT,
            return_id=asked.id,
            state="dropped_off",
        )
    assert await expire_overdue(at=LATER) == 0


async def test_a_claim_never_ends_by_itself(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    await database.fetch("UPDATE returns SET ground = 'claim'")
    assert await expire_overdue(at=LATER) == 0
    assert (await return_seen(shop.id, asked.id)).status == "approved"


async def test_a_late_scan_brings_it_back_with_its_units(db: str) -> None:
    shop = await a_shop()
    asked = await a_return(shop, await an_order(shop))
    await expire_overdue(at=LATER)
    assert await reopen(asked.id, merchant=shop.id, actor=CARRIER, at=LATER)
    assert not await reopen(asked.id, merchant=shop.id, actor=CARRIER, at=LATER)
    assert (await return_seen(shop.id, asked.id)).status == "approved"
    assert len(await database.fetch("SELECT 1 FROM unit_claims")) == 1


async def test_a_late_scan_of_what_another_return_holds_asks_a_person(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    late = await a_return(shop, order)
    await expire_overdue(at=LATER)
    await a_return(shop, order)
    assert not await reopen(late.id, merchant=shop.id, actor=CARRIER, at=LATER)
    assert [task.kind for task in await open_tasks(shop.id)] == ["return.came_late"]
