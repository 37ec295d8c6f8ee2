"""The join: open sides answer together, each question as kindly as the kindest of them.

A policy can therefore be kinder than the law and never less kind, whatever its rules say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import msgspec

from returns_app.policy.explain import Explained, Explanation, Raised
from returns_app.policy.law import article
from returns_app.policy.questions import QUESTIONS
from returns_app.policy.sides import Side

MEANS = frozenset({"methods", "return_shipping"})
"""How goods travel is the shop's business also where only the law opened a return: its own ways stay."""


def join(merchant: Side, open_sides: Sequence[Side]) -> Explanation:
    """Every answer of the open sides together, and who made it kinder.

    `merchant` is today's policy, first among the open sides if it is open. A question that no open
    side speaks to is answered by it all the same.
    """
    others = [side for side in open_sides if side is not merchant]
    if not others:
        return merchant.explanation
    is_open = len(others) < len(open_sides)
    questions = {
        name: _joined(name, own, [side for side in others if side.speaks_to(name)], is_open)
        for name, own in merchant.explanation.questions.items()
    }
    return msgspec.structs.replace(merchant.explanation, questions=questions)


def _joined(question: str, own: Explained, others: Sequence[Side], is_open: bool) -> Explained:
    if not others:
        return own
    counts = (is_open or question in MEANS) and not own.unpriced
    told = [side.explanation.questions[question] for side in others]
    answers = [each.answer for each in ([own] if counts else []) + told]
    raised = [
        _raised(side, each)
        for side, each in zip(others, told, strict=True)
        if each is not own  # today's own answer, which a promise leaves as it is
        and (not counts or QUESTIONS[question].generous.join(own.answer, each.answer) != own.answer)
    ]
    if not raised:
        return own
    return msgspec.structs.replace(
        own,
        answer=reduce(QUESTIONS[question].generous.join, answers),
        unpriced=False,
        raised=tuple(raised),
        own=own.answer,
    )


def _raised(side: Side, told: Explained) -> Raised:
    reference = article(told.rule or "") if side.is_law else ""
    return Raised(side.name, told.answer, told.rule, told.line, reference)
