"""Orders as a shop tells them: once, again, changed, and wrong."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from returns_app import database
from returns_app.money import Money
from returns_app.orders import queries
from returns_app.orders.amounts import OrderDoesNotAddUp
from returns_app.orders.take_in import OrderHasReturns, take_in
from tests.orders.makers import AT, a_line, a_merchant, told


async def everything() -> list[list[tuple[object, ...]]]:
    tables = ("shoppers", "products", "orders", "order_lines", "payments")
    return [
        [tuple(row) for row in await database.fetch(f"SELECT * FROM {name} ORDER BY id")] for name in tables
    ]


async def test_an_order_told_twice_is_one_order(db: str) -> None:
    merchant = await a_merchant()
    first = await take_in(told(), merchant=merchant, at=AT)
    before = await everything()
    again = await take_in(told(), merchant=merchant, at=AT)
    assert (first.outcome, again.outcome) == ("created", "unchanged")
    assert again.order == first.order
    assert await everything() == before


async def test_ten_messages_at_once_make_one_order(db: str) -> None:
    merchant = await a_merchant()
    taken = await asyncio.gather(*(take_in(told(), merchant=merchant, at=AT) for _ in range(10)))
    assert sorted(one.outcome for one in taken) == ["created"] + ["unchanged"] * 9
    assert len(await database.fetch("SELECT FROM order_lines")) == 1


async def test_what_was_told_is_what_is_seen(db: str) -> None:
    merchant = await a_merchant()
    charge = {"name": "Gift wrap", "amount": "2.50", "tax_rate": "21", "refundable": False}
    rounding = {"name": "Rounding", "amount": "-0.02"}
    lines = [
        a_line(paid="31.00", tax="5.38", options={"Size": "M"}, stock=4, family="SHIRT", ean="8712345678906"),
        a_line("SHIRT-L", paid="40.00", tax="6.94", options={"Size": "L"}, family="SHIRT"),
    ]
    order = told(
        lines=lines, charges=[charge, rounding], total="77.43", buyer="business", settled_by="platform"
    )
    taken = await take_in(order, merchant=merchant, at=AT)
    seen = await queries.order(merchant, taken.order)
    assert seen is not None
    assert (seen.total, seen.shipping) == (Money(7743, "EUR"), Money(395, "EUR"))
    assert (seen.buyer, seen.settled_by, seen.email) == ("business", "platform", "anna@example.com")
    assert seen.ship_to.house_number == "1"
    shown = await queries.lines(merchant, taken.order)
    assert [(line.kind, line.paid.minor, line.tax.minor) for line in shown] == [
        ("goods", 3100, 538),
        ("goods", 4000, 694),
        ("service", 250, 43),
        ("service", -2, 0),
    ]
    assert sum(line.paid.minor for line in shown) + seen.shipping.minor == seen.total.minor
    paid = await queries.payments(merchant, taken.order)
    assert [(one.method, one.gateway, one.reference, one.captured.minor) for one in paid] == [
        ("ideal", "stripe", "pi_1", 4395)
    ]
    family = await queries.variants(merchant, "SHIRT", currency="EUR")
    assert {(one.sku, one.options["Size"], one.available) for one in family} == {
        ("SHIRT-M", "M", 4),
        ("SHIRT-L", "L", 0),
    }


async def test_an_order_wide_discount_is_spread_by_gross_after_line_discounts(db: str) -> None:
    merchant = await a_merchant()
    lines = [
        a_line("A", quantity=1, unit_price="10.00", discount="5.00"),
        a_line("B", quantity=1, unit_price="10"),
    ]
    taken = await take_in(told(lines=lines, discount="1.00", total="17.95"), merchant=merchant, at=AT)
    assert [line.paid.minor for line in await queries.lines(merchant, taken.order)] == [467, 933]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"total": "43.96"}, "does not add up"),
        ({"discount": "50.00", "total": "3.95"}, "more than the lines"),
        ({"lines": [a_line(discount="41.00")]}, r"lines\[0\] \(SHIRT-M\): the discount"),
        ({"lines": [a_line(paid="40.00"), a_line("B")], "discount": "1.00"}, "on every line or on none"),
        ({"lines": [a_line(tax="41.00")]}, "a tax of EUR 41.00 cannot be within EUR 40.00"),
        ({"shipping": {"amount": "1", "discount": "2"}}, "discount is more than the shipping"),
        ({"total": "43.955"}, "more decimal places than EUR"),
        ({"currency": "JPY"}, "JPY"),
    ],
)
async def test_amounts_that_contradict_each_other_are_refused(db: str, said: dict, sentence: str) -> None:
    merchant = await a_merchant()
    with pytest.raises(OrderDoesNotAddUp, match=sentence):
        await take_in(told(**said), merchant=merchant, at=AT)
    assert await database.fetch("SELECT FROM orders") == []


async def test_a_later_message_brings_dates_and_tracking_and_forgets_none(db: str) -> None:
    merchant = await a_merchant()
    sent = {"dispatched_at": "2026-11-11T09:00:00Z", "outbound_tracking": ["3SABC123"]}
    taken = await take_in(told(), merchant=merchant, at=AT)
    assert (await take_in(told(**sent), merchant=merchant, at=AT)).outcome == "updated"
    late = await take_in(told(delivered_at="2026-11-12T09:00:00Z", tags=["vip"]), merchant=merchant, at=AT)
    assert late.outcome == "updated"
    seen = await queries.order(merchant, taken.order)
    assert seen is not None
    assert seen.dispatched_at is not None
    assert seen.delivered_at is not None
    assert (seen.outbound_tracking, seen.tags) == (("3SABC123",), ("vip",))


async def test_other_goods_replace_the_lines_while_nothing_came_back(db: str) -> None:
    merchant = await a_merchant()
    taken = await take_in(told(), merchant=merchant, at=AT)
    [before] = await queries.lines(merchant, taken.order)
    more = told(lines=[a_line(), a_line("SOCKS", quantity=1, unit_price="5.00")], total="48.95")
    assert (await take_in(more, merchant=merchant, at=AT)).outcome == "updated"
    lines = await queries.lines(merchant, taken.order)
    assert [line.sku for line in lines] == ["SHIRT-M", "SOCKS"]
    assert lines[0].id == before.id


async def test_goods_and_money_of_an_order_with_returns_stay(db: str) -> None:
    merchant = await a_merchant()
    taken = await take_in(told(), merchant=merchant, at=AT)
    await _a_return_of(merchant, taken.order)
    before = await everything()
    with pytest.raises(OrderHasReturns, match="already has returns"):
        await take_in(told(lines=[a_line(quantity=3)], total="63.95"), merchant=merchant, at=AT)
    assert await everything() == before
    later = await take_in(told(delivered_at="2026-11-12T09:00:00Z"), merchant=merchant, at=AT)
    assert later.outcome == "updated"


async def test_payments_that_gave_money_back_stay(db: str) -> None:
    merchant = await a_merchant()
    await take_in(told(), merchant=merchant, at=AT)
    await database.fetch("UPDATE payments SET refunded_elsewhere = 1")
    with pytest.raises(OrderHasReturns):
        await take_in(told(payments=[]), merchant=merchant, at=AT)


async def test_words_about_a_line_may_be_mended(db: str) -> None:
    merchant = await a_merchant()
    taken = await take_in(told(), merchant=merchant, at=AT)
    mended = told(lines=[a_line(title="Blue shirt", product_type="clothing/shirts", options={"Size": "M"})])
    assert (await take_in(mended, merchant=merchant, at=AT)).outcome == "updated"
    [line] = await queries.lines(merchant, taken.order)
    assert (line.title, line.product_type, line.options) == ("Blue shirt", "clothing/shirts", {"Size": "M"})


async def test_merchants_do_not_see_each_other(db: str) -> None:
    mine, theirs = await a_merchant("mine"), await a_merchant("theirs")
    taken = await take_in(told(), merchant=mine, at=AT)
    assert (await take_in(told(), merchant=theirs, at=AT)).outcome == "created"
    assert await queries.order(theirs, taken.order) is None
    assert await queries.lines(theirs, taken.order) == []
    assert await queries.payments(theirs, taken.order) == []


async def _a_return_of(merchant: UUID, order: UUID) -> None:
    [line] = await queries.lines(merchant, order)
    one = uuid4()
    await database.fetch(
        """INSERT INTO returns (id, merchant, "order", rma, key, status, ground, locale, currency, method,
             requested_at, requested_by, policy_hash, quote)
           VALUES ($1, $2, $3, 'RMA1', 'key', 'requested', 'return', 'nl', 'EUR', 'label',
             $4, '{}', '', '{}')""",
        one,
        merchant,
        order,
        AT,
    )
    await database.fetch(
        """INSERT INTO return_lines (id, return_id, position, order_line, quantity, units, answers, decision,
             resolution, note, decided_because, received, missing, wrong, deduction)
           VALUES ($1, $2, 0, $3, 1, '{0}', '{}', 'accepted', 'refund', '', '', 0, 0, 0, 0)""",
        uuid4(),
        one,
        line.id,
    )
