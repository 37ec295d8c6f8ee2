"""Rules and answers that the cascade never comes to, and rules that change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from returns_app.policy.compile import all_conditions
from returns_app.policy.conditions import Condition
from returns_app.policy.lint.asking import Asking
from returns_app.policy.lint.findings import Finding, Witness, asked
from returns_app.policy.lint.search import Found, Search
from returns_app.policy.wording import in_words

_SHOWN_WITH = ("accept", "verdict")  # a note is shown when its own rule decides one of these


def cascade_findings(ask: Asking) -> Iterator[Finding]:
    for index in range(len(ask.rules)):
        yield from ask.trying("unreachable-rule", index, lambda rule=index: _unused(ask, rule))
        yield from ask.trying("redundant-rule", index, lambda rule=index: _redundant(ask, rule))


def _unused(ask: Asking, rule: int) -> Iterator[Finding]:
    matches = ask.first([rule])
    if matches is None:
        yield _never_holds(ask, rule)
        return
    if _decides_all(ask, rule):
        return
    used = {question: found for question in ask.rules[rule].answers if (found := _used(ask, rule, question))}
    unused = [question for question in ask.rules[rule].answers if question not in used]
    if not used and unused != ["note"]:
        yield _unreachable(ask, rule, *matches)
        return
    for question in unused:
        yield _never_used(ask, rule, question, *(next(iter(used.values()), None) or matches))


def _decides_all(ask: Asking, rule: int) -> bool:
    """Whether one situation shows every answer used: the quick way, which mostly does."""
    answers = ask.rules[rule].answers
    plain = [question for question in answers if question != "note"]
    if len(plain) < len(answers) and not set(plain) & set(_SHOWN_WITH):
        return False
    return bool(plain) and ask.deciding(dict.fromkeys(plain, rule)) is not None


def _used(ask: Asking, rule: int, question: str) -> tuple[Search, Found] | None:
    """A situation where the rule's answer counts."""
    if question != "note":
        return ask.deciding({question: rule})
    shown = (ask.deciding({name: rule}) for name in _SHOWN_WITH if name in ask.rules[rule].answers)
    return next((found for found in shown if found), None)


def _unreachable(ask: Asking, rule: int, search: Search, found: Found) -> Finding:
    name, answers = ask.rules[rule].name, ask.rules[rule].answers
    told = {question: ask.decider(question, found) for question in answers if question != "note"}
    before = sorted({index for index in told.values() if index is not None and index != rule})
    names = " and ".join(f"“{ask.rules[index].name}”" for index in before)
    shows = "; ".join(
        f"{question} is decided by “{ask.rules[index].name}”"
        for question, index in told.items()
        if index is not None
    )
    return ask.finding(
        "unreachable-rule",
        [rule, *before],
        f"“{name}” is never reached: wherever it matches, rules above it have answered everything it says.",
        f"Move it above {names}, narrow those, or delete it.",
        questions=answers,
        witness=Witness(found, search.space.currency, shows),
    )


def _never_used(ask: Asking, rule: int, question: str, search: Search, found: Found) -> Finding:
    name, currency = ask.rules[rule].name, search.space.currency
    decider = ask.decider(question, found)
    if question == "note":
        message = f"The note of “{name}” is never shown: a note goes with its own rule's accept or verdict."
        suggestion = (
            "Answer accept or verdict in the same rule, where no rule above decides it, or drop the note."
        )
        shows = f"“{name}” matches, but decides neither accept nor verdict"
        return ask.finding(
            "answer-never-used", [rule], message, suggestion,
            questions=[question], witness=Witness(found, currency, shows),
        )  # fmt: skip
    above = "a rule above" if decider is None else f"“{ask.rules[decider].name}”"
    return ask.finding(
        "answer-never-used",
        [rule] if decider is None else [rule, decider],
        f"“{name}” never decides {question}: wherever it matches, rules above it have.",
        f"Move it above {above}, or leave {question} out of it.",
        questions=[question],
        witness=Witness(found, currency, f"{question} is decided by {above}"),
    )


# Conditions that can't hold ------------------------------------------------------------------------


def _never_holds(ask: Asking, rule: int) -> Finding:
    conditions = tuple(all_conditions(ask.rules[rule]))
    core = _contradiction(ask, conditions)
    together = " and ".join(map(asked, core))
    nearest, found = _without_the_last(ask, core)
    left = " and ".join(map(asked, core[:-1])) or "everything else"
    never = "can never be" if len(core) == 1 else "can never be together"
    return ask.finding(
        "condition-never-holds",
        [rule],
        f"“{ask.rules[rule].name}” can never match: {together} {never}.",
        "Mend the condition, or delete the rule.",
        questions=ask.rules[rule].answers,
        witness=Witness(found, nearest.space.currency, f"{left} holds, but {asked(core[-1])} can't"),
    )


def _contradiction(ask: Asking, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The fewest of the conditions that can't hold together: without any of them the rest can."""
    core = list(conditions)
    for condition in conditions:
        rest = [each for each in core if each is not condition]
        if _together(ask, rest) is None:
            core = rest
    return tuple(core)


def _without_the_last(ask: Asking, core: tuple[Condition, ...]) -> tuple[Search, Found]:
    found = _together(ask, core[:-1])
    assert found is not None  # the core is the smallest
    return found


def _together(ask: Asking, conditions: Iterable[Condition]) -> tuple[Search, Found] | None:
    return ask.first([], [], lambda space: space.clauses_for(conditions))


# Rules that change nothing -------------------------------------------------------------------------


def _redundant(ask: Asking, rule: int) -> Iterator[Finding]:
    shown = None
    for question in ask.rules[rule].answers:
        here = ask.deciding({question: rule})
        if here is None:
            continue
        if _tells_apart(ask, rule, question, *here) or _matters(ask, rule, question):
            return
        shown = shown or (question, *here)
    if shown is not None:
        yield _changes_nothing(ask, rule, *shown)


def _tells_apart(ask: Asking, rule: int, question: str, search: Search, found: Found) -> bool:
    """Whether this very situation would be answered differently without the rule."""
    currency = search.space.currency
    next_one = ask.decider(question, found, below=rule)
    return ask.said(next_one, question, currency) != ask.said(rule, question, currency)


def _matters(ask: Asking, rule: int, question: str) -> bool:
    """Whether in any situation that the rule decides, the next one would say something else."""
    return any(_matters_in(ask, search, rule, question) for search in ask.searches)


def _matters_in(ask: Asking, search: Search, rule: int, question: str) -> bool:
    currency = search.space.currency
    mine, before = ask.said(rule, question, currency), ask.earlier(question, rule)
    later = [index for index in ask.answering[question] if index > rule]
    same = [index for index in later if ask.said(index, question, currency) == mine]
    others = [index for index in later if index not in set(same)]
    by_default = ask.said(None, question, currency) != mine
    if by_default and search.find([rule], [*before, *same, *others]) is not None:
        return True
    return any(
        search.find([rule, other], [*before, *(index for index in same if index < other)]) is not None
        for other in reversed(others)
    )


def _changes_nothing(ask: Asking, rule: int, question: str, search: Search, found: Found) -> Finding:
    next_one = ask.decider(question, found, below=rule)
    answer = in_words(ask.said(rule, question, search.space.currency).answer)
    who = "the default" if next_one is None else f"“{ask.rules[next_one].name}”"
    return ask.finding(
        "redundant-rule",
        [rule] if next_one is None else [rule, next_one],
        f"“{ask.rules[rule].name}” changes nothing: without it every answer in every situation is the same.",
        "Delete it, or keep it only for people to read.",
        questions=ask.rules[rule].answers,
        witness=Witness(found, search.space.currency, f"{question} = {answer}, and {who} says the same"),
    )
