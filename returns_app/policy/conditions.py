"""Conditions: what a rule asks of one fact, how it is written, and when it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from returns_app.money import Money
from returns_app.policy.amounts import CURRENCIES, did_you_mean_currency
from returns_app.policy.facts import Fact, Kind, Value
from returns_app.policy.problems import Place
from returns_app.policy.values import Scalar, expected, read_scalar


class Is(msgspec.Struct, frozen=True, tag="is"):
    value: Scalar


class IsNot(msgspec.Struct, frozen=True, tag="not"):
    value: Scalar


class Within(msgspec.Struct, frozen=True, tag="within"):
    """Between two bounds, either of which may be missing; each is part of the range or not."""

    low: Scalar | None = None
    high: Scalar | None = None
    low_in: bool = True
    high_in: bool = True


class IsUnknown(msgspec.Struct, frozen=True, tag="unknown"):
    pass


Test = Is | IsNot | Within | IsUnknown


class Condition(msgspec.Struct, frozen=True):
    """Any of `tests` must pass on `fact`. Money in a currency not in `currencies` is unknown to it."""

    fact: str
    kind: Kind
    tests: tuple[Test, ...]
    text: str
    currencies: tuple[str, ...] = ()


def holds(condition: Condition, value: Value | None) -> bool:
    """Whether the condition holds for a value; None is an unknown fact, which only “unknown” matches."""
    if isinstance(value, Money) and value.currency not in condition.currencies:
        value = None
    return any(_passes(test, value, condition.kind) for test in condition.tests)


def all_hold(conditions: Iterable[Condition], value: Value | None) -> bool:
    """Whether every one of the conditions (on one fact) holds for the value."""
    return all(holds(condition, value) for condition in conditions)


def _passes(test: Test, value: Value | None, kind: Kind) -> bool:
    match test:
        case IsUnknown():
            return value is None
        case _ if value is None:
            return False
        case Is(wanted):
            return _matches(wanted, value, kind)
        case IsNot(unwanted):
            return _comparable(unwanted, value) and not _matches(unwanted, value, kind)
        case Within():
            return _lies_in(test, value)


def _matches(wanted: Scalar, value: Value, kind: Kind) -> bool:
    if isinstance(value, frozenset):
        return wanted in value
    if kind is Kind.PATH:
        return value == wanted or str(value).startswith(f"{wanted}/")
    return value == wanted


def _lies_in(test: Within, value: Value) -> bool:
    low, high = test.low, test.high
    if not all(bound is None or _comparable(bound, value) for bound in (low, high)):
        return False
    above = low is None or low < value or (test.low_in and low == value)  # pyright: ignore[reportOperatorIssue] - one kind per fact
    below = high is None or value < high or (test.high_in and high == value)  # pyright: ignore[reportOperatorIssue] - one kind per fact
    return above and below


def _comparable(bound: Scalar, value: Value) -> bool:
    """Amounts of two currencies are never compared; everything else of one kind is."""
    return not isinstance(bound, Money) or (isinstance(value, Money) and value.currency == bound.currency)


# Reading -------------------------------------------------------------------------------------------

_COMPARISON = re.compile(r"(<=|>=|<|>)\s*(.+)")
_ORDERED = (Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.DATE)


def read_condition(fact: Fact, raw: object, at: Place) -> Condition | None:
    """What a rule asks of `fact`; None (and a problem noted) when it can't be read."""
    if isinstance(raw, Mapping):
        return _read_per_currency(fact, raw, at)
    tests = _read_tests(fact, raw, at, at.currency)
    if not tests:
        return None
    currencies = (at.currency,) if fact.kind is Kind.MONEY else ()
    return Condition(fact.name, fact.kind, tests, _text(raw), currencies)


def _read_per_currency(fact: Fact, raw: Mapping[str, object], at: Place) -> Condition | None:
    if fact.kind is not Kind.MONEY or not raw:
        at.refuse(f"a table says nothing about “{fact.name}”, which takes {expected(fact)}.")
        return None
    tests: list[Test] = []
    for code, part in raw.items():
        if code in CURRENCIES:
            tests.extend(_read_tests(fact, part, at / code, code))
        else:
            (at / code).refuse(f"“{code}” is not a currency (ISO 4217).", did_you_mean_currency(code))
    text = ", ".join(f"{code} {_text(part)}" for code, part in raw.items())
    return Condition(fact.name, fact.kind, tuple(tests), text, tuple(raw)) if tests else None


def _read_tests(fact: Fact, raw: object, at: Place, currency: str) -> tuple[Test, ...]:
    """The tests of a value, or of every value of a list; empty when one can't be read."""
    if not isinstance(raw, list):
        test = _read_test(fact, raw, at, currency)
        return () if test is None else (test,)
    if not raw:
        at.refuse("an empty list can never match.", "Name a value, or leave the condition out.")
        return ()
    tests = [_read_test(fact, part, at / index, currency) for index, part in enumerate(raw)]
    found = tuple(test for test in tests if test is not None)
    if len(found) > 1 and any(isinstance(test, IsNot) for test in found):
        at.refuse("“not” in a list of several would match nearly everything, since any one is enough.")
        return ()
    return found if len(found) == len(raw) else ()


def _read_test(fact: Fact, raw: object, at: Place, currency: str) -> Test | None:
    if raw == "unknown":
        return _read_unknown(fact, at)
    if not isinstance(raw, str):
        return _wrap(Is, read_scalar(fact, raw, at, currency))
    text = raw.strip()
    if text == "not" or text.startswith("not "):
        return _read_not(fact, text[3:].strip(), at, currency)
    if fact.kind in _ORDERED:
        return _read_ordered(fact, text, at, currency)
    if _COMPARISON.fullmatch(text) or ".." in text:
        at.refuse(f"“{fact.name}” takes {expected(fact)}, so it can't be compared.")
        return None
    return _wrap(Is, read_scalar(fact, text, at, currency))


def _read_unknown(fact: Fact, at: Place) -> Test | None:
    if fact.if_unknown is None:
        return IsUnknown()
    at.refuse(f"an unknown {fact.name} counts as {fact.if_unknown}, so this can never match.")
    return None


def _read_not(fact: Fact, text: str, at: Place, currency: str) -> Test | None:
    if text == "unknown":
        at.refuse("“not unknown” is not a condition.", "Leave it out, or name the values you mean.")
        return None
    if fact.kind is Kind.YES_NO:
        at.refuse("“not” is not used with true and false.", "Write the other one.")
        return None
    return _wrap(IsNot, read_scalar(fact, text, at, currency))


def _read_ordered(fact: Fact, text: str, at: Place, currency: str) -> Test | None:
    if found := _COMPARISON.fullmatch(text):
        bound = read_scalar(fact, found[2], at, currency)
        return None if bound is None else _comparison(found[1], bound)
    if ".." in text:
        return _read_range(fact, text, at, currency)
    return _wrap(Is, read_scalar(fact, text, at, currency))


def _comparison(sign: str, bound: Scalar) -> Within:
    if sign.startswith("<"):
        return Within(high=bound, high_in=sign == "<=")
    return Within(low=bound, low_in=sign == ">=")


def _read_range(fact: Fact, text: str, at: Place, currency: str) -> Test | None:
    low_text, _, high_text = text.partition("..")
    low = read_scalar(fact, low_text.strip(), at, currency)
    high = read_scalar(fact, high_text.strip(), at, currency)
    if low is None or high is None:
        return None
    if high < low:  # pyright: ignore[reportOperatorIssue] - both were read as the same kind
        at.refuse(f"the range {text} ends before it begins.", f'Write it as "{high_text}..{low_text}".')
        return None
    return Within(low, high)


def _wrap(test: Callable[[Scalar], Test], value: Scalar | None) -> Test | None:
    return None if value is None else test(value)


def _text(raw: object) -> str:
    match raw:
        case bool():
            return "true" if raw else "false"
        case list():
            return " or ".join(_text(part) for part in raw)
        case _:
            return str(raw)
