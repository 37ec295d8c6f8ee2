"""An order as a shop tells it: the JSON scheme, its reading, and its JSON Schema.

Amounts are texts in the order's currency ("12.50"), gross: with the tax in them. Dates carry their
zone. What is not known is left out.
"""

from __future__ import annotations

import re
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

_AMOUNT = r"^\d{1,9}(\.\d{1,6})?$"
_SIGNED = r"^-?\d{1,9}(\.\d{1,6})?$"
_CURRENCY = r"^[A-Z]{3}$"
_COUNTRY = r"^[A-Z]{2}$"
_PERCENT = r"^\d{1,2}(\.\d{1,2})?$"
_EMAIL = r"^[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+$"
_TEXT = r"^[^\x00]*$"

Amount = Annotated[str, Meta(pattern=_AMOUNT, description="Gross amount in the order's currency: “12.50”")]
SignedAmount = Annotated[str, Meta(pattern=_SIGNED, description="Like an amount, and may be negative")]
TaxRate = Annotated[str, Meta(pattern=_PERCENT, description="Per cent: “21” or “5.5”")]
Country = Annotated[str, Meta(pattern=_COUNTRY, description="ISO 3166-1 alpha-2: NL")]
Currency = Annotated[str, Meta(pattern=_CURRENCY, description="ISO 4217: EUR")]
Email = Annotated[str, Meta(pattern=_EMAIL, max_length=254)]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339 with its zone: 2026-11-02T10:30:00+01:00")]
Word = Annotated[str, Meta(pattern=r"^[^\x00]*\S[^\x00]*$", max_length=80)]
Sku = Annotated[str, Meta(pattern=r"^[^\x00]*\S[^\x00]*$", max_length=120)]
Title = Annotated[str, Meta(pattern=_TEXT, max_length=400)]
Text200 = Annotated[str, Meta(pattern=_TEXT, max_length=200)]
Tag = Annotated[str, Meta(pattern=_TEXT, max_length=60)]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Whole = Annotated[int, Meta(ge=0, le=1_000_000_000)]
_PICTURE = r"^(https?://[^\s\x00]+|/demo/[a-z0-9-]+\.svg)$"
Picture = Annotated[
    str,
    Meta(pattern=_PICTURE, max_length=2000, description="Web address; or one of our own demo pictures"),
]


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something a shop tells; a field it does not know is a mistake worth saying."""


class AddressTold(Told, frozen=True):
    """A postal address."""

    country: Country
    name: Text200 = ""
    company: Text200 = ""
    street: Text200 = ""
    house_number: Text200 = ""
    extra: Text200 = ""
    postal_code: Text200 = ""
    city: Text200 = ""
    region: Text200 = ""
    email: Text200 = ""
    phone: Text200 = ""


class CustomerTold(Told, frozen=True):
    """Who bought. Without a key the e-mail says who is one and the same."""

    key: Annotated[str, Meta(pattern=_TEXT, max_length=254)] = ""
    name: Text200 = ""
    tags: tuple[Tag, ...] = ()


class PaymentTold(Told, frozen=True):
    """Money taken. `reference` is the provider's: the payment intent or charge at Stripe."""

    method: Annotated[str, Meta(pattern=r"^[^\x00]*\S[^\x00]*$", max_length=40, examples=["card", "ideal"])]
    gateway: Annotated[
        str, Meta(pattern=r"^[^\x00]*\S[^\x00]*$", max_length=20, examples=["stripe", "manual"])
    ]
    reference: Annotated[str, Meta(pattern=_TEXT, max_length=200)]
    captured: Amount


class LineTold(Told, frozen=True):
    """One line. `paid` is for the whole line after every discount; told, it is never recomputed."""

    sku: Sku
    title: Title
    quantity: Count
    unit_price: Amount
    discount: Amount = "0"
    """Taken off the whole line, by the line's own discounts."""
    paid: Amount | None = None
    tax: Amount | None = None
    """The tax inside what was paid for the whole line."""
    tax_rate: TaxRate = "0"
    product_type: Text200 = ""
    brand: Annotated[str, Meta(pattern=_TEXT, max_length=120)] = ""
    options: dict[Tag, Text200] = {}
    picture: Picture | None = None
    tags: tuple[Tag, ...] = ()
    weight: Whole = 0
    """Grams of one unit."""
    ean: Annotated[str, Meta(pattern=r"^\d{8,14}$")] | None = None
    stock: Whole | None = None
    """Units on hand of this product."""
    family: Annotated[str, Meta(pattern=_TEXT, max_length=120)] = ""
    """The product this is a variant of; variants of one family are exchanged for each other."""
    sealed: bool | None = None


class ShippingTold(Told, frozen=True):
    """What sending cost the shopper: `amount` before a discount on shipping."""

    amount: Amount = "0"
    discount: Amount = "0"
    tax_rate: TaxRate = "0"


class ChargeTold(Told, frozen=True):
    """Payment fee, gift wrap, tip or cash rounding: not goods, not shipping."""

    name: Annotated[str, Meta(pattern=r"^[^\x00]*\S[^\x00]*$", max_length=120)]
    amount: SignedAmount
    tax: SignedAmount | None = None
    tax_rate: TaxRate = "0"
    refundable: bool = False


class OrderTold(Told, frozen=True):
    """One order. Lines, shipping and charges tie to `total`."""

    number: Word
    currency: Currency
    ordered_at: Moment
    total: Amount
    ship_to: AddressTold
    lines: Annotated[tuple[LineTold, ...], Meta(min_length=1, max_length=2000)]
    email: Email | None = None
    bill_to: AddressTold | None = None
    buyer: Literal["consumer", "business"] = "consumer"
    customer: CustomerTold = CustomerTold()
    dispatched_at: Moment | None = None
    delivered_at: Moment | None = None
    outbound_tracking: tuple[Word, ...] = ()
    payments: tuple[PaymentTold, ...] = ()
    settled_by: Literal["us", "platform", "marketplace"] = "us"
    discount: Amount = "0"
    """Taken off the whole order; spread over the lines when none of them says what was `paid`."""
    shipping: ShippingTold = ShippingTold()
    charges: tuple[ChargeTold, ...] = ()
    gift: bool = False
    discount_code: Word | None = None
    locale: Annotated[str, Meta(pattern=r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=10)] | None = None
    channel: Annotated[str, Meta(pattern=r"^[^\x00]*\S[^\x00]*$", max_length=60)] = "web"
    exchanges: Annotated[int, Meta(ge=0, le=1000)] = 0
    """How many exchanges led to this order."""
    tags: tuple[Tag, ...] = ()


class StockTold(Told, frozen=True):
    """Units on hand of one product."""

    sku: Sku
    stock: Whole


class OrderNotUnderstood(ValueError):
    """What the shop told is not an order; the message says where and what was expected."""

    status = 400
    code = "order_not_understood"


_WORDS = {
    _AMOUNT: 'an amount as a text, such as "12.50"',
    _SIGNED: 'an amount as a text, such as "-0.02"',
    _CURRENCY: 'a currency of ISO 4217, such as "EUR"',
    _COUNTRY: 'a country of ISO 3166, such as "NL"',
    _PERCENT: 'per cent as a text, such as "21" or "5.5"',
    _EMAIL: "an e-mail address",
    _TEXT: "a text without NUL characters",
    r"^[^\x00]*\S[^\x00]*$": "a text that is not empty",
    r"^\d{8,14}$": "an EAN of 8 to 14 digits",
    _PICTURE: "a web address that starts with https://",
    r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$": 'a language such as "nl" or "en-GB"',
}
_AMOUNTS = frozenset({"unit_price", "discount", "paid", "tax", "captured", "amount", "total"})
_CHOICES = {
    "settled_by": "one of us, platform, marketplace",
    "buyer": "one of consumer, business",
}


def read_order(body: bytes) -> OrderTold:
    """One order from JSON. Raises OrderNotUnderstood with the path and what was expected there."""
    return _read(body, OrderTold)


def read_stock(body: bytes) -> list[StockTold]:
    """A list of stock figures from JSON. Raises OrderNotUnderstood."""
    return _read(body, list[StockTold])


def order_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one order."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(OrderTold)}


def _read(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise OrderNotUnderstood(_sentence(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OrderNotUnderstood(f"This is not JSON: {error}.") from None


def _sentence(said: str) -> str:
    """msgspec's words with the path first, the pattern in words, and the nearest known field."""
    what, _, path = said.partition(" - at `")
    place = path.rstrip("`").removeprefix("$").removeprefix(".") or "the order"
    for pattern, words in _WORDS.items():
        if what.endswith(f"matching regex {pattern!r}"):
            return f"{place}: expected {words}."
    field = re.split(r"[.\[]", place)[-1]
    if field in _CHOICES or (field in _AMOUNTS and "got" in what):
        return f"{place}: expected {_CHOICES.get(field) or _WORDS[_AMOUNT]}."
    unknown = re.search(r"unknown field `(.+)`", what)
    if unknown:
        near = get_close_matches(unknown[1], _FIELDS, n=1)
        hint = f"; did you mean “{near[0]}”?" if near else "."
        return f"{place}: there is no field “{unknown[1]}”{hint}"
    return f"{place}: {what[0].lower()}{what[1:]}."


_FIELDS = sorted(
    {
        name
        for kind in (OrderTold, LineTold, AddressTold, CustomerTold, PaymentTold, ShippingTold, ChargeTold)
        for name in kind.__struct_fields__
    }
)
