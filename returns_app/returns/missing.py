"""What a wished line was asked for and does not say yet: the same for the form and for the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from returns_app.core.refusal import Refusal
from returns_app.merchants.settings import Reason
from returns_app.returns.refusals import (
    AnswerMissing,
    NoteMissing,
    NotExchangeable,
    NotOffered,
    PhotoMissing,
    SoldOut,
)
from returns_app.returns.weigh import Weighed, WeighedLine


def reason_of(weighed: Weighed, line: WeighedLine) -> Reason:
    return weighed.shop.settings.all_reasons()[line.wish.reason or ""]


def photo_wanted(weighed: Weighed, line: WeighedLine) -> bool:
    """Whether the policy or the reason does not go without a photo; while the law asks none, neither may."""
    decision = line.considered.decision
    by_policy = decision.answers.evidence in ("photo", "photo-and-note")
    by_law = any(side.is_law and side.answers.evidence == "none" for side in decision.sides)
    return by_policy or (reason_of(weighed, line).photo == "required" and not by_law)


def note_wanted(line: WeighedLine) -> bool:
    return line.considered.decision.answers.evidence == "photo-and-note"


def missing_details(weighed: Weighed, line: WeighedLine, *, photo: bool) -> Iterator[Refusal]:
    """Answers, photo and words that are still wanted; `photo` tells that there is one."""
    for question in reason_of(weighed, line).questions:
        if question.required and not line.wish.answers.get(question.key, "").strip():
            words = question.words.get(weighed.wish.locale) or question.words.get("en") or question.key
            yield AnswerMissing(**_about(line), question=words, key=question.key)
    if photo_wanted(weighed, line) and not photo:
        yield PhotoMissing(**_about(line))
    if note_wanted(line) and not line.wish.note.strip():
        yield NoteMissing(**_about(line))


def missing_choice(line: WeighedLine) -> Refusal | None:
    """Why the line has no outcome yet that could be carried out."""
    wished = line.wish.resolution
    if line.resolution is None:
        unchosen = wished == "exchange" and any(offer.resolution == "exchange" for offer in line.offers)
        return NotExchangeable(**_about(line)) if unchosen else NotOffered(**_about(line))
    if line.resolution == "exchange" and not any(
        variant.id == line.wish.product and variant.available >= line.wish.quantity
        for variant in line.variants
    ):
        return SoldOut(**_about(line))
    return None


def _about(line: WeighedLine) -> dict[str, Any]:
    return {"line": line.line.id, "title": line.line.title}
