"""Small policies for Hypothesis, and every situation of theirs that the theory allows, counted out.

Written from the theory's words alone and without lint's own spaces, so that lint has something to be
compared with: a short list of values stands for all, with one on each side of every break point.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import Figures, Period, Policy, segments_of
from returns_app.policy.segments import RULE_PERIOD
from tests.strategies_policy import HOUSE_ANSWERS

_DAYS = ["< 10", ">= 10", "10..20", "> 20", "20", "unknown", ["< 10", "> 20"], "not 10"]

CONDITIONS: dict[str, list[Any]] = {
    "reason": ["a", "not a", ["a", "b"], "unknown", ["b", "unknown"]],
    "tag": ["x", "not x", ["x", "y"], "unknown", ["x", "unknown"]],
    "delivered_days": _DAYS,
    "dispatched_days": _DAYS,
    "withdrawal": ["open", "closed", "not open", ["excepted", "unknown"]],
    "ground": ["claim", "not claim", ["return", "withdrawal"]],
    "price": ["> 10", "10", {"EUR": "> 10", "GBP": "> 8"}, "unknown", {"GBP": "<= 8"}],
    "segment": ["low", "high", "not high", ["low", "high"], "twice", "unknown"],
    "spend": [">= 500", "< 500", "unknown", ["< 500", "unknown"], "500"],
    "sealed": [True, False, "unknown"],
}

ANSWERS: dict[str, list[Any]] = {
    "accept": ["yes", "review", "no"],
    "offers": [[], ["refund"], ["exchange", "refund"], ["keep"]],
    "methods": [[], ["label"]],
    "fee": [0, "5", {"EUR": "5", "GBP": "4"}],
    "credit_bonus": [0, "5%", "10%"],
    "pay_on": ["scan", "receipt", {"exchange": "approval"}],
    "keep": [0, "10%"],
    "verdict": ["pay", "deduct", "refuse"],
    "note": [{"en": "hello"}],
}
_AT_INSPECTION = {"verdict", "note"}

_SEGMENTS: list[dict[str, Any]] = [
    {"name": "low", "when": {"spend": "< 500", "period": "12 months"}},
    {"name": "high", "when": {"spend": ">= 1000", "period": "1 year"}},
    {"name": "twice", "when": {"orders": ">= 2", "tag": "known", "period": "3 months"}},
]

VALUES: dict[str, list[Any]] = {
    "reason": ["a", "b", "c"],
    "tag": [frozenset(), frozenset("x"), frozenset("y"), frozenset("xy")],
    "delivered_days": [0, 10, 12, 16, 20, 25],
    "dispatched_days": [0, 10, 12, 16, 20, 25],
    "withdrawal": ["open", "closed", "excepted"],
    "ground": ["claim", "return", "withdrawal"],
    "buyer": ["business"],
    "sealed": [True, False],
}
_PRICES = {"EUR": ["5", "10", "15"], "GBP": ["5", "8", "12"]}
_SPENT = ["0", "400", "500", "700", "1000", "1500"]


@st.composite
def _rule(draw: st.DrawFn, facts: list[str]) -> dict[str, Any]:
    asked = draw(st.lists(st.sampled_from(facts), max_size=3, unique=True))
    names = sorted(_AT_INSPECTION if "sealed" in asked else ANSWERS)
    told = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    when = {name: draw(st.sampled_from(CONDITIONS[name])) for name in asked}
    return ({"when": when} if when else {}) | {
        "then": {name: draw(st.sampled_from(ANSWERS[name])) for name in told}
    }


@st.composite
def small_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A policy of a few rules about a few facts, as plain data; the last rule is the house rule."""
    facts = draw(st.lists(st.sampled_from(sorted(CONDITIONS)), min_size=1, max_size=3, unique=True))
    rules = [*draw(st.lists(_rule(facts), min_size=1, max_size=5)), {"then": HOUSE_ANSWERS}]
    named = [{"name": f"rule {index}"} | rule for index, rule in enumerate(rules)]
    segments = {"segment": _SEGMENTS} if "segment" in facts or draw(st.booleans()) else {}
    return {"title": "drawn", "currency": "EUR"} | segments | {"rule": named}


def every_situation(policy: Policy, currency: str) -> Iterator[dict[str, Any]]:
    """Every situation of the theory in this currency, one of each kind the rules can tell apart."""
    facts = {condition.fact for rule in policy.rules for condition in rule.conditions}
    if "withdrawal" in facts:
        facts.add("buyer")
    plain = sorted(facts - {"segment", "spend", "price"})
    for values in product(*([None, *VALUES[fact]] for fact in plain)):
        for price in _prices(facts, policy, currency):
            for shopper in _shoppers(facts, policy, currency):
                known = dict(zip(plain, values, strict=True)) | {"price": price} | shopper
                situation = {name: value for name, value in known.items() if value is not None}
                if allowed(situation):
                    yield situation


def allowed(situation: dict[str, Any]) -> bool:
    """What the theory says of days and of the right of withdrawal."""
    delivered, dispatched = situation.get("delivered_days"), situation.get("dispatched_days")
    if delivered is not None and dispatched is not None and delivered > dispatched:
        return False
    withdrawal, business = situation.get("withdrawal"), situation.get("buyer") == "business"
    if withdrawal == "open" and business:
        return False
    return not (withdrawal == "closed" and not business and delivered is not None and delivered <= 14)


def _prices(facts: set[str], policy: Policy, currency: str) -> list[Money | None]:
    told: list[Money | None] = [Money.of(each, currency) for each in _PRICES[currency]]
    if "price" not in facts:
        told = told[:1] if currency != policy.currency else []
    return told if currency != policy.currency else [None, *told]


def _shoppers(facts: set[str], policy: Policy, currency: str) -> Iterator[dict[str, Any]]:
    """Segments and spend of every shopper there can be, each of the two known or not."""
    if not facts & {"segment", "spend"}:
        yield {}
        return
    for history, tags in product(_histories(currency), (frozenset[str](), frozenset({"known"}))):
        own = history.get(RULE_PERIOD)
        segments = segments_of(policy, history, tags) if "segment" in facts else None
        for knows_segment, knows_spend in product((True, False), repeat=2):
            yield {
                "segment": segments if knows_segment else None,
                "spend": own.spend if own and knows_spend and "spend" in facts else None,
            }


def _histories(currency: str) -> Iterator[dict[Period, Figures]]:
    yield {}
    for spent, lately in product(_SPENT, (0, 1, 2)):
        year = Figures(max(lately, 1 if spent != "0" else 0), Money.of(spent, currency), 0, Decimal(0))
        months = Figures(lately, Money.of("0", currency), 0, Decimal(0))
        yield {RULE_PERIOD: year, Period(1, "years"): year, Period(3, "months"): months}
