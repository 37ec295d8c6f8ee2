"""Values and answers in the words a policy file uses, for sentences about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from returns_app.money import Money
from returns_app.policy.amounts import Cost, Either, Percent, Prices, Rates, RawRates
from returns_app.policy.answers import Deduction, Note, PayOn, Window


def in_words(value: object) -> str:
    """A fact's value or a question's answer, close to how a merchant writes it."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "true" if value else "false"
        case Money() if value.minor == 0:
            return "0"
        case Percent(points):
            return f"{points:f}%"
        case Decimal():
            return f"{value:f}%"
        case Cost():
            return "cost"
        case Either(of, better):
            return f"{' or '.join(map(in_words, of))}, whichever is {better}"
        case date():
            return value.isoformat()
        case frozenset():
            return ", ".join(sorted(value)) or "none"
        case tuple():
            return ", ".join(map(in_words, value))
        case _:
            return _answer_in_words(value)


def _answer_in_words(value: object) -> str:
    match value:
        case Window(alternatives, until):
            spans = [f"{span.days} days from {span.anchor}" for span in alternatives]
            return f"until {until}" if until else ", else ".join(spans)
        case Prices(each):
            return " or ".join(map(in_words, each))
        case Rates(rates) | RawRates(rates):
            return ", ".join(
                " ".join([part for part in (rate.resolution, rate.method) if part] + [in_words(rate.amount)])
                for rate in rates
            )
        case PayOn(every, each):
            return every or ", ".join(f"{resolution} {moment}" for resolution, moment in each)
        case Deduction(each):
            return ", ".join(f"{grade} {in_words(points)}" for grade, points in each)
        case Note(each):
            return f"“{dict(each).get('en') or each[0][1]}”"
        case _:
            return str(value)
