"""Policies and situations for Hypothesis, drawn from a vocabulary small enough that rules often meet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import tomlkit
from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import Policy, parse

DAYS = [date(2026, 11, day) for day in (1, 10, 11, 20, 30)]

# Per fact: values a situation may hold. They include every break point below, both sides of it, and
# values no rule names.
VALUES: dict[str, list[Any]] = {
    "ground": ["withdrawal", "return", "claim"],
    "reason": ["damaged", "too-small", "other", "never-named"],
    "answer.fit": ["tight", "loose", "never-named"],
    "product_type": ["apparel", "apparel/shoes", "apparel/shoes/boots", "apparelish", "home", "gift/card"],
    "tag": [frozenset(), frozenset({"a"}), frozenset({"b", "z"}), frozenset({"a", "b"})],
    "delivered_days": [0, 9, 10, 11, 15, 20, 21, 365],
    "price": [Money(0, "EUR"), Money(999, "EUR"), Money(1000, "EUR"), Money(1001, "EUR"), Money(2000, "EUR"),
              Money(2001, "EUR"), Money(1000, "GBP"), Money(500, "GBP"), Money(1, "GBP"), Money(1000, "SEK")],
    "discount": [Decimal(0), Decimal("24.9"), Decimal(25), Decimal("39.99"), Decimal(40), Decimal(100)],
    "requested_on": [date(2026, 10, 31), *DAYS, date(2026, 11, 15), date(2026, 12, 1)],
    "whole_order": [True, False],
    "buyer": ["consumer", "business"],
    "grade": ["A", "B", "C", "D"],
    "sealed": [True, False],
}  # fmt: skip


def _one_of(*words: str) -> st.SearchStrategy[Any]:
    word = st.sampled_from(words)
    return st.one_of(
        word,
        word.map("not {}".format),
        st.just("unknown"),
        st.lists(st.one_of(word, st.just("unknown")), min_size=1, max_size=3),
    )


def _ordered(*points: str) -> st.SearchStrategy[Any]:
    point = st.sampled_from(points)
    one = st.one_of(
        point,
        st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), point),
        st.tuples(st.integers(0, len(points) - 1), st.integers(0, len(points) - 1)).map(
            lambda ends: f"{points[min(ends)]}..{points[max(ends)]}"
        ),
        st.just("unknown"),
    )
    return st.one_of(one, point.map("not {}".format), st.lists(one, min_size=1, max_size=3))


_YES_NO = st.one_of(st.booleans(), st.just("unknown"), st.just([True, "unknown"]))

CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "ground": _one_of("withdrawal", "return", "claim"),
    "reason": _one_of("damaged", "too-small", "other"),
    "answer.fit": _one_of("tight", "loose"),
    "product_type": _one_of("apparel", "apparel/shoes", "gift"),
    "tag": _one_of("a", "b"),
    "delivered_days": st.one_of(_ordered("10", "20"), st.just(0)),
    "price": st.one_of(
        _ordered("10", "20"),
        st.fixed_dictionaries({"EUR": _ordered("10", "20"), "GBP": _ordered("5", "10")}),
    ),
    "discount": _ordered("25%", "40%"),
    "requested_on": st.one_of(_ordered("2026-11-10", "2026-11-20"), st.sampled_from(DAYS)),
    "whole_order": _YES_NO,
    "buyer": st.sampled_from(["consumer", "business", "not business", ["consumer", "business"]]),
}

_OF_INSPECTION = {"grade": _one_of("A", "B", "C", "D"), "sealed": _YES_NO}

_AT_REQUEST = {
    "accept": st.sampled_from(["yes", "review", "no"]),
    "fee": st.sampled_from([0, "5", "10%", {"refund": "3"}, {"EUR": "2", "GBP": "1"}]),
    "credit_bonus": st.sampled_from([0, "5%", "10%", "2.50"]),
    "pay_on": st.sampled_from(["scan", "receipt", {"refund": "inspection"}]),
}

_AT_INSPECTION = {
    "verdict": st.sampled_from(["pay", "deduct", "refuse"]),
    "flag": st.sampled_from(["look twice", "keep apart"]),
}

HOUSE_ANSWERS: dict[str, Any] = {
    "accept": "yes",
    "window": "30 days from delivery, else 35 from dispatch",
    "offers": ["exchange", "credit", "refund"],
    "fee": 0,
    "return_shipping": {"refund": {"label": "3.95", "store": 0}, "exchange": 0},
    "credit_bonus": "10%",
    "exchange_for": "anything",
    "methods": ["label", "store"],
    "evidence": "none",
    "pay_on": "inspection",
    "shipping_refund": "whole-order",
    "promotion": "keep",
    "verdict": "pay",
    "deduction": {"C": "25%"},
}


def _some(
    choices: dict[str, st.SearchStrategy[Any]], least: int, most: int
) -> st.SearchStrategy[dict[str, Any]]:
    names = st.lists(st.sampled_from(sorted(choices)), min_size=least, max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: choices[name] for name in chosen}))


@st.composite
def _rule(draw: st.DrawFn) -> dict[str, Any]:
    inspects = draw(st.booleans())
    when = draw(_some(CONDITIONS | (_OF_INSPECTION if inspects else {}), 0, 3))
    settled = inspects and not _OF_INSPECTION.keys().isdisjoint(when)
    then = draw(_some(_AT_INSPECTION if settled else _AT_REQUEST | _AT_INSPECTION, 1, 3))
    first, last = sorted(draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
    dates = draw(st.sampled_from([{}, {"from": first}, {"until": last}, {"from": first, "until": last}]))
    return dates | ({"when": when} if when else {}) | {"then": then}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A policy as plain data, as tomllib would give it; the last rule is the house rule."""
    rules = [*draw(st.lists(_rule(), max_size=7)), {"then": HOUSE_ANSWERS}]
    named = [{"name": f"rule {index}"} | rule for index, rule in enumerate(rules)]
    return {"title": "drawn", "currency": "EUR", "rule": named}


def policy_of(document: dict[str, Any]) -> Policy:
    return parse(tomlkit.dumps(document), file="drawn.toml")


def situations(*, without: frozenset[str] = frozenset()) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the facts above with any of their values; what is left out is unknown."""
    facts = {name: st.sampled_from(values) for name, values in VALUES.items() if name not in without}
    return st.fixed_dictionaries({}, optional=facts)
