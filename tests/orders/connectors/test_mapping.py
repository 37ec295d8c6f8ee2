"""Mappings: what is wrong is told with its line; usual headers need none."""

from __future__ import annotations

import pytest

from returns_app.orders.connectors.countries import country_code
from returns_app.orders.connectors.mapping import MappingWrong, check_columns, read_mapping, usual_mapping
from returns_app.orders.connectors.shipped import shipped_mapping

NEEDED = (
    '[columns]\nnumber = "No"\nsku = "Item"\nquantity = "Qty"\nunit_price = "Price"\nordered_at = "Date"\n'
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a =", "this is not TOML"),
        ("colums = {}", "m.toml:1: object contains unknown field `colums`"),
        (
            '[columns]\n\nnumbr = "No"',
            "m.toml:3, columns.numbr: there is no field “numbr”; did you mean",
        ),
        ('[file]\ndecimal = "x"', "m.toml:2, file.decimal: "),
        ('[templates]\nemail = "{custmer}@x.nl"', "m.toml:2, templates.email: there is no field “custmer”"),
        ('[templates]\nemail = "{customer"', "the braces of “{customer” don't fit"),
        ('[payment]\nmethod = "{card}"', "m.toml:2, payment.method: there is no field “card”"),
        ('[dates]\ntimezone = "Europe/Amsterdm"', "m.toml:2, dates.timezone: there is no time zone"),
        ("[dates]\nnewest_days_ago = -1", "days are counted from 0"),
        ('[tax]\nrates = { NL = "high" }', "“high” is not a rate"),
        ('[countries]\nHolland = "Netherlands"', "“Netherlands” is not a country code"),
        ("family = '('", "m.toml:1, family: the pattern can't be read"),
        ('[file]\ndelimiter = ";;"', "a separator is one character"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(MappingWrong) as told:
        read_mapping(text, file="m.toml")
    assert sentence in str(told.value)


def test_columns_that_are_not_there_are_told_all_at_once() -> None:
    mapping = read_mapping(NEEDED, file="m.toml")
    with pytest.raises(MappingWrong) as told:
        check_columns(mapping, ("No", "Itm", "Qty", "Price", "When"), file="m.toml", text=NEEDED)
    assert str(told.value).splitlines() == [
        "m.toml:3, columns.sku: the file has no column “Item”; did you mean “Itm”?",
        "m.toml:6, columns.ordered_at: the file has no column “Date”.",
    ]
    with pytest.raises(MappingWrong, match="nothing says where to find “number”"):
        check_columns(read_mapping("", file="m.toml"), ("a",), file="m.toml", text="")


@pytest.mark.parametrize(
    "header",
    [
        ("Order Number", "SKU", "Item Name", "Quantity", "Item Cost", "Order Date"),
        ("Bestelnummer", "Artikelnummer", "Omschrijving", "Aantal", "Prijs", "Besteldatum"),
        ("Name", "Lineitem sku", "Lineitem name", "Lineitem quantity", "Lineitem price", "Created at"),
        ("number", "sku", "title", "quantity", "unit_price", "ordered_at"),
        ("InvoiceNo", "StockCode", "Description", "Quantity", "UnitPrice", "InvoiceDate"),
    ],
)
def test_usual_headers_are_recognised(header: tuple[str, ...]) -> None:
    fields = ("number", "sku", "title", "quantity", "unit_price", "ordered_at")
    assert usual_mapping(header, "f.csv").columns == dict(zip(fields, header, strict=True))


def test_headers_that_say_nothing_are_told() -> None:
    with pytest.raises(MappingWrong, match=r"f\.csv: no column was recognised for “number”, “sku”"):
        usual_mapping(("foo", "bar"), "f.csv")


def test_the_shipped_mapping_is_right() -> None:
    file = shipped_mapping("online-retail")
    mapping = read_mapping(file.read_text(encoding="utf-8"), file=str(file))
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    check_columns(mapping, tuple(header.split(",")), file=str(file), text="")


def test_countries_by_name_in_two_languages_and_by_code() -> None:
    names = ("Netherlands", "Nederland", "nl", "Duitsland", "EIRE", "USA", "Channel Islands", "Unit")
    assert [country_code(name) for name in names] == ["NL", "NL", "NL", "DE", "IE", "US", None, None]
