"""What the demo shop sells: a small catalogue of our own drawing, each variant with its EAN and weight."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from returns_app.orders.scheme import LineTold

SHOES = tuple(str(size) for size in range(38, 47))
CLOTHES = ("S", "M", "L", "XL")
SOLD_OUT = "DUIN-BLUE-44"
BRAND = "Linnenweide"


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """A product in all its variants. `price` is gross in EUR, `grams` the weight of one."""

    key: str
    title: str
    price: str
    kind: str
    grams: int
    pictures: dict[str, str]
    """The picture's name by colour; colour "" is a product that has one look only."""
    sizes: tuple[str, ...] = ("",)
    tax_rate: str = "21"


FAMILIES = (
    Family(
        key="DUIN",
        title="Duin trail shoe",
        price="119.95",
        kind="apparel/shoes",
        grams=640,
        pictures={"Blue": "trail-shoe-blue", "Coral": "trail-shoe-coral"},
        sizes=SHOES,
    ),
    Family(
        key="WAD",
        title="Wad knitted sweater",
        price="79.95",
        kind="apparel/sweaters",
        grams=480,
        pictures={"Oatmeal": "sweater"},
        sizes=CLOTHES,
    ),
    Family(
        key="LOOF",
        title="Loof T-shirt",
        price="24.95",
        kind="apparel/t-shirts",
        grams=180,
        pictures={"White": "t-shirt-white", "Green": "t-shirt-green"},
        sizes=CLOTHES,
    ),
    Family(
        key="BUI",
        title="Bui rain jacket",
        price="139.00",
        kind="apparel/jackets",
        grams=520,
        pictures={"Ochre": "rain-jacket"},
        sizes=CLOTHES,
    ),
    Family(
        key="ZEE",
        title="Zee swimsuit",
        price="54.95",
        kind="apparel/swimwear",
        grams=160,
        pictures={"Petrol": "swimsuit"},
        sizes=CLOTHES,
    ),
    Family(
        key="HEIDE",
        title="Heide backpack",
        price="89.95",
        kind="apparel/bags",
        grams=950,
        pictures={"": "backpack"},
    ),
    Family(
        key="MUS",
        title="Mus wireless earbuds",
        price="99.00",
        kind="electronics/earbuds",
        grams=90,
        pictures={"": "earbuds"},
    ),
    Family(
        key="VEN",
        title="Ven electric kettle",
        price="64.50",
        kind="electronics/kitchen",
        grams=1250,
        pictures={"": "kettle"},
    ),
    Family(
        key="UIL",
        title="Uil desk lamp",
        price="74.95",
        kind="electronics/lighting",
        grams=1600,
        pictures={"": "desk-lamp"},
    ),
    Family(
        key="KLEI",
        title="Klei ceramic mug",
        price="14.95",
        kind="home/tableware",
        grams=340,
        pictures={"": "mug"},
    ),
    Family(
        key="KADO",
        title="Gift card",
        price="50.00",
        kind="gift/card",
        grams=10,
        pictures={"": "gift-card"},
        tax_rate="0",
    ),
)


def ean13(digits: str) -> str:
    """Twelve digits with their check digit (GS1 General Specifications, 7.9)."""
    odd, even = (sum(int(digit) for digit in digits[start::2]) for start in (0, 1))
    return f"{digits}{-(odd + 3 * even) % 10}"


def _variants(family: Family, place: int) -> list[LineTold]:
    looks = [(colour, size) for colour in family.pictures for size in family.sizes]
    return [_variant(family, place * 100 + number, *look) for number, look in enumerate(looks)]


def _variant(family: Family, number: int, colour: str, size: str) -> LineTold:
    sku = "-".join(part for part in (family.key, colour.upper(), size) if part)
    told = {"colour": colour, "size": size}
    return LineTold(
        sku=sku,
        family=family.key,
        title=family.title,
        quantity=1,
        unit_price=family.price,
        tax_rate=family.tax_rate,
        product_type=family.kind,
        brand=BRAND,
        options={name: value for name, value in told.items() if value},
        picture=f"/demo/{family.pictures[colour]}.svg",
        weight=family.grams,
        ean=ean13(f"29{number:010d}"),  # 29 is for numbers used inside one shop, so no real product has it
        stock=0 if sku == SOLD_OUT else 4 + number * 7 % 11,
    )


CATALOGUE = {line.sku: line for place, family in enumerate(FAMILIES, 1) for line in _variants(family, place)}
"""Every variant by SKU, one unit of it, with the stock on the shop's first day."""


def bought(sku: str, quantity: int = 1) -> LineTold:
    """A line of an order, which says nothing about stock. Raises KeyError for what is not sold."""
    return msgspec.structs.replace(CATALOGUE[sku], quantity=quantity, stock=None)


def worth(lines: tuple[LineTold, ...]) -> Decimal:
    """What the lines come to before any discount."""
    return sum((Decimal(line.unit_price) * line.quantity for line in lines), Decimal(0))
