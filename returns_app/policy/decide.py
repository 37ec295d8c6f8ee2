"""The decision on one line: each side answers for itself, and the open sides are weighed.

The merchant's policy is one side. `decide` weighs a list of sides and asks of each only
whether it is open, so a further side is one more element of the list.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from returns_app.policy.answers import Anchor, Answers, Note, Window
from returns_app.policy.compile import Engine
from returns_app.policy.explain import Explanation
from returns_app.policy.facts import Situation

Outcome = Literal["accepted", "review", "refused"]
Stage = Literal["request", "inspection"]
Standing = Literal["open", "closed", "unknown"]
Code = Literal[
    "rule-refuses",
    "window-closed",
    "rule-asks-review",
    "window-without-anchor",
    "no-offer",
    "no-method",
    "no-amount-in-currency",
    "inspection-refuses",
    "deduction-proposed",
    "grade-missing",
]


class Reason(msgspec.Struct, frozen=True):
    """One reason, as a stable code; `rule` is the rule behind it, `question` the question it is about."""

    code: Code
    side: str
    question: str
    rule: str | None = None


class Side(msgspec.Struct, frozen=True):
    """What one side says for itself, before it is weighed with others."""

    name: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    window: Standing
    window_ends: date | None
    answers: Answers
    explanation: Explanation


class Decision(msgspec.Struct, frozen=True):
    """The outcome for a line. `window_ends` is the last day to ask (merchant's zone), where it is known;
    `note` are the words for the shopper; `deduction` percent points proposed after inspection."""

    verdict: Outcome
    reasons: tuple[Reason, ...]
    window_ends: date | None
    answers: Answers
    explanation: Explanation
    note: Note | None
    deduction: Decimal | None
    sides: tuple[Side, ...]


def decide(engine: Engine, situation: Situation, *, stage: Stage = "request") -> Decision:
    """Decide a line at the request, or again when the bench has looked at it."""
    sides = (merchant_side(engine, situation, stage),)
    best = min(sides, key=lambda side: _KINDEST_FIRST.index(side.outcome))
    ends = [side.window_ends for side in sides if side.window == "open" and side.window_ends is not None]
    return Decision(
        verdict=best.outcome,
        reasons=tuple(reason for side in sides for reason in side.reasons),
        window_ends=max(ends, default=best.window_ends),
        answers=best.answers,
        explanation=best.explanation,
        note=shown_note(engine, best, stage),
        deduction=proposed_deduction(best.answers, situation) if stage == "inspection" else None,
        sides=sides,
    )


_KINDEST_FIRST: tuple[Outcome, ...] = ("accepted", "review", "refused")


def merchant_side(engine: Engine, situation: Situation, stage: Stage) -> Side:
    """What the merchant's own policy says."""
    explanation = engine.explain(situation)
    answers = Answers(**{name: each.answer for name, each in explanation.questions.items()})
    standing, ends = window_standing(answers.window, situation)
    if stage == "request":
        refusals, doubts = _refusals(answers, standing), _doubts(answers, standing, explanation)
    else:
        refusals, doubts = _refusals_of_bench(answers), _doubts_of_bench(answers, situation)
    return Side(
        name="merchant",
        outcome="refused" if refusals else "review" if doubts else "accepted",
        reasons=tuple(_reason(code, question, explanation) for code, question in refusals or doubts),
        window=standing,
        window_ends=ends,
        answers=answers,
        explanation=explanation,
    )


def _reason(code: Code, question: str, explanation: Explanation) -> Reason:
    return Reason(code, "merchant", question, explanation.questions[question].rule)


# At the request ------------------------------------------------------------------------------------


def _refusals(answers: Answers, standing: Standing) -> list[tuple[Code, str]]:
    found: list[tuple[Code, str]] = []
    if answers.accept == "no":
        found.append(("rule-refuses", "accept"))
    if standing == "closed":
        found.append(("window-closed", "window"))
    return found


def _doubts(answers: Answers, standing: Standing, explanation: Explanation) -> list[tuple[Code, str]]:
    """What a person must look at: asked for by a rule, or because the answers lead nowhere."""
    found: list[tuple[Code, str]] = []
    if answers.accept == "review":
        found.append(("rule-asks-review", "accept"))
    if standing == "unknown":
        found.append(("window-without-anchor", "window"))
    if not answers.offers:
        found.append(("no-offer", "offers"))
    elif not answers.methods and set(answers.offers) != {"keep"}:
        found.append(("no-method", "methods"))
    found.extend(
        ("no-amount-in-currency", name) for name, each in explanation.questions.items() if each.unpriced
    )
    return found


def window_standing(window: Window | None, situation: Situation) -> tuple[Standing, date | None]:
    """Whether the window is open on the day of the request, and its last day where that can be told.

    The first alternative whose anchor is known counts; without any the window is unknown.
    """
    asked = situation.get("requested_on")
    today = asked if isinstance(asked, date) else None
    if window is not None and window.until is not None:
        return _standing_until(window.until, today), window.until
    for span in window.alternatives if window is not None else ():
        days = days_since(span.anchor, situation)
        if days is not None:
            left = span.days - days
            return "open" if left >= 0 else "closed", today and today + timedelta(days=left)
    return "unknown", None


_DAYS_SINCE = {"delivery": "delivered_days", "dispatch": "dispatched_days", "order": "ordered_days"}


def _standing_until(last: date, today: date | None) -> Standing:
    if today is None:
        return "unknown"
    return "open" if today <= last else "closed"


def days_since(anchor: Anchor, situation: Situation) -> int | None:
    """Days from the anchor to the request; an order's age also follows from its date."""
    days = situation.get(_DAYS_SINCE[anchor])
    if isinstance(days, int):
        return days
    ordered, asked = situation.get("ordered_on"), situation.get("requested_on")
    if anchor == "order" and isinstance(ordered, date) and isinstance(asked, date):
        return (asked - ordered).days
    return None


# After inspection ----------------------------------------------------------------------------------


def _refusals_of_bench(answers: Answers) -> list[tuple[Code, str]]:
    return [("inspection-refuses", "verdict")] if answers.verdict == "refuse" else []


def _doubts_of_bench(answers: Answers, situation: Situation) -> list[tuple[Code, str]]:
    """A deduction is only ever proposed: a person confirms it, and the shopper may object."""
    if answers.verdict != "deduct" or situation.get("ground") == "claim":
        return []
    if situation.get("grade") is None:
        return [("grade-missing", "deduction")]
    return [("deduction-proposed", "deduction")] if proposed_deduction(answers, situation) else []


def proposed_deduction(answers: Answers, situation: Situation) -> Decimal | None:
    """Percent points to hold back for the grade found; None when there is none. Never on a claim."""
    grade = situation.get("grade")
    if answers.verdict != "deduct" or answers.deduction is None or situation.get("ground") == "claim":
        return None
    return answers.deduction.for_(grade) or None if isinstance(grade, str) else None


def shown_note(engine: Engine, side: Side, stage: Stage) -> Note | None:
    """The words of the rule that decided `accept` (at the request) or `verdict` (after inspection)."""
    decided = side.explanation.questions["accept" if stage == "request" else "verdict"].index
    note = None if decided is None else engine.policy.rules[decided].answers.get("note")
    return note if isinstance(note, Note) else None
