"""Stock from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from returns_app.orders import queries
from returns_app.orders.connectors.csv_file import NotACsvFile
from returns_app.orders.import_stock import import_stock
from returns_app.orders.take_in import take_in
from tests.orders.importing import a_file, rejected
from tests.orders.makers import AT, a_line, a_merchant, told


async def test_stock_is_set_and_what_is_wrong_is_told(db: str, tmp_path: Path) -> None:
    merchant = await a_merchant()
    order = told(lines=[a_line("A", stock=1), a_line("B", stock=2)], total="83.95")
    await take_in(order, merchant=merchant, at=AT)
    file = a_file(tmp_path, "artikelnummer;voorraad\nA;5\nB;2\nC;9\nA;7\nA;-1\nA;x\nA\n")
    figures = await import_stock(file, merchant=merchant)
    assert figures.lines_read == 7
    assert (figures.changed, figures.unchanged, figures.repeated, figures.rejected) == (1, 1, 1, 4)
    assert [line.split(";")[0] for line in rejected(file)] == ["6", "7", "8", "4"]
    assert "There is no product “C” here yet" in rejected(file)[-1]
    [product] = await queries.products_by_code(merchant, "A")
    assert product.available == 7


async def test_a_file_without_the_columns_is_told(db: str, tmp_path: Path) -> None:
    merchant = await a_merchant()
    with pytest.raises(NotACsvFile, match="needs a column “sku” and a column “stock”; it has name, colour"):
        await import_stock(a_file(tmp_path, "name,colour\na,b\n"), merchant=merchant)
