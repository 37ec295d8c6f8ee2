"""How facts, conditions and answers may be written, as JSON Schema: one shape per kind and per reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from returns_app.policy.amounts import (
    CURRENCIES,
    METHODS,
    RESOLUTIONS,
    read_fee,
    read_money,
    read_money_or_percent,
    read_percent,
    read_return_shipping,
)
from returns_app.policy.answers import MOMENTS
from returns_app.policy.facts import GRADES, Fact, Kind
from returns_app.policy.questions import (
    ListOf,
    OneOf,
    Question,
    read_deduction,
    read_note,
    read_pay_on,
    read_window,
    read_words,
)
from returns_app.policy.wording import in_words

Schema = dict[str, Any]

DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DECIMAL = r"[0-9]+(\.[0-9]+)?"
_PERCENT = r"0*(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)\s*%"
_SPAN = r"[0-9]+( days?)? (from|after) (delivery|dispatch|order)"
_COMPARED = {Kind.COUNT: "[0-9]+", Kind.MONEY: _DECIMAL, Kind.PERCENT: _PERCENT, Kind.DATE: DAY}
_ZERO: Schema = {"const": 0}

WORDS: Schema = {"type": "string", "pattern": r"\S"}
CURRENCY: Schema = {"enum": sorted(CURRENCIES)}
PERIOD: Schema = {
    "type": "string",
    "pattern": "^[1-9][0-9]* (day|month|year)s?$",
    "examples": ["12 months", "90 days"],
}


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def whole(pattern: str, **more: Any) -> Schema:
    """A string that is all of `pattern`; blanks around it are let be, as the parser does."""
    return {"type": "string", "pattern": rf"^\s*({pattern})\s*$", **more}


def any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def rows(names: Iterable[str], value: Schema) -> Schema:
    """A table in which each of `names` may have a value."""
    return {
        "type": "object",
        "properties": dict.fromkeys(names, value),
        "additionalProperties": False,
    }


def per_currency(value: Schema, **more: Any) -> Schema:
    named = {"propertyNames": ref("currency"), "minProperties": 1}
    return {"type": "object", **named, "additionalProperties": value, **more}


# Conditions ----------------------------------------------------------------------------------------


def condition(fact: Fact) -> Schema:
    """What a `when` may ask of a fact: one test, a list of tests, money also per currency."""
    tests = _tests(fact)
    one, plain = any_of(*tests), any_of(*_tests(fact, negated=False))
    several = {"type": "array", "minItems": 1, "items": one}
    either: Schema = any_of(*tests, several | {"if": {"minItems": 2}, "then": {"items": plain}})
    if fact.kind is Kind.MONEY:
        either["anyOf"].append(per_currency(any_of(*either["anyOf"])))
    return either


def _tests(fact: Fact, *, negated: bool = True) -> list[Schema]:
    """The single tests of a fact; those that say “not” only where they are `negated`."""
    unknown: list[Schema] = [{"const": "unknown"}] if fact.if_unknown is None else []
    match fact.kind:
        case Kind.YES_NO:
            return [{"type": "boolean"}, *unknown]
        case Kind.COUNT | Kind.MONEY | Kind.PERCENT | Kind.DATE:
            return [_compared(fact.kind, negated), *unknown, *([] if fact.kind is Kind.DATE else [_ZERO])]
        case _ if fact.values:
            return [_listed(fact.values, negated), *unknown]
        case _:
            return [_word(fact, negated), *unknown]


def _compared(kind: Kind, negated: bool) -> Schema:
    value = _COMPARED[kind]
    tests = [rf"(<=|>=|<|>)\s*{value}", rf"{value}\s*\.\.\s*{value}", value]
    return whole("|".join([*tests, rf"not\s+{value}"] if negated else tests))


def _listed(values: tuple[str, ...], negated: bool) -> Schema:
    return {"enum": [*values, *(f"not {value}" for value in values)] if negated else list(values)}


def _word(fact: Fact, negated: bool) -> Schema:
    """Any word of the fact's form. What looks like a comparison or range is refused, as the parser does."""
    form = _form(fact)
    plain = rf"^(?!\s*not(\s|$))(?!\s*[<>])(?!.*\.\.)\s*({form})\s*$"
    pattern = rf"{plain}|^\s*not\s+(?!unknown\s*$)({form})\s*$" if negated else plain
    return {"type": "string", "pattern": pattern}


def _form(fact: Fact) -> str:
    if fact.name == "country":
        return "[A-Z]{2}"
    return r"[^/\s]+(/[^/\s]+)*" if fact.kind is Kind.PATH else r"\S(.*\S)?"


# Situations ----------------------------------------------------------------------------------------


def situation(fact: Fact) -> Schema:
    """What a case may say a fact is."""
    unknown: Schema = {"const": "unknown"}
    match fact.kind:
        case Kind.COUNT:
            return any_of({"type": "integer", "minimum": 0}, whole("[0-9]+"), unknown)
        case Kind.MONEY:
            amount = any_of(_ZERO, whole(_DECIMAL))
            return any_of(*amount["anyOf"], unknown, per_currency(amount, maxProperties=1))
        case Kind.YES_NO:
            return any_of({"type": "boolean"}, {"enum": ["true", "false", "unknown"]})
        case Kind.PERCENT:
            return any_of(_ZERO, whole(_PERCENT), unknown)
        case Kind.DATE:
            return any_of(whole(DAY), unknown)
        case Kind.SET:
            return any_of(WORDS, {"type": "array", "items": WORDS})
        case _:
            return any_of({"enum": list(fact.values)} if fact.values else whole(_form(fact)), unknown)


# Answers -------------------------------------------------------------------------------------------

AMOUNTS: Mapping[str, Schema] = {
    "percent": any_of(_ZERO, whole(_PERCENT)),
    "money": any_of(_ZERO, whole(_DECIMAL), per_currency(any_of(_ZERO, whole(_DECIMAL)))),
    "money-or-percent": any_of(ref("money"), whole(_PERCENT)),
    "money-or-cost": any_of(ref("money"), {"const": "cost"}),
    "money-or-cost-by-method": rows(METHODS, ref("money-or-cost")),
    "moment": {"enum": list(MOMENTS)},
}
"""What answers are made of, each under a name of its own in the schema."""

_COST = [ref("money-or-cost"), ref("money-or-cost-by-method")]

_READ: Mapping[object, Schema] = {
    read_words: WORDS,
    read_percent: ref("percent"),
    read_money: ref("money"),
    read_money_or_percent: ref("money-or-percent"),
    read_fee: any_of(ref("money-or-percent"), rows(RESOLUTIONS, ref("money-or-percent"))),
    read_return_shipping: any_of(*_COST, rows(RESOLUTIONS, any_of(*_COST))),
    read_window: {
        "type": "string",
        "pattern": rf"^\s*{_SPAN}\s*(,\s*else\s+{_SPAN}\s*)*$|^until \s*{DAY}\s*$",
        "examples": ["30 days from delivery, else 35 from dispatch", "until 2027-01-31"],
    },
    read_pay_on: any_of(ref("moment"), rows(RESOLUTIONS, ref("moment"))),
    read_deduction: rows(GRADES, ref("percent")),
    read_note: {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[a-z]{2}$"},
        "additionalProperties": WORDS,
    },
}


def answer(question: Question) -> Schema:
    """How an answer to the question may be written."""
    match question.read:
        case OneOf(words=words):
            return {"enum": list(words)}
        case ListOf(words=words):
            return {"type": "array", "items": {"enum": list(words)}, "uniqueItems": True}
        case reader:
            return _READ[reader]


def default(question: Question) -> Schema:
    """The answer where no rule gives one, for those that can be written down."""
    return {} if question.default is None else {"default": in_words(question.default)}
