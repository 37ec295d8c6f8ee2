"""Situations as people write them (examples, the command line, JSON) made into typed facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from returns_app.policy.amounts import CURRENCIES, read_price, written
from returns_app.policy.facts import FACTS, FOLLOW_UP, Fact, Kind, Value, fact_named
from returns_app.policy.lines import Lines
from returns_app.policy.problems import Place, PolicyError, Problem, did_you_mean
from returns_app.policy.values import read_scalar


def read_situation(raw: Mapping[str, Any], at: Place) -> dict[str, Value]:
    """Facts by name; problems are noted at `at`. "unknown" leaves a fact out."""
    situation: dict[str, Value] = {}
    for name, value, here in named_facts(raw, at):
        fact = fact_named(name)
        if fact is None:
            here.refuse(f"“{name}” is not a fact.", did_you_mean(name, FACTS))
        elif value != "unknown" and (read := _read_value(fact, value, here)) is not None:
            situation[name] = read
    return situation


def named_facts(raw: Mapping[str, Any], at: Place) -> Iterator[tuple[str, Any, Place]]:
    """Name, value and place of each fact; `answer.fit` may be written as a table or with a dot."""
    for name, value in raw.items():
        if name == FOLLOW_UP.rstrip(".") and isinstance(value, Mapping):
            for question, answer in value.items():
                yield f"{FOLLOW_UP}{question}", answer, at / name / question
        else:
            yield name, value, at / name


def _read_value(fact: Fact, raw: object, at: Place) -> Value | None:
    match fact.kind:
        case Kind.SET:
            return _read_set(fact, raw, at)
        case Kind.MONEY:
            return _read_money(raw, at)
        case Kind.COUNT if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
            return raw
        case Kind.YES_NO if raw in ("true", "false"):
            return raw == "true"
        case _:
            return read_scalar(fact, raw, at, at.currency)


def _read_set(fact: Fact, raw: object, at: Place) -> frozenset[str] | None:
    words = raw if isinstance(raw, list) else [raw]
    read = [read_scalar(fact, word, at, at.currency) for word in words]
    return frozenset(word for word in read if isinstance(word, str)) if None not in read else None


def _read_money(raw: object, at: Place) -> Value | None:
    if not isinstance(raw, Mapping):
        return read_price(raw, at.currency, at)
    code, price = next(iter(raw.items()), ("", None))
    if len(raw) != 1 or code not in CURRENCIES:
        at.refuse(f"one amount is expected, not {written(raw)}.", 'Write it as "50" or { GBP = "50" }.')
        return None
    return read_price(price, code, at)


def parse_situation(raw: Mapping[str, Any], *, currency: str, file: str = "situation") -> dict[str, Value]:
    """A situation from plain data. Raises PolicyError; plain amounts are of `currency`."""
    problems: list[Problem] = []
    situation = read_situation(raw, Place(file, Lines(""), problems, currency))
    if problems:
        raise PolicyError(problems)
    return situation
