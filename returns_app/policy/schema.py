"""The JSON Schema of a policy file, for editors: made from the tables of facts and questions.

It refuses less than the parser: it can't tell the last rule from others, compare two names or dates,
or count decimal places. What the parser takes, it takes too, written as the documentation writes it.
"""

from __future__ import annotations

from returns_app.policy.facts import FACTS, FOLLOW_UP, SHOPPER_FIGURES, fact_named
from returns_app.policy.questions import QUESTIONS
from returns_app.policy.schema_values import (
    AMOUNTS,
    CURRENCY,
    DAY,
    PERIOD,
    WORDS,
    Schema,
    answer,
    condition,
    default,
    ref,
    situation,
    whole,
)

_SEGMENT_FACTS = ("tag", *SHOPPER_FIGURES)


def policy_schema() -> Schema:
    """The schema of a merchant's policy file or, where it says whose orders it `applies` to, a law pack."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Return policy",
        "description": "See docs/policy-language.md. Made by `returns policy schema`.",
        **_table(
            {
                "title": _said(WORDS, "what the policy is called"),
                "currency": _said(ref("currency"), "currency of amounts written without one (ISO 4217)"),
                "applies": _said(ref("conditions"), "in a law pack: whose orders the law is about"),
                "segment": _each("segment", "groups of shoppers"),
                "rule": _each("rule", "from top to bottom: per question, the first that answers decides"),
                "case": _each("case", "examples that must come out"),
            },
            required=("title", "currency"),
        ),
        "if": {"required": ["applies"]},
        "then": {"properties": {"rule": {"items": {"properties": {"name": {"pattern": ": "}}}}}},
        "else": {"required": ["rule"], "properties": {"rule": {"contains": _HOUSE_RULE}}},
        "$defs": _definitions(),
    }


_HOUSE_RULE: Schema = {
    "description": "The last rule speaks for everyone and answers every question that has no default.",
    "required": ["then"],
    "not": {"anyOf": [{"required": [key]} for key in ("when", "from", "until")]},
    "properties": {"then": {"required": [name for name, each in QUESTIONS.items() if not each.has_default]}},
}


def _definitions() -> Schema:
    """Everything used in several places, and the tables of the file."""
    asked = {f"condition-{name}": condition(fact) for name, fact in FACTS.items()}
    told = {f"answer-{name}": answer(question) for name, question in QUESTIONS.items()}
    tables = {"segment": _segment(), "rule": _rule(), "case": _case()}
    both = {"conditions": _conditions(), "answers": _answers()}
    words = condition(_FOLLOW_UP)
    return {"currency": CURRENCY, **AMOUNTS, **tables, **both, **asked, "condition-answer": words, **told}


def _segment() -> Schema:
    when = {name: _said(ref(f"condition-{name}"), FACTS[name].about) for name in _SEGMENT_FACTS}
    period = _said(PERIOD, "the stretch of time up to today that the figures are counted over")
    asked = _table({**when, "period": period}) | {
        "anyOf": [{"required": [name]} for name in _SEGMENT_FACTS],
        "dependentRequired": {name: ["period"] for name in SHOPPER_FIGURES},
    }
    name = _said(WORDS, "what rules call it")
    return _table({"name": name, "when": asked}, required=("name", "when"))


def _rule() -> Schema:
    day = whole(DAY, examples=["2026-11-27"])
    parts = {
        "name": _said(WORDS, "tells the rule apart, in every explanation"),
        "from": _said(day, "the first day the rule speaks"),
        "until": _said(day, "the last day the rule speaks"),
        "when": _said(ref("conditions"), "all must hold; without it the rule speaks for everyone"),
        "then": _said(ref("answers"), "what the rule answers"),
    }
    return _table(parts, required=("name", "then")) | _inspection_apart()


def _inspection_apart() -> Schema:
    """What the bench finds can't change what was promised when the shopper asked."""
    seen = [{"required": [name]} for name, fact in FACTS.items() if fact.of_inspection]
    later = [name for name, question in QUESTIONS.items() if question.stage != "request"]
    return {
        "if": {"required": ["when"], "properties": {"when": {"anyOf": seen}}},
        "then": {"properties": {"then": {"propertyNames": {"enum": later}}}},
    }


def _case() -> Schema:
    facts = {name: _said(situation(fact), fact.about) for name, fact in FACTS.items()}
    parts = {
        "name": _said(WORDS, "what the example is called"),
        "given": _said(_facts(facts, situation(_FOLLOW_UP)), "what is known; the rest is unknown"),
        "expect": _said(ref("answers"), "the answers counted on; others are not looked at"),
    }
    return _table(parts, required=("name", "expect"))


def _conditions() -> Schema:
    asked = {name: _said(ref(f"condition-{name}"), fact.about) for name, fact in FACTS.items()}
    return _facts(asked, ref("condition-answer")) | {"minProperties": 1}


_FOLLOW_UP = fact_named(f"{FOLLOW_UP}question") or FACTS["reason"]


def _facts(facts: dict[str, Schema], follow_up: Schema) -> Schema:
    """A table of facts; follow-ups are written `answer.fit`, with or without quotes around it."""
    dotted = {"type": "object", "additionalProperties": follow_up}
    table = _table({**facts, FOLLOW_UP.rstrip("."): _said(dotted, _FOLLOW_UP.about)})
    return table | {"patternProperties": {r"^answer\..": follow_up}}


def _answers() -> Schema:
    told = {
        name: _said(ref(f"answer-{name}"), question.about) | default(question)
        for name, question in QUESTIONS.items()
    }
    return _table(told) | {"minProperties": 1}


def _table(properties: Schema, *, required: tuple[str, ...] = ()) -> Schema:
    table: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return table | ({"required": list(required)} if required else {})


def _each(name: str, about: str) -> Schema:
    return _said({"type": "array", "items": ref(name)}, about)


def _said(schema: Schema, about: str) -> Schema:
    return {"description": about, **schema}
