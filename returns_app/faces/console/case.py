"""One return: what happened, why, what it is worth, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_app import wording
from returns_app.core.lifecycle import LINE_UNDECIDED, PARCEL_SCANNED, RETURN_MAY_CANCEL, RefundState
from returns_app.core.reference import read
from returns_app.credit.queries import credits_of
from returns_app.exchanges.queries import exchanges_of
from returns_app.faces.console import policy_words
from returns_app.faces.console.desk import AnyRequest, here, locale_of, page
from returns_app.faces.console.quote_words import changed, quoted
from returns_app.faces.console.returns import reason_words
from returns_app.faces.console.words import entry, happened, task_advice, task_title, who
from returns_app.journal.queries import timeline
from returns_app.journal.tasks import OpenTask, open_tasks_of
from returns_app.money import Money
from returns_app.notifications.queries import messages_of
from returns_app.policy import Value
from returns_app.refunds.queries import RefundSeen, refunds_of
from returns_app.returns.bench import extras_of
from returns_app.returns.bench_photo import photo_for_staff, photos_of_return
from returns_app.returns.facts_kept import typed as typed_facts
from returns_app.returns.queries import DecisionSeen, ReturnSeen, decisions, return_by_rma
from returns_app.settlement.queries import settlements_of
from returns_app.shipping.queries import ParcelSeen, label_pdf, parcels_of

PAYOUTS = ("payout.due", "refund.failed", "refund.no_gateway")
"""Tasks that end when a person has paid another way and says so."""


@get("/returns/{rma:str}")
async def case_page(request: AnyRequest, rma: FromPath[str]) -> Response[str]:
    """Everything known of one return. Its number may be typed as people write it."""
    return await show_case(request, await find(request, rma))


@get("/returns/{rma:str}/label.pdf")
async def label_page(request: AnyRequest, rma: FromPath[str]) -> Response[bytes]:
    """The stored label, the same bytes whenever it is opened."""
    seen = await find(request, rma)
    paper = await label_pdf(seen.merchant, seen.id)
    if paper is None:
        raise NotFoundException
    name = f'inline; filename="{seen.rma}.pdf"'
    return Response(paper, media_type="application/pdf", headers={"Content-Disposition": name})


@get("/photos/{photo:uuid}")
async def photo_page(request: AnyRequest, photo: FromPath[UUID]) -> Response[bytes]:
    """A photo from the shopper or the bench."""
    shop, _ = await here(request)
    found = await photo_for_staff(shop.id, photo)
    if found is None:
        raise NotFoundException
    return Response(
        found.content, media_type=found.media_type, headers={"Cache-Control": "private, max-age=3600"}
    )


HANDLERS = [case_page, label_page, photo_page]


async def find(request: AnyRequest, rma: str) -> ReturnSeen:
    """The return of this number at this shop. Raises ReturnNotFound."""
    shop, _ = await here(request)
    return await return_by_rma(shop.id, read(rma).code)


async def show_case(
    request: AnyRequest,
    seen: ReturnSeen,
    *,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response[str]:
    """The case as it stands now; `problem` says why what was asked was not done, `typed` keeps its words."""
    shop, _ = await here(request)
    locale = locale_of(request)
    ids = (seen.merchant, seen.id)
    parcels, refunds, tasks = await parcels_of(*ids), await refunds_of(*ids), await open_tasks_of(*ids)
    settled = await settlements_of(*ids)
    titles = {str(line.id): wording.item_name(line.title, line.options) for line in seen.lines}
    goods = {str(line.order_line): titles[str(line.id)] for line in seen.lines}
    return await page(
        request,
        "case.html",
        status=status,
        seen=seen,
        problem=problem,
        typed=typed or {},
        events=[entry(event, titles, locale, shop.timezone) for event in reversed(await timeline(*ids))],
        explained=explained(await decisions(*ids), locale),
        photos=_by_line(await photos_of_return(*ids)),
        extras=await extras_of(*ids),
        quote=quoted(seen.quote, goods, locale),
        settlements=[
            (each, quoted(each.quote, goods, locale), changed(each.differences, goods, locale))
            for each in settled
        ],
        refunds=refunds,
        credits=await credits_of(*ids),
        exchanges=await exchanges_of(*ids),
        parcels=parcels,
        messages=await messages_of(*ids),
        tasks=[(task, task_title(task, locale), task_advice(task, locale)) for task in tasks],
        may=_may(seen, parcels, refunds, tasks),
        reason=lambda key: reason_words(shop, key, locale),
        who=lambda actor: who(actor, locale),
        payouts=PAYOUTS,
        happened=happened,
        proposal=_proposal,
    )


class May(msgspec.Struct, frozen=True):
    """What a person may do now. `retry` holds the failed refunds that nobody has answered."""

    decide: bool
    cancel: bool
    retry: frozenset[str]


def _may(
    seen: ReturnSeen, parcels: Sequence[ParcelSeen], refunds: Sequence[RefundSeen], tasks: Sequence[OpenTask]
) -> May:
    unanswered = {task.subject for task in tasks if task.kind == "refund.failed"}
    failed = {str(refund.id) for refund in refunds if refund.state == RefundState.FAILED}
    moving = any(parcel.state in PARCEL_SCANNED for parcel in parcels)
    return May(
        decide=any(line.decision in LINE_UNDECIDED for line in seen.lines),
        cancel=seen.status in RETURN_MAY_CANCEL and not moving,
        retry=frozenset(unanswered & failed),
    )


def _proposal(task: OpenTask) -> Money | None:
    """The amount a task is about."""
    amount, currency = task.data.get("amount"), task.data.get("currency")
    return Money(amount, currency) if isinstance(amount, int) and isinstance(currency, str) else None


def _by_line(photos: Sequence[Any]) -> dict[UUID, list[UUID]]:
    lines: dict[UUID, list[UUID]] = {}
    for photo in photos:
        lines.setdefault(photo.return_line, []).append(photo.id)
    return lines


class RuleSpoke(msgspec.Struct, frozen=True):
    """A rule that answered something: what it looked at, what it answered, which rules it went before."""

    rule: str
    conditions: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    overrode: tuple[str, ...]


class Lifted(msgspec.Struct, frozen=True):
    """Answers that the law, or a promise of the order's day, made kinder than today's policy.

    `article` is empty for a promise; `rules` are the merchant's own that gave way.
    """

    article: str
    rule: str
    answers: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


class ExplainedLine(msgspec.Struct, frozen=True):
    """Why a line was decided as it was: the rules that spoke, in the order of the policy."""

    decision: DecisionSeen
    rules: tuple[RuleSpoke, ...]
    lifted: tuple[Lifted, ...]
    facts: tuple[tuple[str, str], ...]


def explained(seen: Sequence[DecisionSeen], locale: str) -> list[ExplainedLine]:
    return [_explained(decision, locale) for decision in seen]


def _explained(decision: DecisionSeen, locale: str) -> ExplainedLine:
    facts = typed_facts(decision.facts)
    spoke: dict[tuple[int, str], list[str]] = {}
    for name, told in decision.explanation.questions.items():
        if told.rule is not None and told.index is not None and not told.raised:
            spoke.setdefault((told.index, told.rule), []).append(name)
    return ExplainedLine(
        decision,
        tuple(_spoke(decision, rule, spoke[index, rule], facts, locale) for index, rule in sorted(spoke)),
        tuple(_lifted(decision, locale)),
        tuple(_fact(name, value, locale) for name, value in facts.items()),
    )


def _lifted(decision: DecisionSeen, locale: str) -> Iterator[Lifted]:
    """One for each rule of another side, with the answers as they count now."""
    by_rule: dict[tuple[str, str], list[str]] = {}
    questions = decision.explanation.questions
    for name, told in questions.items():
        for raised in told.raised:
            by_rule.setdefault((raised.article, raised.rule or ""), []).append(name)
    for (article, rule), names in by_rule.items():
        answers = tuple(
            (
                policy_words.question_name(name, locale),
                policy_words.answer(name, getattr(decision.answers, name), locale),
            )
            for name in names
        )
        gave_way = dict.fromkeys(told for name in names if (told := questions[name].rule))
        yield Lifted(article, rule, answers, tuple(gave_way))


def _spoke(
    decision: DecisionSeen, rule: str, questions: Sequence[str], facts: Mapping[str, Value], locale: str
) -> RuleSpoke:
    told = [decision.explanation.questions[name] for name in questions]
    matched = dict.fromkeys(each.fact for one in told for each in one.matched)
    return RuleSpoke(
        rule,
        tuple(_fact(name, facts.get(name), locale) for name in matched),
        tuple(
            (
                policy_words.question_name(name, locale),
                policy_words.answer(name, getattr(decision.answers, name), locale),
            )
            for name in questions
        ),
        tuple(dict.fromkeys(other for one in told for other in one.overrode)),
    )


def _fact(name: str, value: Value | None, locale: str) -> tuple[str, str]:
    return policy_words.fact_name(name, locale), policy_words.fact_value(name, value, locale)
