"""Single values of facts as people write them: words, paths, numbers, percentages, money, days."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from returns_app.money import Money
from returns_app.policy.amounts import read_percent, read_price, written
from returns_app.policy.facts import Fact, Kind
from returns_app.policy.problems import Place, did_you_mean

Scalar = str | bool | int | Decimal | Money | date

_PATH = re.compile(r"[^/\s]+(/[^/\s]+)*")


def read_scalar(fact: Fact, raw: object, at: Place, currency: str) -> Scalar | None:
    """One value of the fact's kind as a rule writes it; a problem is noted when it isn't one."""
    match fact.kind:
        case Kind.MONEY:
            return read_price(raw, currency, at)
        case Kind.PERCENT:
            return read_percent(raw, at)
        case Kind.COUNT:
            return _read_count(fact, raw, at)
        case Kind.DATE:
            return read_day(raw, at)
        case Kind.YES_NO:
            return raw if isinstance(raw, bool) else _refused(fact, raw, at)
        case Kind.WORD | Kind.SET | Kind.PATH:
            return _read_word(fact, raw, at)


def _read_count(fact: Fact, raw: object, at: Place) -> int | None:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw == 0:
        return 0
    if isinstance(raw, str) and raw.strip().isdecimal():
        return int(raw)
    return _refused(fact, raw, at)


def read_day(raw: object, at: Place) -> date | None:
    """A TOML date or "2026-11-27"; times of day are refused."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            pass
    at.refuse(f"a day is expected, not {written(raw)}.", "Write it as 2026-11-27.")
    return None


def _read_word(fact: Fact, raw: object, at: Place) -> str | None:
    if not isinstance(raw, str) or not raw.strip():
        return _refused(fact, raw, at)
    word = raw.strip()
    if fact.values and word not in fact.values:
        at.refuse(f"“{word}” is not a value of “{fact.name}”.", did_you_mean(word, fact.values))
        return None
    if fact.kind is Kind.PATH and not _PATH.fullmatch(word):
        at.refuse(f"“{word}” is not a path.", 'Write it as "apparel/shoes", without a slash at either end.')
        return None
    if fact.name == "country" and not re.fullmatch(r"[A-Z]{2}", word):
        at.refuse(f"“{word}” is not a country code.", 'Two capitals, such as "NL" (ISO 3166).')
        return None
    return word


def _refused(fact: Fact, raw: object, at: Place) -> None:
    at.refuse(f"“{fact.name}” takes {expected(fact)}, not {written(raw)}.")


def expected(fact: Fact) -> str:
    """What the values of a fact look like, for a sentence."""
    match fact.kind:
        case Kind.WORD if fact.values:
            return f"one of {', '.join(fact.values)}"
        case Kind.WORD | Kind.SET:
            return "words"
        case Kind.PATH:
            return 'a path such as "apparel/shoes"'
        case Kind.COUNT:
            return 'a whole number in quotes, such as "3" or ">= 3"'
        case Kind.MONEY:
            return 'money, such as "50" or ">= 49.95"'
        case Kind.PERCENT:
            return 'a percentage, such as "40%" or "< 40%"'
        case Kind.DATE:
            return "a day, such as 2026-11-27"
        case Kind.YES_NO:
            return "true or false"
