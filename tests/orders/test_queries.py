"""Finding orders and products by what a person types or a scanner reads."""

from __future__ import annotations

import pytest

from returns_app.orders import queries
from returns_app.orders.scheme import StockTold
from returns_app.orders.take_in import take_in
from returns_app.orders.take_in_stock import take_in_stock
from tests.orders.makers import AT, a_line, a_merchant, told


@pytest.mark.parametrize(
    ("number", "email", "found"),
    [
        ("A-1001", "anna@example.com", True),
        (" #a-10 01 ", " ANNA@Example.COM ", True),
        ("A-1001", "other@example.com", False),
        ("A-1001", "", False),
        ("A-1002", "anna@example.com", False),
        ("", "", False),
        ("A-1001\x00", "anna@example.com", True),
        ("' OR 1=1 --", "anna@example.com", False),
        ("A-1001", "ännä@example.com", False),
    ],
)
async def test_an_order_is_found_by_number_and_mail_only(
    db: str, number: str, email: str, found: bool
) -> None:
    merchant = await a_merchant()
    await take_in(told(number="A-1001"), merchant=merchant, at=AT)
    seen = await queries.find_order(merchant, number, email)
    assert (seen is not None) is found


async def test_an_order_without_mail_is_never_found_by_an_empty_one(db: str) -> None:
    merchant = await a_merchant()
    await take_in(told(email=None), merchant=merchant, at=AT)
    assert await queries.find_order(merchant, "1001", "") is None
    [seen] = await queries.by_number(merchant, "1001")
    assert await queries.orders_of(merchant, seen.shopper) == [seen]


async def test_numbers_that_look_alike_are_told_apart_by_mail(db: str) -> None:
    merchant = await a_merchant()
    await take_in(told(number="10 01"), merchant=merchant, at=AT)
    other = await take_in(told(number="1001", email="bo@example.com"), merchant=merchant, at=AT)
    seen = await queries.find_order(merchant, "1001", "bo@example.com")
    assert seen is not None
    assert seen.id == other.order
    assert len(await queries.by_number(merchant, "#1001")) == 2


async def test_the_bench_finds_orders_by_tracking_and_products_by_code(db: str) -> None:
    merchant = await a_merchant()
    line = a_line(ean="0712345678904", family="SHIRT")
    taken = await take_in(told(lines=[line], outbound_tracking=["3SABC1"]), merchant=merchant, at=AT)
    assert [seen.id for seen in await queries.by_outbound_tracking(merchant, " 3sabc1")] == [taken.order]
    for code in ("712345678904", "0712345678904", "00712345678904", "shirt-m", "SHIRT-M"):
        assert [seen.sku for seen in await queries.products_by_code(merchant, code)] == ["SHIRT-M"]
    assert await queries.products_by_code(merchant, "nothing") == []
    [product] = await queries.products_by_code(merchant, "SHIRT-M")
    assert await queries.products(merchant, [product.id]) == [product]


async def test_stock_is_set_and_unknown_skus_are_named(db: str) -> None:
    merchant = await a_merchant()
    await take_in(told(lines=[a_line(stock=3)]), merchant=merchant, at=AT)
    said = [
        StockTold(sku="SHIRT-M", stock=9),
        StockTold(sku="NOPE", stock=1),
        StockTold(sku="SHIRT-M", stock=7),
    ]
    taken = await take_in_stock(said, merchant=merchant)
    assert (taken.changed, taken.unchanged, taken.unknown) == (1, 0, ("NOPE",))
    again = await take_in_stock(said, merchant=merchant)
    assert (again.changed, again.unchanged) == (0, 1)
    [seen] = await queries.products_by_code(merchant, "SHIRT-M")
    assert seen.available == 7


async def test_an_unchanged_order_does_not_set_stock_back(db: str) -> None:
    merchant = await a_merchant()
    order = told(lines=[a_line(stock=3)])
    await take_in(order, merchant=merchant, at=AT)
    await take_in_stock([StockTold(sku="SHIRT-M", stock=1)], merchant=merchant)
    await take_in(order, merchant=merchant, at=AT)
    [seen] = await queries.products_by_code(merchant, "SHIRT-M")
    assert seen.available == 1
