"""docs/orders.md names every field there is, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from returns_app.orders import scheme
from returns_app.orders.amounts import amounts_of
from returns_app.orders.connectors.fields import FIELDS
from returns_app.orders.connectors.mapping import Mapping, read_mapping

TEXT = (Path(__file__).parents[2] / "docs" / "orders.md").read_text(encoding="utf-8")

TOLD = (
    scheme.OrderTold,
    scheme.LineTold,
    scheme.AddressTold,
    scheme.CustomerTold,
    scheme.PaymentTold,
    scheme.ShippingTold,
    scheme.ChargeTold,
)


@pytest.mark.parametrize("kind", TOLD)
def test_every_field_of_the_scheme_is_told(kind: type[msgspec.Struct]) -> None:
    assert [name for name in kind.__struct_fields__ if f"`{name}`" not in TEXT] == []


def test_every_field_of_a_mapping_is_told() -> None:
    assert [name for name in FIELDS if f"`{name}`" not in TEXT] == []
    parts = msgspec.structs.fields(Mapping)
    assert [part.name for part in parts if not re.search(rf"^\[?{part.name}\b", TEXT, re.M)] == []


def test_the_examples_work() -> None:
    [order] = re.findall(r"```json\n(.*?)```", TEXT, re.S)
    amounts = amounts_of(scheme.read_order(order.encode()))
    assert amounts.total == 4295
    [mapping] = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    assert read_mapping(mapping, file="docs/orders.md").columns["sku"] == "Artikel"
