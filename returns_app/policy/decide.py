"""The decision on one line: each side answers for itself, and the open sides are joined.

The merchant's policy is one side, the policy promised at the order another, and each law pack that
has something to say is one more. None open: refused, with the reasons of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from returns_app.policy.answers import Answers, Note
from returns_app.policy.compile import Engine
from returns_app.policy.explain import Explanation, Raised, SideTold
from returns_app.policy.facts import Situation
from returns_app.policy.join import join
from returns_app.policy.law import LawPack
from returns_app.policy.sides import (
    Code,
    Outcome,
    Promise,
    Reason,
    Side,
    Stage,
    answers_of,
    law_sides,
    merchant_sides,
    reason,
)


class Decision(msgspec.Struct, frozen=True):
    """The outcome for a line. `window_ends` is the last day to ask (merchant's zone), where it is known;
    `note` are the words for the shopper; `deduction` percent points proposed after inspection, zero where
    a person must name them."""

    verdict: Outcome
    reasons: tuple[Reason, ...]
    window_ends: date | None
    answers: Answers
    explanation: Explanation
    note: Note | None
    deduction: Decimal | None
    sides: tuple[Side, ...]

    def with_money_at_last(self) -> Decision:
        """The same with a refund offered, where a law asks for a remedy that can't be had (SGD Art. 13(4)).

        Unchanged where no law speaks, or money is offered already.
        """
        owed = [side for side in self.sides if side.is_law and side.answers.offers]
        if not owed or "refund" in (self.answers.offers or ()):
            return self
        told = self.explanation.questions["offers"]
        offers = (*(self.answers.offers or ()), "refund")
        raised = Raised(owed[0].name, ("refund",), None, None, _NEXT_REMEDY)
        own = told.own if told.raised else told.answer
        told = msgspec.structs.replace(told, answer=offers, own=own, raised=(*told.raised, raised))
        explanation = msgspec.structs.replace(
            self.explanation, questions={**self.explanation.questions, "offers": told}
        )
        answers = msgspec.structs.replace(self.answers, offers=offers)
        return msgspec.structs.replace(self, answers=answers, explanation=explanation)


_NEXT_REMEDY = "SGD Art. 13(4)"


def decide(
    engine: Engine,
    situation: Situation,
    *,
    stage: Stage = "request",
    law: Sequence[LawPack] = (),
    law_until: date | None = None,
    promise: Promise | None = None,
) -> Decision:
    """Decide a line at the request, or again when the bench has looked at it.

    `law` are the packs that may apply, and `law_until` the last day of the right they speak of, as the
    calendar tells it.
    """
    own = merchant_sides(engine, situation, promise, stage)
    currency = own[0].explanation.currency
    sides = (*own, *law_sides(tuple(law), situation, currency, law_until, stage))
    decision = _of_request(sides) if stage == "request" else _of_bench(sides, situation)
    if len(sides) == 1:
        return decision
    told = tuple(_told(side, promise) for side in sides)
    honoured = dict(promise.honour) if len(own) > 1 and promise is not None else {}
    explanation = msgspec.structs.replace(decision.explanation, sides=told, promises=honoured)
    return msgspec.structs.replace(decision, explanation=explanation)


def _told(side: Side, promise: Promise | None) -> SideTold:
    segments = tuple(sorted(promise.segments)) if promise is not None and side.name == "promise" else ()
    return SideTold(side.name, side.explanation.policy, side.outcome, side.window_ends, segments)


# At the request ------------------------------------------------------------------------------------


def _of_request(sides: tuple[Side, ...]) -> Decision:
    kindest = _kindest(sides)
    open_sides = [side for side in sides if side.outcome != "refused"]
    explanation = join(sides[0], open_sides)
    answers = answers_of(explanation)
    lost = _dead_ends(answers, explanation, by_law=any(side.is_law for side in open_sides))
    found = tuple(each for side in sides if side.outcome == kindest for each in side.reasons)
    if kindest == "refused":
        lost = []
    return Decision(
        verdict="review" if lost else kindest,
        reasons=(*found, *lost),
        window_ends=_last_day(sides),
        answers=answers,
        explanation=explanation,
        note=_spoken_for(sides, "accept", explanation).note,
        deduction=None,
        sides=sides,
    )


def _kindest(sides: Sequence[Side]) -> Outcome:
    told = [side.outcome for side in sides]
    return "accepted" if "accepted" in told else "review" if "review" in told else "refused"


def _dead_ends(answers: Answers, explanation: Explanation, *, by_law: bool) -> list[Reason]:
    """What leads nowhere, so that a person must look; an extra without a price holds up nobody's right."""
    found: list[tuple[Code, str]] = []
    if not answers.offers:
        found.append(("no-offer", "offers"))
    elif not answers.methods and set(answers.offers) != {"keep"}:
        found.append(("no-method", "methods"))
    if not by_law:
        unpriced = [name for name, each in explanation.questions.items() if each.unpriced]
        found.extend(("no-amount-in-currency", name) for name in unpriced)
    return [reason(code, question, "merchant", explanation) for code, question in found]


def _last_day(sides: Sequence[Side]) -> date | None:
    """The latest end of an open side, else the end that the first one had."""
    ends = [side.window_ends for side in sides if side.outcome != "refused" and side.window_ends is not None]
    first = next(side for side in sides if side.outcome == _kindest(sides))
    return max(ends, default=first.window_ends)


def _spoken_for(sides: Sequence[Side], question: str, explanation: Explanation) -> Side:
    """Whose words the shopper reads: the merchant's, unless another side made the answer kinder."""
    lifted = {raised.side for raised in explanation.questions[question].raised}
    return next((side for side in sides if side.name in lifted), sides[0])


# After inspection ----------------------------------------------------------------------------------


def _of_bench(sides: tuple[Side, ...], situation: Situation) -> Decision:
    """A deduction is only ever proposed: a person confirms it, and the shopper may object."""
    explanation = join(sides[0], sides)
    answers = answers_of(explanation)
    code = _finding(answers, explanation, situation)
    question = "deduction" if code in ("deduction-proposed", "grade-missing") else "verdict"
    deduction = proposed_deduction(answers, situation)
    if code == "refusal-not-allowed":
        deduction = deduction or Decimal(0)
    return Decision(
        verdict="accepted" if code is None else "refused" if code == "inspection-refuses" else "review",
        reasons=() if code is None else (reason(code, question, "merchant", explanation),),
        window_ends=_last_day(sides),
        answers=answers,
        explanation=explanation,
        note=_spoken_for(sides, "verdict", explanation).note,
        deduction=deduction,
        sides=sides,
    )


def _finding(answers: Answers, explanation: Explanation, situation: Situation) -> Code | None:
    told = explanation.questions["verdict"]
    if answers.verdict == "refuse":
        return "inspection-refuses"
    if answers.verdict == "pay":
        return None
    if told.own == "refuse":
        return "refusal-not-allowed"
    if situation.get("ground") == "claim":
        return None
    if situation.get("grade") is None:
        return "grade-missing"
    return "deduction-proposed" if proposed_deduction(answers, situation) else None


def proposed_deduction(answers: Answers, situation: Situation) -> Decimal | None:
    """Percent points to hold back for the grade found; None when there is none. Never on a claim."""
    grade = situation.get("grade")
    if answers.verdict != "deduct" or answers.deduction is None or situation.get("ground") == "claim":
        return None
    return answers.deduction.for_(grade) or None if isinstance(grade, str) else None
