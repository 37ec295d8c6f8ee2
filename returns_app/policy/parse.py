"""From the text of a policy file to a Policy, or to every problem in it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec

from returns_app.policy.amounts import CURRENCIES, did_you_mean_currency, written
from returns_app.policy.conditions import Condition, Is, IsNot, read_condition
from returns_app.policy.facts import FACTS, SHOPPER_FIGURES, fact_named
from returns_app.policy.lines import Lines
from returns_app.policy.model import Case, Period, Policy, Rule, Segment
from returns_app.policy.problems import Place, PolicyError, Problem, did_you_mean
from returns_app.policy.questions import QUESTIONS
from returns_app.policy.situation import named_facts, read_situation
from returns_app.policy.values import read_day


def parse(text: str, *, file: str) -> Policy:
    """Read a policy. Raises PolicyError with every problem found; `file` is the name they are told under."""
    document, top = open_document(text, file)
    policy = read_policy(document, top)
    _house_rule(document, policy.rules, top)
    if top.problems:
        raise PolicyError(top.problems)
    return policy


def open_document(text: str, file: str) -> tuple[dict[str, Any], Place]:
    """The file's data and its top. Raises PolicyError when the text is not TOML."""
    lines = Lines(text)
    document = _document(text, file, lines)
    return document, Place(file, lines, [], _currency_of(document))


def _document(text: str, file: str, lines: Lines) -> dict[str, Any]:
    """What tomllib reads. It decides what is valid; the syntax tree only says where."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(_twice(file, lines) or [_not_toml(file, str(error))]) from None


def _twice(file: str, lines: Lines) -> list[Problem]:
    return [
        Problem(
            file, twice.line, None, str(twice.path[-1]), f"is written twice (first in line {twice.first})."
        )
        for twice in lines.duplicates
    ]


def _not_toml(file: str, message: str) -> Problem:
    found = re.search(r"line (\d+)", message)
    return Problem(file, int(found[1]) if found else 1, None, "", f"this is not TOML: {message}.")


def _currency_of(document: Mapping[str, Any]) -> str:
    currency = document.get("currency")
    return currency if isinstance(currency, str) and currency in CURRENCIES else "EUR"


def read_policy(document: dict[str, Any], at: Place, *, also: tuple[str, ...] = ()) -> Policy:
    """Segments, rules and cases, whether or not every question is answered; `also` are further keys."""
    _only(document, ("title", "currency", "segment", "rule", "case", *also), at)
    segments = _each(document, "segment", at, _segment)
    rules = _each(document, "rule", at, _rule)
    policy = Policy(
        file=at.file,
        title=_words(document, "title", at),
        currency=_currency(document, at),
        segments=segments,
        rules=rules,
        cases=_each(document, "case", at, _case),
        hash=sha256(msgspec.json.encode(document, order="deterministic")).hexdigest(),
    )
    _known_segments(policy, at)
    return policy


def _currency(document: Mapping[str, Any], at: Place) -> str:
    code = _words(document, "currency", at)
    if code and code not in CURRENCIES:
        (at / "currency").refuse(f"“{code}” is not a currency (ISO 4217).", did_you_mean_currency(code))
    return code


def _only(table: Mapping[str, Any], known: tuple[str, ...], at: Place) -> None:
    for key in table:
        if key not in known:
            (at / key).refuse(f"“{key}” is not known here.", did_you_mean(key, known))


def _words(table: Mapping[str, Any], key: str, at: Place) -> str:
    value = table.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is None:
        at.refuse(f"“{key}” is missing.")
    else:
        (at / key).refuse(f"words are expected, not {written(value)}.")
    return ""


def _table(table: Mapping[str, Any], key: str, at: Place) -> Mapping[str, Any]:
    value = table.get(key, {})
    if isinstance(value, Mapping):
        return value
    (at / key).refuse(f"a table is expected, not {written(value)}.", f"Write it as {key} = {{ … }}.")
    return {}


def _each(
    document: Mapping[str, Any], key: str, at: Place, read: Callable[[Any, Place], Any]
) -> tuple[Any, ...]:
    """Every [[key]] of the file, each under its own name; a name is used once."""
    tables = document.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        (at / key).refuse(f"write each one under its own [[{key}]].")
        return ()
    found = [read(table, _named(table, at / key / index)) for index, table in enumerate(tables)]
    _used_once([item.name for item in found], at / key)
    return tuple(found)


def _named(table: Mapping[str, Any], at: Place) -> Place:
    name = table.get("name")
    return at.inside(name if isinstance(name, str) else None)


def _used_once(names: list[str], at: Place) -> None:
    for index, name in enumerate(names):
        if name and name in names[:index]:
            here = (at / index).inside(name) / "name"
            here.refuse(
                f"the name is used before, in line {(at / names.index(name)).line}.", "Names are told apart."
            )


# Segments ------------------------------------------------------------------------------------------

_PERIOD = re.compile(r"([1-9]\d*) (day|month|year)s?")


def _segment(table: Mapping[str, Any], at: Place) -> Segment:
    _only(table, ("name", "when"), at)
    when = dict(_table(table, "when", at))
    stated = "period" in when
    period = _period(when.pop("period"), at / "when" / "period") if stated else None
    conditions = read_conditions(when, at / "when", only=("tag", *SHOPPER_FIGURES))
    if not stated and any(c.fact in SHOPPER_FIGURES for c in conditions):
        (at / "when").refuse("the figures need a period to be counted over.", 'Add period = "12 months".')
    if not when:
        at.refuse("a segment without conditions would be everyone.")
    return Segment(_words(table, "name", at), at.line, conditions, period)


def _period(raw: object, at: Place) -> Period | None:
    found = _PERIOD.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        at.refuse(f"a period is expected, not {written(raw)}.", 'Write it as "12 months" or "90 days".')
        return None
    units = {"day": "days", "month": "months", "year": "years"}
    return msgspec.convert({"count": int(found[1]), "unit": units[found[2]]}, Period)


# Rules ---------------------------------------------------------------------------------------------


def _rule(table: Mapping[str, Any], at: Place) -> Rule:
    _only(table, ("name", "from", "until", "when", "then"), at)
    when = _table(table, "when", at)
    then = _table(table, "then", at)
    if not then:
        at.refuse("the rule gives no answer.", "Write them under [rule.then].")
    if "when" in table and table["when"] == {}:
        (at / "when").refuse("the conditions are empty.", "Leave `when` out to speak for everyone.")
    _inspection_apart(when, then, at)
    first, last = _day(table, "from", at), _day(table, "until", at)
    if first and last and last < first:
        (at / "until").refuse("the rule ends before it begins.")
    conditions = read_conditions(when, at / "when")
    return Rule(_words(table, "name", at), at.line, conditions, first, last, _answers(then, at / "then"))


def _day(table: Mapping[str, Any], key: str, at: Place) -> date | None:
    return read_day(table[key], at / key) if key in table else None


def read_conditions(
    when: Mapping[str, Any], at: Place, only: tuple[str, ...] | None = None
) -> tuple[Condition, ...]:
    """The conditions of a `when`, of the facts allowed there (`only`, or any)."""
    found: list[Condition] = []
    for name, raw, here in named_facts(when, at):
        fact = fact_named(name)
        if fact is None or (only is not None and name not in only):
            here.refuse(_not_a_fact(name, only), did_you_mean(name, only or FACTS))
        elif (condition := read_condition(fact, raw, here)) is not None:
            found.append(condition)
    return tuple(found)


def _not_a_fact(name: str, only: tuple[str, ...] | None) -> str:
    if name in QUESTIONS:
        return f"“{name}” is a question, answered under `then`, not a fact to ask about."
    return f"“{name}” is not a fact." if only is None else f"“{name}” can't be used in a segment."


def _answers(then: Mapping[str, Any], at: Place) -> dict[str, object]:
    answers: dict[str, object] = {}
    for name, raw in then.items():
        question = QUESTIONS.get(name)
        if question is None:
            (at / name).refuse(_not_a_question(name), did_you_mean(name, QUESTIONS))
        elif (answer := question.read(raw, at / name)) is not None:
            answers[name] = answer
    return answers


def _not_a_question(name: str) -> str:
    if fact_named(name):
        return f"“{name}” is a fact, asked about under `when`, not a question to answer."
    return f"“{name}” is not a question a policy answers."


def _inspection_apart(when: Mapping[str, Any], then: Mapping[str, Any], at: Place) -> None:
    """What the bench finds can't change what was promised when the shopper asked."""
    seen = [name for name in when if (fact := FACTS.get(name)) and fact.of_inspection]
    for name in then if seen else ():
        if (question := QUESTIONS.get(name)) and question.stage == "request":
            (at / "then" / name).refuse(
                f"“{name}” is settled before the parcel arrives, so it can't depend on “{seen[0]}”.",
                "A rule about the inspection answers verdict, deduction, ship_to, flag or note.",
            )


def _house_rule(document: Mapping[str, Any], rules: tuple[Rule, ...], at: Place) -> None:
    """The last rule speaks for everyone and answers every question that has no default."""
    if not rules:
        at.refuse("there is no rule.", "The last [[rule]] is the house rule, which speaks for everyone.")
        return
    house = (at / "rule" / (len(rules) - 1)).inside(rules[-1].name)
    if any(key in document["rule"][-1] for key in ("when", "from", "until")):
        house.refuse(
            "the last rule is the house rule and speaks for everyone.",
            "Leave out `when`, `from` and `until`.",
        )
    told = _table(document["rule"][-1], "then", Place(at.file, at.lines, []))
    for name, question in QUESTIONS.items():
        if not question.has_default and name not in told:
            (house / "then").refuse(f"the house rule must answer “{name}” ({question.about}).")


def _known_segments(policy: Policy, at: Place) -> None:
    """Segments are made in the policy itself, so a name that is not there is a slip."""
    names = [segment.name for segment in policy.segments]
    for key, items in (("rule", policy.rules), ("case", policy.cases)):
        for index, item in enumerate(items):
            here = (at / key / index).inside(item.name) / ("when" if key == "rule" else "given") / "segment"
            for word in _segments_in(item):
                if word not in names:
                    here.refuse(f"no [[segment]] is called “{word}”.", did_you_mean(word, names))


def _segments_in(item: Rule | Case) -> list[str]:
    if isinstance(item, Case):
        given = item.given.get("segment")
        return sorted(given) if isinstance(given, frozenset) else []
    asked = [condition for condition in item.conditions if condition.fact == "segment"]
    return [str(test.value) for each in asked for test in each.tests if isinstance(test, Is | IsNot)]


# Cases ---------------------------------------------------------------------------------------------


def _case(table: Mapping[str, Any], at: Place) -> Case:
    _only(table, ("name", "given", "expect"), at)
    expect = _table(table, "expect", at)
    if not expect:
        at.refuse("the case expects nothing.", "Add expect = { … } with the answers you count on.")
    given = read_situation(_table(table, "given", at), at / "given")
    return Case(_words(table, "name", at), at.line, given, _answers(expect, at / "expect"))
