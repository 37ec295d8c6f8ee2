"""Orders from files: real ones, scattered ones, and what goes wrong half-way."""

from __future__ import annotations

import asyncio
import csv
import gzip
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from returns_app import database
from returns_app.money import Money
from returns_app.orders import queries
from returns_app.orders.history import history
from returns_app.orders.import_orders import close, import_orders
from returns_app.orders.take_in import take_in
from tests.orders.importing import (
    HEADER,
    LINES,
    RETAIL,
    SLICE,
    a_file,
    a_mapping,
    a_shop,
    count,
    everything,
    imported,
    rejected,
)
from tests.orders.makers import AT, told


@pytest.fixture
def retail(tmp_path: Path) -> Path:
    """The slice, in a folder that may be written to."""
    return Path(shutil.copy(SLICE, tmp_path / "retail.csv"))


async def test_real_lines_reconcile_and_make_whole_orders(db: str, retail: Path) -> None:
    shop = await a_shop()
    figures = await imported(shop, retail, RETAIL)
    rows = list(csv.DictReader(LINES))
    assert figures.lines_read == len(rows)
    assert figures.returns == sum(row["InvoiceNo"].startswith("C") for row in rows)
    assert figures.stock_adjustments == sum(
        row["Quantity"].startswith("-") and float(row["UnitPrice"]) == 0 and not row["CustomerID"]
        for row in rows
    )
    assert figures.rejected == 0
    assert figures.returns_matched >= 5
    sold = Counter(row["InvoiceNo"] for row in rows if not row["Quantity"].startswith("-"))
    assert figures.orders_new == len(sold) == await count("orders")
    for number in sold:
        [order] = await queries.by_number(shop.id, number)
        lines = await queries.lines(shop.id, order.id)
        assert sum(line.paid.minor for line in lines) + order.shipping.minor == order.total.minor
        expected = [row for row in rows if row["InvoiceNo"] == number]
        assert order.total == _sum(expected)
        assert [paid.captured for paid in await queries.payments(shop.id, order.id)] == (
            [order.total] if order.total else []
        )


def _sum(rows: list[dict[str, str]]) -> Money:
    pence = sum(round(float(row["UnitPrice"]) * 100) * int(row["Quantity"]) for row in rows)
    return Money(pence, "GBP")


async def test_importing_again_changes_nothing_not_even_a_day_later(db: str, retail: Path) -> None:
    shop = await a_shop()
    await imported(shop, retail, RETAIL)
    before = await everything()
    again = await imported(shop, retail, RETAIL)
    later = await import_orders(retail, shop=shop, at=AT + timedelta(days=1), mapping=RETAIL)
    assert await everything() == before
    for figures in (again, later):
        assert (figures.orders_new, figures.shoppers_new, figures.products_new) == (0, 0, 0)
        assert (figures.returns_new, figures.stock_adjustments_new, figures.orders_updated) == (0, 0, 0)


async def test_dates_are_shifted_to_the_present(db: str, retail: Path) -> None:
    shop = await a_shop()
    await imported(shop, retail, RETAIL)
    row = await database.fetch_one(
        "SELECT max(ordered_at) AS newest, max(delivered_at) AS delivered FROM orders"
    )
    assert row is not None
    assert row["newest"].date() <= AT.date() - timedelta(days=1)
    assert row["newest"] > AT - timedelta(days=60)
    assert row["delivered"] <= AT


async def test_a_shopper_can_be_found_and_has_a_history(db: str, retail: Path) -> None:
    shop = await a_shop()
    await imported(shop, retail, RETAIL)
    row = await database.fetch_one(
        "SELECT o.number, o.email, o.shopper FROM past_returns p JOIN order_lines l ON l.id = p.order_line "
        'JOIN orders o ON o.id = l."order" LIMIT 1'
    )
    assert row is not None
    order = await queries.find_order(shop.id, row["number"], row["email"])
    assert order is not None
    past = await history(shop.id, row["shopper"], until=AT, period=timedelta(days=400), currency="GBP")
    assert past.orders >= 1
    assert past.spend >= order.total
    assert past.units_bought >= past.units_returned > 0
    lines = await queries.lines(shop.id, order.id)
    assert any(0 < line.returned_before <= line.quantity for line in lines)
    family = await queries.variants(shop.id, lines[0].family or "", currency="GBP")
    assert lines[0].product in {one.id for one in family}


async def test_two_imports_at_once_are_one(db: str, retail: Path) -> None:
    shop = await a_shop()
    both = await asyncio.gather(imported(shop, retail, RETAIL), imported(shop, retail, RETAIL))
    assert sorted(figures.orders_new > 0 for figures in both) == [False, True]
    row = await database.fetch_one(
        'SELECT count(*) AS lines, count(DISTINCT ("order", position)) AS once FROM order_lines'
    )
    assert row is not None
    assert row["lines"] == row["once"] == sum(f.orders_new and f.goods for f in both) + await _services()


async def _services() -> int:
    row = await database.fetch_one("SELECT count(*) FROM order_lines WHERE kind = 'service'")
    assert row is not None
    return row[0]


@pytest.mark.parametrize("stage", ["gather", "mark", "write"])
async def test_a_crash_half_way_leaves_nothing_behind(
    db: str, retail: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await a_shop()
    real = getattr(close, stage)

    async def crash(connection: asyncpg.Connection, *args: object, **kwargs: object) -> None:
        await real(connection, *args, **kwargs)
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(close, stage, crash)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await imported(shop, retail, RETAIL)
    assert not any((await everything()).values())
    assert [file.name for file in retail.parent.iterdir()] == ["retail.csv"]
    monkeypatch.undo()
    assert (await imported(shop, retail, RETAIL)).orders_new > 0
    runs = await database.fetch("SELECT finished_at FROM import_runs ORDER BY finished_at NULLS FIRST")
    assert [row["finished_at"] is None for row in runs] == [True, False]


async def test_packed_and_plain_are_the_same_file(db: str, retail: Path) -> None:
    shop = await a_shop()
    await imported(shop, retail, RETAIL)
    packed = a_file(retail.parent, gzip.compress("\n".join(LINES).encode() + b"\n"), "packed.csv.gz")
    assert (await imported(shop, packed, RETAIL)).orders_new == 0
    rows = await database.fetch("SELECT DISTINCT sha256 FROM import_runs")
    assert len(rows) == 1


async def test_scattered_lines_come_together(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    lines = [
        f"{order};S{n};Sock {n};1;2,50;01-11-2026;a@example.com;Nederland\n"
        for n in range(3)
        for order in "ABC"
    ]
    mapping = a_mapping(tmp_path, _DUTCH)
    file = a_file(tmp_path, HEADER + "".join(lines))
    figures = await imported(shop, file, mapping)
    assert (figures.goods, figures.orders_new) == (9, 3)
    [order] = await queries.by_number(shop.id, "B")
    assert [line.sku for line in await queries.lines(shop.id, order.id)] == ["S0", "S1", "S2"]
    assert order.total == Money(750, "EUR")


_DUTCH = """
[columns]
number = "Order number"
sku = "SKU"
title = "Title"
quantity = "Quantity"
unit_price = "Price"
ordered_at = "Order date"
email = "Email"
country = "Country"
[file]
decimal = ","
[dates]
formats = ["%d-%m-%Y"]
"""


async def test_dutch_words_in_the_encoding_of_windows(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    text = (
        "Bestelnummer;Artikelnummer;Omschrijving;Aantal;Prijs;Besteldatum;E-mailadres;Land\r\n"
        "10;K1;„Oude” kaas, zo’n € 5;2;1.234,50;2026-11-01;jan@example.nl;België\r\n"
        '10;K2;"Kaas ""extra"";\r\nbelegen";1;5,00;2026-11-01;jan@example.nl;België\r\n'
        '11;K3;Plank 12" beuken;1;9,95;2026-11-02;jan@example.nl;Nederland\r\n'
    )
    figures = await imported(shop, a_file(tmp_path, text.encode("cp1252")))
    assert (figures.goods, figures.rejected) == (3, 0)
    [order] = await queries.by_number(shop.id, "10")
    lines = await queries.lines(shop.id, order.id)
    assert [line.title for line in lines] == ["„Oude” kaas, zo’n € 5", 'Kaas "extra";\nbelegen']
    assert (order.total, order.country) == (Money(247400, "EUR"), "BE")


async def test_every_broken_line_is_told_with_its_number_and_reason(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    good = "1;A;Sock;1;2.50;2026-11-01;a@example.com;NL\n"
    broken = [
        ("1;A;Sock;1;2.50\n", "5 values where the header has 8"),
        ("1;A;Sock;one;2.50;2026-11-01;a@example.com;NL\n", "“one” is not a whole number"),
        ("1;A;Sock;0;2.50;2026-11-01;a@example.com;NL\n", "quantity is 0"),
        ("1;A;Sock;1;-2.50;2026-11-01;a@example.com;NL\n", "below zero"),
        ("1;A;Sock;1;2,500;2026-11-01;a@example.com;NL\n", "two ways"),
        ("1;A;Sock;1;cheap;2026-11-01;a@example.com;NL\n", "“cheap” is not a number"),
        ("1;A;Sock;1;2.50;yesterday;a@example.com;NL\n", "“yesterday” is not a date"),
        ("1;A;Sock;1;2.50;2026-11-01;nobody;NL\n", "“nobody” is not an e-mail"),
        ("1;A;Sock;1;2.50;2026-11-01;a@example.com;Nederlnd\n", "did you mean Nederland?"),
        (";A;Sock;1;2.50;2026-11-01;a@example.com;NL\n", "order number is missing"),
        (f"1;{'A' * 121};Sock;1;2.50;2026-11-01;a@example.com;NL\n", "longer than 120"),
        ('1;A;"Sock;1;2.50;2026-11-01;a@example.com;NL\n', "never closed"),
        ('1;A;"Sock"s;1;2.50;2026-11-01;a@example.com;NL\n', "closes before"),
        ("1;A;Sock;1;2.50;2026-11-01;a@example.com;NL;more\n", "needs quotes"),
    ]
    file = a_file(tmp_path, HEADER + good + "".join(line + good for line, _ in broken))
    figures = await imported(shop, file)
    assert (figures.goods, figures.rejected) == (len(broken) + 1, len(broken))
    rows = list(csv.reader(rejected(file), delimiter=";"))
    for index, ((line, sentence), row) in enumerate(zip(broken, rows, strict=True)):
        assert row[0] == str(3 + 2 * index)
        assert sentence in row[1]
        assert row[1].endswith((".", "?"))
        assert ";".join(row[2:]).replace('"', "").startswith(line.strip().replace('"', "")[:6])


async def test_rejected_lines_can_be_mended_and_imported(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    file = a_file(tmp_path, HEADER + "7;A;Sock;x;2.50;2026-11-01;a@example.com;NL\n")
    assert (await imported(shop, file)).rejected == 1
    there = tmp_path / "orders.csv.rejected.csv"
    mended = a_file(tmp_path, there.read_text().replace(";x;", ";2;"), "mended.csv")
    assert (await imported(shop, mended)).orders_new == 1
    file.write_text(HEADER + "8;A;Sock;1;2.50;2026-11-01;a@example.com;NL\n")
    await imported(shop, file)
    assert not there.exists()


async def test_whole_orders_are_refused_with_all_their_lines(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    text = (
        "Order number,SKU,Title,Quantity,Price,Order date,Customer,Country,Order total,Currency\n"
        "1,A,Sock,1,2.00,2026-11-01,c1,NL,5.00,EUR\n"
        "2,A,Sock,1,2.00,2026-11-01,c1,NL,,EUR\n"
        "1,B,Hat,1,2.00,2026-11-01,c1,NL,5.00,EUR\n"
        "2,A,Sock,1,2.00,2026-11-01,c2,NL,,EUR\n"
        "3,A,Sock,1,2.00,,c1,NL,,EUR\n"
        "4,A,Sock,1,2.00,2026-11-01,c1,,,EUR\n"
        "5,A,Sock,1,2.00,2026-11-01,c1,NL,,EUR\n"
        "5,A,Sock,1,2.00,2026-11-01,c1,NL,,USD\n"
        "6,A,Sock,1,2.00,2026-11-01,c1,NL,2.00,EUR\n"
    )
    file = a_file(tmp_path, text)
    figures = await imported(shop, file)
    assert (figures.lines_read, figures.goods, figures.rejected, figures.orders_new) == (9, 1, 8, 1)
    told = [(row[0], row[1]) for row in csv.reader(rejected(file))]
    assert [line for line, _ in told] == ["2", "3", "4", "5", "6", "7", "8", "9"]
    for line, words in (("2", "add up"), ("3", "different customers"), ("6", "no date"), ("7", "no country")):
        assert words in dict(told)[line]
    assert "2 currencies" in dict(told)["8"]


async def test_an_order_that_is_here_with_other_amounts_is_left_alone(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    line = "7;A;Sock;1;{};2026-11-01;a@example.com;NL\n"
    await imported(shop, a_file(tmp_path, HEADER + line.format("2.50")))
    before = await everything()
    file = a_file(tmp_path, HEADER + line.format("3.50"))
    figures = await imported(shop, file)
    assert (figures.rejected, figures.orders) == (1, 0)
    assert "is here already with other goods or amounts" in rejected(file)[0]
    assert await everything() == before


async def test_the_api_and_a_file_agree_on_what_is_the_same_order(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    text = (
        "Order number,SKU,Title,Quantity,Price,VAT,Order date,Email,Country,Order discount,Shipping,"
        "Payment method,Payment reference\n"
        "1001,A,Sock,3,3.33,21,2026-11-10T10:00:00+01:00,anna@example.com,NL,1.00,3.95,ideal,pi_1\n"
        "1001,B,Hat,1,0.99,9,2026-11-10T10:00:00+01:00,anna@example.com,NL,,,,\n"
    )
    mapping = a_mapping(tmp_path, _PAID_BY_INTENT)
    await imported(shop, a_file(tmp_path, text), mapping)
    order = told(
        lines=[
            {"sku": "A", "title": "Sock", "quantity": 3, "unit_price": "3.33", "tax_rate": "21"},
            {"sku": "B", "title": "Hat", "quantity": 1, "unit_price": "0.99", "tax_rate": "9"},
        ],
        discount="1.00",
        total="13.93",
        shipping={"amount": "3.95", "tax_rate": "21"},
        payments=[{"method": "ideal", "gateway": "stripe", "reference": "pi_1", "captured": "13.93"}],
    )
    [known] = await database.fetch("SELECT fingerprint FROM orders")
    await take_in(order, merchant=shop.id, at=AT)
    [after] = await database.fetch("SELECT fingerprint FROM orders")
    assert after["fingerprint"] == known["fingerprint"]


_PAID_BY_INTENT = """
[columns]
number = "Order number"
sku = "SKU"
title = "Title"
quantity = "Quantity"
unit_price = "Price"
tax_rate = "VAT"
ordered_at = "Order date"
email = "Email"
country = "Country"
order_discount = "Order discount"
order_shipping = "Shipping"
payment_method = "Payment method"
payment_reference = "Payment reference"
[payment]
gateway = "stripe"
reference = "{payment_reference}"
"""


async def test_an_export_of_shopify_is_recognised(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    text = (
        "Name,Email,Created at,Currency,Shipping,Discount Amount,Total,Lineitem quantity,Lineitem name,"
        "Lineitem price,Lineitem sku,Lineitem discount,Shipping Name,Shipping Country,Payment Method\n"
        "#1001,a@example.com,2026-11-02 10:30:00 +0100,EUR,4.00,3.00,31.00,2,Mug,10.00,MUG,0,Anna,NL,card\n"
        "#1001,a@example.com,2026-11-02 10:30:00 +0100,,,,,1,Tea,10.00,TEA,0,,,\n"
    )
    figures = await imported(shop, a_file(tmp_path, text))
    assert (figures.orders_new, figures.rejected) == (1, 0)
    order = await queries.find_order(shop.id, "1001", "a@example.com")
    assert order is not None
    assert (order.total, order.shipping) == (Money(3100, "EUR"), Money(400, "EUR"))
    assert [line.paid.minor for line in await queries.lines(shop.id, order.id)] == [1800, 900]


async def test_newer_dates_and_tracking_come_with_a_newer_export(db: str, tmp_path: Path) -> None:
    shop = await a_shop()
    header = HEADER.strip() + ";Delivery date;Tracking\n"
    line = "7;A;Sock;1;2.50;2026-11-01;a@example.com;NL;{};{}\n"
    await imported(shop, a_file(tmp_path, header + line.format("", "")))
    figures = await imported(shop, a_file(tmp_path, header + line.format("2026-11-03", "3SA 3SB")))
    assert (figures.orders_new, figures.orders_updated) == (0, 1)
    [order] = await queries.by_outbound_tracking(shop.id, "3SB")
    assert order.delivered_at is not None
    again = await imported(shop, a_file(tmp_path, header + line.format("", "")))
    assert again.orders_updated == 0
    assert (await queries.order(shop.id, order.id)) == order
