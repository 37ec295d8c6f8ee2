"""The rules read from top to bottom, as a person would, straight from the file's data.

Written from the specification alone and without the package's own condition types, so that the
compiled engine has something to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from returns_app.money import Money

DEFAULTED = {"exchange_bonus", "bonus_cap", "keep", "gift_back", "ship_to", "flag", "note"}


def deciding_rule(document: Mapping[str, Any], question: str, situation: Mapping[str, Any]) -> int | None:
    """The index of the first rule that matches and answers the question."""
    for index, rule in enumerate(document["rule"]):
        if question in rule["then"] and rule_matches(rule, situation):
            return index
    return None


def rule_matches(rule: Mapping[str, Any], situation: Mapping[str, Any]) -> bool:
    asked_on = situation.get("requested_on")
    if "from" in rule and (asked_on is None or asked_on < rule["from"]):
        return False
    if "until" in rule and (asked_on is None or asked_on > rule["until"]):
        return False
    return all(matches(fact, asked, situation.get(fact)) for fact, asked in rule.get("when", {}).items())


def matches(fact: str, asked: Any, value: Any) -> bool:
    if fact == "buyer" and value is None:
        value = "consumer"
    if isinstance(value, Money):
        asked, value = _in_its_currency(asked, value)
    if isinstance(asked, list):
        return any(matches_one(fact, each, value) for each in asked)
    return matches_one(fact, asked, value)


def _in_its_currency(asked: Any, value: Money) -> tuple[Any, Decimal | None]:
    """What is asked of an amount in this currency; an amount in another one is unknown."""
    each = asked if isinstance(asked, dict) else {"EUR": asked}
    if value.currency in each:
        return each[value.currency], value.amount
    return [part for raw in each.values() for part in (raw if isinstance(raw, list) else [raw])], None


def matches_one(fact: str, asked: Any, value: Any) -> bool:
    if isinstance(asked, dict):  # an unknown price, asked about in several currencies
        return any(matches(fact, each, value) for each in asked.values())
    if asked == "unknown":
        return value is None
    if value is None:
        return False
    if isinstance(asked, str) and asked.startswith("not "):
        return not equal(fact, asked[4:], value)
    if isinstance(asked, str) and asked[0] in "<>":
        sign, bound = asked.split(" ")
        point = like(value, bound)
        return {"<": value < point, "<=": value <= point, ">": value > point, ">=": value >= point}[sign]
    if isinstance(asked, str) and ".." in asked:
        low, high = asked.split("..")
        return like(value, low) <= value <= like(value, high)
    return equal(fact, asked, value)


def equal(fact: str, asked: Any, value: Any) -> bool:
    if fact == "tag":
        return asked in value
    if fact == "product_type":
        return value.split("/")[: len(asked.split("/"))] == asked.split("/")
    return like(value, asked) == value


def like(value: Any, asked: Any) -> Any:
    """What is asked, made comparable with the value."""
    if isinstance(asked, str) and isinstance(value, Decimal):
        return Decimal(asked.rstrip("%"))
    if isinstance(asked, str) and isinstance(value, date):
        return date.fromisoformat(asked)
    if isinstance(asked, str) and isinstance(value, int):
        return int(asked)
    return asked
