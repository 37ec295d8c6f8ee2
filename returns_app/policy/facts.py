"""The facts a rule may ask about: whose they are, what kind of value they take, what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from returns_app.money import Money

Value = str | bool | int | Decimal | Money | date | frozenset[str]
Situation = Mapping[str, Value]  # an absent fact is unknown

Scope = Literal["ground", "item", "order", "shopper", "request", "inspection"]


class Kind(StrEnum):
    """How a fact's values are written and compared."""

    WORD = "word"
    PATH = "path"
    SET = "set"
    COUNT = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    YES_NO = "true or false"


class Fact(msgspec.Struct, frozen=True):
    """One fact. `values` lists all words it can be (empty: any word); `if_unknown` stands in for it."""

    name: str
    scope: Scope
    kind: Kind
    about: str
    values: tuple[str, ...] = ()
    if_unknown: str | None = None

    @property
    def of_inspection(self) -> bool:
        return self.scope == "inspection"


GRADES = ("A", "B", "C", "D")
FOLLOW_UP = "answer."  # answer.<question>: what the shopper said to one of the merchant's follow-ups

_ALL = [
    Fact("ground", "ground", Kind.WORD, "why the shopper may ask at all", ("withdrawal", "return", "claim")),
    Fact("withdrawal", "ground", Kind.WORD, "the legal right of withdrawal", ("open", "closed", "excepted")),
    Fact("conformity", "ground", Kind.WORD, "the legal guarantee", ("open", "closed", "excepted")),
    Fact("product_type", "item", Kind.PATH, "path in the merchant's product tree"),
    Fact("sku", "item", Kind.WORD, "article number"),
    Fact("brand", "item", Kind.WORD, "brand of the product"),
    Fact("tag", "item", Kind.SET, "tags of the product"),
    Fact("price", "item", Kind.MONEY, "what was paid for one unit, after discounts, with tax"),
    Fact("discount", "item", Kind.PERCENT, "how much of the list price was taken off"),
    Fact("quantity", "item", Kind.COUNT, "units the shopper sends back of this line"),
    Fact("weight", "item", Kind.COUNT, "weight of one unit in grams"),
    Fact("country", "order", Kind.WORD, "two-letter country the order was sent to (ISO 3166)"),
    Fact("channel", "order", Kind.WORD, "where the order was placed"),
    Fact("order_total", "order", Kind.MONEY, "total of the order, with tax and shipping"),
    Fact("discount_code", "order", Kind.WORD, "discount code used on the order"),
    Fact("paid_with", "order", Kind.WORD, "payment method of the order"),
    Fact("gift", "order", Kind.YES_NO, "the order was a gift"),
    Fact("exchanges", "order", Kind.COUNT, "exchanges already made on this order"),
    Fact("ordered_on", "order", Kind.DATE, "day of the order"),
    Fact("ordered_days", "order", Kind.COUNT, "days since the order"),
    Fact("dispatched_days", "order", Kind.COUNT, "days since the order was sent out"),
    Fact("delivered_days", "order", Kind.COUNT, "days since the delivery"),
    Fact("segment", "shopper", Kind.SET, "segments the shopper is in"),
    Fact("buyer", "shopper", Kind.WORD, "who bought", ("consumer", "business"), if_unknown="consumer"),
    Fact("orders", "shopper", Kind.COUNT, "orders of this shopper"),
    Fact("spend", "shopper", Kind.MONEY, "what this shopper spent"),
    Fact("returns", "shopper", Kind.COUNT, "returns of this shopper"),
    Fact("return_rate", "shopper", Kind.PERCENT, "units sent back of units bought"),
    Fact("requested_on", "request", Kind.DATE, "day of the request, in the merchant's zone"),
    Fact("reason", "request", Kind.WORD, "the reason the shopper chose"),
    Fact("return_total", "request", Kind.MONEY, "what was paid for everything in this return"),
    Fact("whole_order", "request", Kind.YES_NO, "everything in the order comes back"),
    Fact("photo", "request", Kind.YES_NO, "the shopper sent a photo"),
    Fact("grade", "inspection", Kind.WORD, "condition the bench gave", GRADES),
    Fact("complete", "inspection", Kind.YES_NO, "nothing is missing from the box"),
    Fact("sealed", "inspection", Kind.YES_NO, "the seal is unbroken"),
    Fact("serial_match", "inspection", Kind.YES_NO, "the serial number is the one sold"),
    Fact("locked", "inspection", Kind.YES_NO, "the device is locked to an account"),
]

FACTS: dict[str, Fact] = {fact.name: fact for fact in _ALL}

SHOPPER_FIGURES = ("orders", "spend", "returns", "return_rate")  # counted over a stated period


def fact_named(name: str) -> Fact | None:
    """The fact called `name`; each follow-up `answer.<question>` is a fact of its own."""
    if name.startswith(FOLLOW_UP) and len(name) > len(FOLLOW_UP):
        return Fact(name, "request", Kind.WORD, "what the shopper answered to a follow-up question")
    return FACTS.get(name)
