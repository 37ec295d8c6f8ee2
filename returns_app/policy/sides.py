"""The sides of a decision, each answering for itself by its own rules and its own window.

The merchant's policy of today, the one that stood at the order as far as it was promised, and every
law pack that covers the order and has something to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from returns_app.policy.answers import Answers, Note
from returns_app.policy.compile import Engine
from returns_app.policy.explain import Explanation
from returns_app.policy.facts import Situation
from returns_app.policy.law import LawPack
from returns_app.policy.windows import Standing, window_standing

Outcome = Literal["accepted", "review", "refused"]
Stage = Literal["request", "inspection"]
Code = Literal[
    "rule-refuses",
    "window-closed",
    "rule-asks-review",
    "window-without-anchor",
    "no-offer",
    "no-method",
    "no-amount-in-currency",
    "inspection-refuses",
    "refusal-not-allowed",
    "deduction-proposed",
    "grade-missing",
]
Honour = Literal["order", "today", "better"]
"""Which policy answers a question: the one that stood at the order, today's, or the kinder of both."""

PROMISED: Mapping[str, Honour] = {
    "window": "better",
    "accept": "better",
    "fee": "better",
    "return_shipping": "better",
}
"""What a merchant keeps to unless told otherwise; every other question is answered by today's policy."""


class Reason(msgspec.Struct, frozen=True):
    """One reason, as a stable code; `rule` is the rule behind it, `question` the question it is about."""

    code: Code
    side: str
    question: str
    rule: str | None = None


class Side(msgspec.Struct, frozen=True):
    """What one side says for itself, before it is joined with others. `note` goes with its own answer."""

    name: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    window: Standing
    window_ends: date | None
    answers: Answers
    explanation: Explanation
    note: Note | None = None

    @property
    def is_law(self) -> bool:
        return self.name.startswith("law/")

    def speaks_to(self, question: str) -> bool:
        """A merchant answers everything, the law only what one of its rules does; no amount is no answer."""
        told = self.explanation.questions[question]
        return not told.unpriced and (told.rule is not None or not self.is_law)


class Promise(msgspec.Struct, frozen=True):
    """The policy that stood at the order, with the groups this shopper is in by its own words."""

    engine: Engine
    segments: frozenset[str] = frozenset()
    honour: Mapping[str, Honour] = msgspec.field(default_factory=lambda: PROMISED)


def merchant_sides(
    engine: Engine, situation: Situation, promise: Promise | None, stage: Stage
) -> tuple[Side, ...]:
    """Today's policy first; beside it the promised one, where there is one that says something else."""
    today = engine.explain(situation)
    if promise is None or promise.engine.policy.hash == engine.policy.hash:
        return (_merchant_side("merchant", today, situation, note_of(today, stage, engine)),)
    facts = {**situation, "segment": promise.segments}
    then = promise.engine.explain(facts, currency=today.currency)
    mine, promised = _by_honour(today, then, promise.honour)
    engines = promise.engine, engine
    return (
        _merchant_side("merchant", mine, situation, note_of(mine, stage, *reversed(engines))),
        _merchant_side("promise", promised, situation, note_of(promised, stage, *engines)),
    )


def _by_honour(
    today: Explanation, then: Explanation, honour: Mapping[str, Honour]
) -> tuple[Explanation, Explanation]:
    """Both policies' answers. Where only one of them counts, both sides give that one."""
    mine, promised = dict(today.questions), dict(then.questions)
    for name in mine:
        match honour.get(name, "today"):
            case "today":
                promised[name] = today.questions[name]
            case "order":
                mine[name] = then.questions[name]
            case "better":
                pass
    if honour.get("accept") == "better" and mine["accept"].answer == "review" != promised["accept"].answer:
        promised["accept"] = mine["accept"]  # a promise never lifts today's review
    return (
        msgspec.structs.replace(today, questions=mine),
        msgspec.structs.replace(then, questions=promised),
    )


def law_sides(
    packs: tuple[LawPack, ...], situation: Situation, currency: str, until: date | None, stage: Stage
) -> tuple[Side, ...]:
    """The packs that cover this order and say something of it."""
    first = "accept" if stage == "request" else "verdict"
    speaking = [
        pack
        for pack in packs
        if pack.covers(situation) and pack.engine.answer_to(first, situation, currency=currency) is not None
    ]
    return tuple(
        _law_side(pack, pack.engine.explain(situation, currency=currency), situation, until, stage)
        for pack in speaking
    )


def _merchant_side(name: str, explanation: Explanation, situation: Situation, note: Note | None) -> Side:
    standing, ends = window_standing(explanation.questions["window"].answer, situation)
    return _side(name, explanation, standing, ends, note)


def _law_side(
    pack: LawPack, explanation: Explanation, situation: Situation, until: date | None, stage: Stage
) -> Side:
    """Without a window of its own, or a day to count it from, the law stays open as its facts say."""
    window = explanation.questions["window"].answer
    standing, ends = window_standing(window, situation) if window else ("unknown", until)
    open_or_not: Standing = "closed" if standing == "closed" else "open"
    return _side(pack.name, explanation, open_or_not, ends, note_of(explanation, stage, pack.engine))


def _side(
    name: str, explanation: Explanation, standing: Standing, ends: date | None, note: Note | None
) -> Side:
    answers = answers_of(explanation)
    refusals, doubts = _refusals(answers, standing), _doubts(answers, standing)
    return Side(
        name=name,
        outcome="refused" if refusals else "review" if doubts else "accepted",
        reasons=tuple(reason(code, question, name, explanation) for code, question in refusals or doubts),
        window=standing,
        window_ends=ends,
        answers=answers,
        explanation=explanation,
        note=note,
    )


def answers_of(explanation: Explanation) -> Answers:
    return Answers(**{name: each.answer for name, each in explanation.questions.items()})


def reason(code: Code, question: str, side: str, explanation: Explanation) -> Reason:
    return Reason(code, side, question, explanation.questions[question].rule)


def _refusals(answers: Answers, standing: Standing) -> list[tuple[Code, str]]:
    found: list[tuple[Code, str]] = []
    if answers.accept == "no":
        found.append(("rule-refuses", "accept"))
    if standing == "closed":
        found.append(("window-closed", "window"))
    return found


def _doubts(answers: Answers, standing: Standing) -> list[tuple[Code, str]]:
    found: list[tuple[Code, str]] = []
    if answers.accept == "review":
        found.append(("rule-asks-review", "accept"))
    if standing == "unknown":
        found.append(("window-without-anchor", "window"))
    return found


def note_of(explanation: Explanation, stage: Stage, *engines: Engine) -> Note | None:
    """The words of the rule that decided `accept` (at the request) or `verdict` (after inspection)."""
    decided = explanation.questions["accept" if stage == "request" else "verdict"]
    rules = [rule for engine in engines for rule in engine.policy.rules if rule.name == decided.rule]
    note: Any = rules[0].answers.get("note") if rules else None
    return note if isinstance(note, Note) else None
