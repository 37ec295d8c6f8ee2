"""What is not an order is told where and why; the published schema says the same."""

from __future__ import annotations

from typing import Any

import jsonschema
import msgspec
import pytest

from returns_app.orders.scheme import OrderNotUnderstood, order_schema, read_order, read_stock
from tests.orders.makers import a_line, an_order


def as_json(**said: Any) -> bytes:
    return msgspec.json.encode(an_order(**said))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "This is not JSON"),
        (b"\xff\xfe", "This is not JSON"),
        (b"[]", "the order: expected `object`"),
        (as_json(currency="eur"), 'currency: expected a currency of ISO 4217, such as "EUR"'),
        (
            as_json(ship_to={"country": "Netherlands"}),
            'ship_to.country: expected a country of ISO 3166, such as "NL"',
        ),
        (as_json(total=43.95), 'total: expected an amount as a text, such as "12.50"'),
        (as_json(lines=[a_line(unit_price=20)]), "lines[0].unit_price: expected an amount as a text"),
        (as_json(lines=[a_line(), a_line(quantity=0)]), "lines[1].quantity: expected `int` >= 1"),
        (as_json(lines=[]), "lines: "),
        (as_json(ordered_at="2026-11-10T10:00:00"), "ordered_at: "),
        (as_json(settled_by="amazon"), "settled_by: expected one of us, platform, marketplace"),
        (as_json(buyer="b2b"), "buyer: expected one of consumer, business"),
        (as_json(email="nobody"), "email: expected an e-mail address"),
        (as_json(number="  "), "number: expected a text that is not empty"),
        (as_json(lines=[a_line(pictur="x")]), "there is no field “pictur”; did you mean “picture”?"),
        (as_json(lines=[a_line(title="a\x00b")]), "lines[0].title: expected a text without NUL characters"),
        (as_json(lines=[a_line(picture="javascript:alert(1)")]), "lines[0].picture: expected a web address"),
    ],
)
def test_a_document_that_is_no_order_is_told_where_and_why(body: bytes, sentence: str) -> None:
    with pytest.raises(OrderNotUnderstood) as told:
        read_order(body)
    assert sentence in str(told.value)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({}, True),
        ({"charges": [{"name": "Rounding", "amount": "-0.02"}]}, True),
        ({"total": 43.95}, False),
        ({"settled_by": "amazon"}, False),
        ({"unknown": 1}, False),
        ({"lines": []}, False),
    ],
)
def test_the_schema_and_the_reading_agree(said: dict[str, Any], fits: bool) -> None:
    validator = jsonschema.Draft202012Validator(order_schema())
    assert validator.is_valid(an_order(**said)) is fits
    if fits:
        read_order(as_json(**said))
    else:
        with pytest.raises(OrderNotUnderstood):
            read_order(as_json(**said))


def test_stock_is_a_list() -> None:
    assert [one.stock for one in read_stock(b'[{"sku":"A","stock":3}]')] == [3]
    with pytest.raises(OrderNotUnderstood, match=r"stock: expected `int` >= 0"):
        read_stock(b'[{"sku":"A","stock":-1}]')
