"""A draft is one per order, found again anywhere, and never outlives the return it became."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from returns_app import database
from returns_app.journal.actors import SHOPPER
from returns_app.merchants.queries import Shop
from returns_app.returns.draft import Draft, SentInAlready, open_draft, save_draft, sent_in_as
from returns_app.returns.order_case import OrderNotFound
from returns_app.returns.request import request
from returns_app.returns.wish import LineWish
from tests.makers import AT, a_shop, a_wish, an_order, line_ids


async def _kept(shop: Shop, order: UUID, *, key: str = "", note: str = "Pinches") -> Draft:
    [line] = await line_ids(order)
    wish = LineWish(order_line=line, reason="too-small", note=note, answers={"what": "the heel"})
    return await save_draft([wish], "label", merchant=shop.id, order=order, key=key, at=AT)


async def test_what_was_kept_is_there_again(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    assert await open_draft(shop.id, order) == Draft(order=order)
    kept = await _kept(shop, order)
    assert await open_draft(shop.id, order) == kept
    assert (kept.lines[0].note, kept.method) == ("Pinches", "label")


async def test_two_tabs_write_into_the_same_draft(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    kept = await asyncio.gather(*(_kept(shop, order, note=f"tab {n}") for n in range(6)))
    assert len({draft.key for draft in kept}) == 1
    assert len(await database.fetch("SELECT 1 FROM return_drafts")) == 1


async def test_another_shop_neither_reads_nor_writes_it(db: str) -> None:
    shop, other = await a_shop(), await a_shop("other")
    order = await an_order(shop)
    await _kept(shop, order)
    assert await open_draft(other.id, order) == Draft(order=order)
    with pytest.raises(OrderNotFound):
        await save_draft([], None, merchant=other.id, order=order, key="", at=AT)


async def test_a_form_that_became_a_return_is_not_filled_in_again(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    draft = await _kept(shop, order)
    wish = await a_wish(shop, order, key=draft.key)
    made = await request(wish, merchant=shop.id, actor=SHOPPER, at=AT)
    assert await open_draft(shop.id, order) == Draft(order=order)
    with pytest.raises(SentInAlready) as told:
        await _kept(shop, order, key=draft.key)
    assert told.value.rma == made.rma
    assert await sent_in_as(shop.id, order, draft.key) == made.rma
    assert await sent_in_as(shop.id, uuid4(), draft.key) is None


async def test_a_draft_that_cannot_be_read_any_more_begins_anew(db: str) -> None:
    shop = await a_shop()
    order = await an_order(shop)
    kept = await _kept(shop, order)
    await database.fetch("UPDATE return_drafts SET data = $1", msgspec.json.encode({"lines": 5}).decode())
    assert await open_draft(shop.id, order) == Draft(order=order, key=kept.key)
    again = await save_draft(
        [], None, merchant=shop.id, order=order, key=kept.key, at=AT + timedelta(minutes=1)
    )
    assert again == Draft(order=order, key=kept.key)
