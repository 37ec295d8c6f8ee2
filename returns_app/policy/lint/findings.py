"""What lint says: findings, each with a situation that shows it, and the report they come in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from returns_app.money import Money
from returns_app.policy.conditions import Condition
from returns_app.policy.facts import Value

Severity = Literal["error", "warning", "note"]
Kind = Literal[
    "condition-never-holds",
    "unreachable-rule",
    "answer-never-used",
    "question-unanswered",
    "dead-end",
    "inspection-after-money",
    "redundant-rule",
    "worse-for-better-segment",
    "unknown-name",
    "currency-not-sold",
    "not-proven",
]

SEVERITIES: dict[Kind, Severity] = {
    "condition-never-holds": "error",
    "unreachable-rule": "error",
    "answer-never-used": "warning",
    "question-unanswered": "error",
    "dead-end": "error",
    "inspection-after-money": "warning",
    "redundant-rule": "note",
    "worse-for-better-segment": "note",
    "unknown-name": "warning",
    "currency-not-sold": "warning",
    "not-proven": "note",
}
"""How much each kind matters; an error means that the policy surely doesn't do what it says. An amount
that is only missing in another currency than the policy's own is a warning."""


class RuleAt(msgspec.Struct, frozen=True):
    """A rule (or segment) a finding speaks of, and the line it begins in."""

    name: str
    line: int


class Witness(msgspec.Struct, frozen=True):
    """A situation that shows a finding. `currency` is that of the order; `shows` says what to see."""

    situation: dict[str, Value]
    currency: str
    shows: str

    def given(self, policy_currency: str) -> str:
        """The situation as a [[case]] writes it."""
        facts = (f"{_key(name)} = {_toml(value, policy_currency)}" for name, value in self.situation.items())
        inside = ", ".join(facts)
        return f"{{ {inside} }}" if inside else "{}"


class Finding(msgspec.Struct, frozen=True):
    """One finding, about the first of `rules`; `compared` is a second situation where it takes two."""

    kind: Kind
    severity: Severity
    file: str
    line: int
    rules: tuple[RuleAt, ...]
    questions: tuple[str, ...]
    message: str
    suggestion: str
    witness: Witness | None = None
    compared: Witness | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.severity}: {self.message} {self.suggestion}".rstrip()


class Report(msgspec.Struct, frozen=True):
    """All findings in the order of the file. Unless `proven`, there may be more that were not looked for."""

    findings: tuple[Finding, ...]
    proven: bool

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def asked(condition: Condition) -> str:
    """A condition for a sentence: reason = other, delivered_days > 20."""
    return f"{condition.fact} {'' if condition.text[:1] in '<>' else '= '}{condition.text}"


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) if "." in name else name


def _toml(value: Value, policy_currency: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Money() if value.currency == policy_currency:
            return f'"{value.amount:f}"'
        case Money():
            return f'{{ {value.currency} = "{value.amount:f}" }}'
        case Decimal():
            return f'"{value:f}%"'
        case date():
            return value.isoformat()
        case frozenset():
            return json.dumps(sorted(value), ensure_ascii=False)
        case str():
            return json.dumps(value, ensure_ascii=False)
