"""What the policy says about an order: before anything is chosen, and about what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from returns_app.money import Money, total
from returns_app.policy import (
    PROMISED,
    RULE_PERIOD,
    Chance,
    Decision,
    Figures,
    Honour,
    Period,
    Promise,
    Value,
    chance,
    decide,
    segments_of,
)
from returns_app.policy.facts import FOLLOW_UP
from returns_app.returns.facts import LineAsk, Today, law_until, line_facts
from returns_app.returns.order_case import LineSeen, OrderCase
from returns_app.rulebook.law import law_packs
from returns_app.rulebook.queries import Published

Closed = Literal["service", "marketplace", "all-returned", "refused", "window"]


class Situated(msgspec.Struct, frozen=True):
    """An order with everything that is known of its shopper: the ground all its lines stand on.

    `promise` is the policy that stood at the order, where it says something else than today's.
    """

    order: OrderCase
    published: Published
    today: Today
    figures: Figures | None
    segments: frozenset[str]
    promise: Promise | None = None

    def facts(
        self, line: LineSeen, ask: LineAsk, *, return_total: Money | None, whole: bool | None
    ) -> dict[str, Value]:
        return line_facts(
            self.order,
            line,
            ask,
            today=self.today,
            figures=self.figures,
            segments=self.segments,
            return_total=return_total,
            whole_order=whole,
        )

    def decide(self, facts: dict[str, Value]) -> Decision:
        """What the shop, the promise at the order and the law say together."""
        until = law_until(self.order, self.today, facts)
        engine = self.published.engine
        decision = decide(engine, facts, law=law_packs(), law_until=until, promise=self.promise)
        explanation = msgspec.structs.replace(decision.explanation, calendar=self.today.calendar)
        return msgspec.structs.replace(decision, explanation=explanation)

    def chance(self, facts: dict[str, Value], open_facts: Iterable[str]) -> Chance:
        """Whether anything still to be said lets a line go back, by any of them."""
        until = law_until(self.order, self.today, facts)
        engine = self.published.engine
        return chance(engine, facts, open_facts, law=law_packs(), law_until=until, promise=self.promise)


def situate(
    order: OrderCase,
    published: Published,
    today: Today,
    history: Mapping[Period, Figures],
    *,
    at_order: Published | None = None,
    promises: Mapping[str, Honour] | None = None,
) -> Situated:
    """Put an order on the ground its policy is decided on.

    `at_order` is the policy that stood when it was placed; `promises` what the merchant keeps of it.
    """
    tags = frozenset(order.shopper_tags)
    promise = None
    if at_order is not None and at_order.hash != published.hash:
        segments = segments_of(at_order.policy, history, tags)
        promise = Promise(at_order.engine, segments, {**PROMISED, **(promises or {})})
    segments = segments_of(published.policy, history, tags)
    return Situated(order, published, today, history.get(RULE_PERIOD), segments, promise)


class Choice(msgspec.Struct, frozen=True):
    """One line on the choosing page. `closed` says why nothing the shopper could say would open it."""

    line: LineSeen
    quantity: int
    closed: Closed | None
    until: date | None
    note: dict[str, str] | None = None
    reasons: tuple[str, ...] = ()
    """Of the reasons asked about, those with which the line could go back."""


def choices(situated: Situated, grounds: Mapping[str, str]) -> list[Choice]:
    """Each line of the order: what could go back, and until when.

    `grounds` maps each of the merchant's reasons to its ground (return or claim).
    """
    return [_choice(situated, line, grounds) for line in situated.order.lines]


def _choice(situated: Situated, line: LineSeen, grounds: Mapping[str, str]) -> Choice:
    closed = closed_anyway(situated.order, line)
    if closed is not None:
        return Choice(line, 0, closed, None)
    chances = {reason: _chance(situated, line, reason, ground) for reason, ground in grounds.items()}
    reasons = tuple(reason for reason, chance in chances.items() if chance.open)
    # The date a shopper is told is that of a change of mind; a claim has its own, longer time.
    ordinary = [chance for reason, chance in chances.items() if grounds[reason] == "return"]
    until = max((chance.until for chance in ordinary if chance.until is not None), default=None)
    if reasons:
        return Choice(line, len(line.free), None, until, reasons=reasons)
    refusal = _refusal(situated, line, grounds)
    note = dict(refusal.note.each) if refusal.note else None
    late = any(reason.code == "window-closed" for reason in refusal.reasons)
    return Choice(line, 0, "window" if late and not note else "refused", until, note)


_STILL_OPEN = ("quantity", "return_total", "whole_order", "photo")


def _chance(situated: Situated, line: LineSeen, reason: str, ground: str) -> Chance:
    """Whether anything the shopper can still say would let this line go back for this reason."""
    facts = situated.facts(line, LineAsk(1, reason, ground), return_total=None, whole=None)
    return situated.chance(facts, {*_STILL_OPEN, *_follow_ups(situated)})


def _follow_ups(situated: Situated) -> set[str]:
    rules = situated.published.policy.rules
    if situated.promise is not None:
        rules += situated.promise.engine.policy.rules
    return {each.fact for rule in rules for each in rule.conditions if each.fact.startswith(FOLLOW_UP)}


def _refusal(situated: Situated, line: LineSeen, grounds: Mapping[str, str]) -> Decision:
    """The words for a closed line are those of a plain change of mind, else of the first reason there is."""
    reason = next((reason for reason, ground in grounds.items() if ground == "return"), next(iter(grounds)))
    facts = situated.facts(line, LineAsk(1, reason, grounds[reason]), return_total=None, whole=None)
    return situated.decide(facts)


def closed_anyway(order: OrderCase, line: LineSeen) -> Closed | None:
    """Why no policy is asked about this line at all."""
    if line.kind != "goods":
        return "service"
    if order.settled_by == "marketplace":
        return "marketplace"
    return None if line.free else "all-returned"


class Considered(msgspec.Struct, frozen=True):
    """A line somebody asks to send back, with the facts it was decided on and the decision."""

    line: LineSeen
    ask: LineAsk
    facts: dict[str, Value]
    decision: Decision

    def with_money_at_last(self) -> Considered:
        """Where the law asks for repair or replacement and neither can be had, money is next."""
        return msgspec.structs.replace(self, decision=self.decision.with_money_at_last())


def consider(situated: Situated, asks: Sequence[tuple[UUID, LineAsk]]) -> list[Considered]:
    """Decide every asked line, each knowing what else is in the return."""
    lines = [(situated.order.line(id), ask) for id, ask in asks]
    worth = total((line.unit_paid * ask.quantity for line, ask in lines), situated.order.currency)
    whole = _whole_order(situated.order, [(line.id, ask.quantity) for line, ask in lines])
    considered: list[Considered] = []
    for line, ask in lines:
        facts = situated.facts(line, ask, return_total=worth, whole=whole)
        considered.append(Considered(line, ask, facts, situated.decide(facts)))
    return considered


def _whole_order(order: OrderCase, asked: Iterable[tuple[UUID, int]]) -> bool:
    """Everything bought comes back in this return, or came back before and was given back."""
    quantities = dict(asked)
    goods = [line for line in order.lines if line.kind == "goods"]
    return all(
        quantities.get(line.id, 0) + sum(1 for id, _ in order.back if id == str(line.id)) >= line.quantity
        for line in goods
    )
