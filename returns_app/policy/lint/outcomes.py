"""Answers that lead nowhere: none at all, an accepted return without a way on, a grade after the money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from returns_app.policy.amounts import RESOLUTIONS
from returns_app.policy.answers import PayOn
from returns_app.policy.lint.asking import Asking
from returns_app.policy.lint.findings import Finding, Witness
from returns_app.policy.lint.layout import Clause
from returns_app.policy.lint.search import Found, Search
from returns_app.policy.lint.space import Space
from returns_app.policy.questions import QUESTIONS

_BEFORE_THE_PARCEL = ("approval", "scan")
_STAYS = "keep"  # nothing comes back, so nothing is inspected


def outcome_findings(ask: Asking) -> Iterator[Finding]:
    for search in ask.searches:
        yield from ask.trying("question-unanswered", -1, lambda search=search: _nobody_answers(ask, search))
        for index in range(len(ask.rules)):
            yield from ask.trying(
                "question-unanswered", index, lambda search=search, rule=index: _unpriced(ask, search, rule)
            )
    for offers in ask.answering["offers"]:
        yield from ask.trying("dead-end", offers, lambda rule=offers: _nothing_offered(ask, rule))
    for methods in ask.answering["methods"]:
        yield from ask.trying("dead-end", methods, lambda rule=methods: _no_way_to_send(ask, rule))
    for paying in ask.answering["pay_on"]:
        yield from ask.trying("inspection-after-money", paying, lambda rule=paying: _paid_before(ask, rule))


# Questions left unanswered -------------------------------------------------------------------------


def _nobody_answers(ask: Asking, search: Search) -> Iterator[Finding]:
    for name, question in QUESTIONS.items():
        found = None if question.has_default else search.find([], ask.answering[name])
        if found is not None:
            yield ask.finding(
                "question-unanswered",
                [],
                f"No rule answers {name} ({question.about}).",
                f"Answer {name} in the house rule.",
                questions=[name],
                witness=Witness(found, search.space.currency, f"{name} has no answer"),
            )


def _unpriced(ask: Asking, search: Search, rule: int) -> Iterator[Finding]:
    """Where the rule decides but names no amount in the order's currency, a person has to."""
    currency, name = search.space.currency, ask.rules[rule].name
    asked = [question for question in ask.rules[rule].answers if ask.said(rule, question, currency).unpriced]
    found = {question: search.find([rule], ask.earlier(question, rule)) for question in asked}
    open_ones = {question: situation for question, situation in found.items() if situation is not None}
    if open_ones:
        questions, own = ", ".join(open_ones), ask.policy.currency
        yield ask.finding(
            "question-unanswered",
            [rule],
            f"“{name}” names no amount in {currency} for {questions}, so a person must decide there.",
            f"Tell the amount in {currency} too"
            + ("." if own == currency else f': {{ {own} = "…", {currency} = "…" }}.'),
            questions=open_ones,
            severity="error" if own == currency else "warning",
            witness=Witness(next(iter(open_ones.values())), currency, f"{questions} without an answer"),
        )


# Dead ends -----------------------------------------------------------------------------------------


def _nothing_offered(ask: Asking, rule: int) -> Iterator[Finding]:
    if ask.rules[rule].answers["offers"]:
        return
    for accepting in _rules_saying(ask, "accept", ["yes"]):
        found = ask.deciding({"accept": accepting, "offers": rule})
        if found is not None:
            yield _dead_end(ask, [rule, accepting], "offers", "offers nothing", "Offer something", *found)
            return


def _no_way_to_send(ask: Asking, rule: int) -> Iterator[Finding]:
    carried = ask.catalogue.methods
    methods = ask.rules[rule].answers["methods"]
    if not isinstance(methods, tuple) or (set(methods) if carried is None else set(methods) & carried):
        return
    what = "gives no way to send it" if not methods else "gives only ways that the shop can't carry"
    for accepting, offering in product(_rules_saying(ask, "accept", ["yes"]), ask.answering["offers"][::-1]):
        offers = ask.rules[offering].answers["offers"]
        if not offers or offers == (_STAYS,):
            continue
        found = ask.deciding({"accept": accepting, "offers": offering, "methods": rule})
        if found is not None:
            yield _dead_end(ask, [rule, accepting], "methods", what, "Name a way", *found)
            return


def _dead_end(
    ask: Asking, rules: list[int], question: str, what: str, mend: str, search: Search, found: Found
) -> Finding:
    name, accepting = (ask.rules[index].name for index in rules)
    return ask.finding(
        "dead-end",
        rules,
        f"“{accepting}” accepts the return, but “{name}” {what}.",
        f'{mend}, or answer accept = "no" there and say why in a note.',
        questions=["accept", question],
        witness=Witness(found, search.space.currency, f"accept = yes, but {question} leads nowhere"),
    )


def _rules_saying(ask: Asking, question: str, answers: Iterable[str]) -> list[int]:
    """From the house rule up, so that the plainest situation is found first."""
    wanted = set(answers)
    return [index for index in ask.answering[question][::-1] if ask.rules[index].answers[question] in wanted]


# Inspection after the money ------------------------------------------------------------------------


def _paid_before(ask: Asking, rule: int) -> Iterator[Finding]:
    early = _paid_early(ask, rule)
    judging = _rules_saying(ask, "verdict", ["deduct", "refuse"])[::-1] if early else []
    found = {verdict: shown for verdict in judging if (shown := _money_first(ask, rule, verdict, early))}
    if not found:
        return
    first, (search, situation) = next(iter(found.items()))
    verdicts = " and ".join(f"“{ask.rules[verdict].name}”" for verdict in found)
    say = ask.rules[first].answers["verdict"]
    yield ask.finding(
        "inspection-after-money",
        [rule, *found],
        f"“{ask.rules[rule].name}” moves money before anyone looks ({_moments(early)}), where "
        f"{verdicts} could still deduct or refuse: that verdict then comes too late and only opens a task.",
        "Pay on inspection there, or accept that what inspection finds is settled by hand.",
        questions=["pay_on", "verdict"],
        witness=Witness(situation, search.space.currency, f"verdict = {say}, after the money"),
    )


def _paid_early(ask: Asking, rule: int) -> dict[str, str]:
    pay_on = ask.rules[rule].answers["pay_on"]
    moments = {} if not isinstance(pay_on, PayOn) else {each: pay_on.for_(each) for each in RESOLUTIONS}
    return {each: at for each, at in moments.items() if at in _BEFORE_THE_PARCEL and each != _STAYS}


def _moments(early: dict[str, str]) -> str:
    each = {
        moment: [resolution for resolution, at in early.items() if at == moment]
        for moment in _BEFORE_THE_PARCEL
    }
    told = [
        f"{', '.join(resolutions)} at the {moment}" for moment, resolutions in each.items() if resolutions
    ]
    return "; ".join(told)


def _money_first(
    ask: Asking, paying: int, verdict: int, early: dict[str, str]
) -> tuple[Search, Found] | None:
    """A return that isn't refused, with an offer paid early, that this verdict is given on."""
    also = _no_claim if ask.rules[verdict].answers["verdict"] == "deduct" else None
    if ask.deciding({"pay_on": paying, "verdict": verdict}, also) is None:
        return None
    for accepting, offering in product(
        _rules_saying(ask, "accept", ["yes", "review"]), ask.answering["offers"][::-1]
    ):
        offers = ask.rules[offering].answers["offers"]
        if isinstance(offers, tuple) and set(offers) & set(early):
            deciders = {"pay_on": paying, "verdict": verdict, "accept": accepting, "offers": offering}
            found = ask.deciding(deciders, also)
            if found is not None:
                return found
    return None


def _no_claim(space: Space) -> list[Clause]:
    """Nothing is ever deducted on a claim."""
    return [(space.where(("ground",), (None, "withdrawal", "return")),)] if ("ground",) in space else []
