"""One decision at 10 and at 1,000 rules, beside zen-engine on the same rules with equal answers.

Both answer the same situations from the same drawn rules in the same run. For zen-engine each
question is a decision table of the rules that answer it (hit policy "first"), compiled beforehand.
Every rule answers `flag`, so one answer is one table of all rules. Both get one pass to warm up.

zen-engine is called in two ways, since in its Python package they differ more than the rules do: by
key on an engine with a static loader, its fastest, which the aim is held against; and on a decision
from `create_decision`, as its README shows, which adds about 200 µs to every call.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib.metadata import version
from time import perf_counter
from typing import Any

import zen

from returns_app.money import Money
from returns_app.policy import Engine, compile_policy, parse
from returns_app.policy.wording import in_words

AIM = 100  # times as fast as zen-engine, one answer at 1,000 rules

WORDS = {
    "reason": [
        "too-small",
        "too-large",
        "changed-mind",
        "damaged",
        "defective",
        "wrong-item",
        "better-price",
        "other",
    ],
    "country": ["NL", "BE", "DE", "FR", "ES", "IT", "AT", "LU"],
    "channel": ["web", "app", "shop", "phone"],
    "paid_with": ["ideal", "card", "klarna", "paypal", "gift-card"],
}
ANSWERS: dict[str, Callable[[int], str]] = {
    "flag": lambda index: f"rule {index}",
    "ship_to": lambda index: f"warehouse {index}",
    "credit_bonus": lambda index: f"{Decimal(index) / 100}%",
    "exchange_bonus": lambda index: f"{Decimal(index) / 100 + 1}%",
    "keep": lambda index: f"{Decimal(index) / 100 + 2}%",
    "accept": lambda index: ["yes", "review", "no"][index % 3],
    "evidence": lambda index: ["none", "photo", "photo-and-note"][index % 3],
    "verdict": lambda index: ["pay", "deduct", "refuse"][index % 3],
    "promotion": lambda index: ["keep", "reclaim"][index % 2],
    "exchange_for": lambda index: ["same-product", "same-price", "anything"][index % 3],
}
NOWHERE = dict.fromkeys(WORDS, "never named") | {"delivered_days": 9_999, "order_total": 9_999}
Rule = dict[str, Any]
Situation = dict[str, Any]

HOUSE = """
[[rule]]
name = "House rule"
[rule.then]
window = "30 days from delivery"
offers = ["refund"]
fee = 0
return_shipping = 0
methods = ["label"]
pay_on = "receipt"
shipping_refund = "whole-order"
deduction = { D = "40%" }
"""


def run() -> list[dict[str, Any]]:
    """Rows of {name, value, unit, beside, aim, ok}; times are microseconds per decision."""
    rows: list[dict[str, Any]] = []
    for count in (10, 1_000):
        rows += _compare(count, random.Random(count))
    return rows


def _compare(count: int, chance: random.Random) -> list[dict[str, Any]]:
    rules = [_rule(chance, index) for index in range(count - 1)]
    rules.append({"when": {}, "then": list(ANSWERS), "index": count})
    situations = [_situation(chance) for _ in range(300)]
    ours = compile_policy(parse(_toml(rules), file="bench.toml"))
    one, ten = _Zen(rules, ["flag"]), _Zen(rules, list(ANSWERS))
    unmatched = [situation | NOWHERE for situation in situations]
    _assert_equal(ours, ten, [*situations, *unmatched])
    rows: list[dict[str, Any]] = []
    for label, asked in (("", situations), (", only the house rule matches", unmatched)):
        rows += _one_answer(f"{count:,} rules{label}", ours, one, asked, AIM if count == 1_000 else None)
    typed = [_typed(situation) for situation in situations]
    told = _beside(_microseconds(ten.by_key, situations))
    rows.append(
        _row(
            f"every answer (zen-engine: ten), {count:,} rules", _microseconds(ours.answer, typed), "µs", told
        )
    )
    return rows


def _one_answer(
    what: str, ours: Engine, zen_engine: _Zen, situations: list[Situation], aim: int | None
) -> list[dict[str, Any]]:
    typed = [_typed(situation) for situation in situations]
    taken = _microseconds(lambda each: ours.answer_to("flag", each), typed)
    fastest = _microseconds(zen_engine.by_key, situations)
    as_shown = _microseconds(zen_engine.by_decision, situations)
    return [
        _row(f"one answer, {what}", taken, "µs", _beside(fastest)),
        _row(f"times as fast as zen-engine by key, {what}", fastest / taken, "×", _beside(fastest), aim),
        _row(
            f"times as fast as zen-engine by create_decision, {what}",
            as_shown / taken,
            "×",
            _beside(as_shown),
        ),
    ]


def _row(name: str, value: float, unit: str, beside: str, aim: int | None = None) -> dict[str, Any]:
    aimed = f"≥ {aim}" if aim is not None else ""
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "beside": beside,
        "aim": aimed,
        "ok": aim is None or value >= aim,
    }


def _beside(microseconds: float) -> str:
    return f"zen-engine {version('zen-engine')}: {microseconds:.1f} µs"


def _microseconds(decide: Callable[[Any], object], situations: Sequence[Any]) -> float:
    """The median pass of seven over all situations, after one to warm up."""
    passes = []
    for _ in range(8):
        start = perf_counter()
        for situation in situations:
            decide(situation)
        passes.append((perf_counter() - start) / len(situations) * 1e6)
    return sorted(passes[1:])[3]


# The same rules, drawn once and written in both languages ----------------------------------------------


def _rule(chance: random.Random, index: int) -> Rule:
    facts = chance.sample([*WORDS, "delivered_days", "order_total"], k=chance.randint(2, 4))
    asked = {fact: _asked(chance, fact) for fact in facts}
    return {"when": asked, "then": ["flag", *chance.sample(list(ANSWERS)[1:], k=2)], "index": index}


def _asked(chance: random.Random, fact: str) -> Any:
    if fact in WORDS:
        return chance.sample(WORDS[fact], k=chance.randint(1, 2))
    low = chance.randint(0, 300)
    return (low, low + chance.randint(5, 40))


def _situation(chance: random.Random) -> Situation:
    words = {fact: chance.choice(values) for fact, values in WORDS.items()}
    return words | {"delivered_days": chance.randint(0, 340), "order_total": chance.randint(0, 340)}


def _typed(situation: Situation) -> Situation:
    return situation | {"order_total": Money.of(situation["order_total"], "EUR")}


def _toml(rules: list[Rule]) -> str:
    written = ['title = "Bench"', 'currency = "EUR"']
    for rule in rules[:-1]:
        when = ", ".join(f"{fact} = {_toml_asked(asked)}" for fact, asked in rule["when"].items())
        written += [
            "[[rule]]",
            f'name = "{rule["index"]}"',
            f"when = {{ {when} }}",
            "[rule.then]",
            *_toml_then(rule),
        ]
    return "\n".join([*written, HOUSE, *_toml_then(rules[-1])])


def _toml_asked(asked: Any) -> str:
    return json.dumps(asked if isinstance(asked, list) else f"{asked[0]}..{asked[1]}")


def _toml_then(rule: Rule) -> list[str]:
    return [f"{question} = {json.dumps(ANSWERS[question](rule['index']))}" for question in rule["then"]]


class _Zen:
    """The rules as a graph: input → one first-hit table per question → output; called in both ways."""

    def __init__(self, rules: list[Rule], questions: list[str]) -> None:
        graph = _zen_graph([_zen_table(rules, question) for question in questions])
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"policy": graph}}})
        self._decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))

    def by_key(self, situation: Situation) -> dict[str, Any]:
        return self._engine.evaluate("policy", situation)["result"]

    def by_decision(self, situation: Situation) -> dict[str, Any]:
        return self._decision.evaluate(situation)["result"]


def _zen_graph(tables: list[dict[str, Any]]) -> dict[str, Any]:
    ends = [
        {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
        for name, kind in (("in", "inputNode"), ("out", "outputNode"))
    ]
    edges = [
        {"id": f"{source}-{target}", "sourceId": source, "targetId": target, "type": "edge"}
        for table in tables
        for source, target in (("in", table["id"]), (table["id"], "out"))
    ]
    return {"nodes": [*ends, *tables], "edges": edges}


def _zen_table(rules: list[Rule], question: str) -> dict[str, Any]:
    facts = [*WORDS, "delivered_days", "order_total"]
    rows = [
        {"_id": str(rule["index"]), "answer": json.dumps(ANSWERS[question](rule["index"]))}
        | {fact: _zen_asked(rule["when"].get(fact)) for fact in facts}
        for rule in rules
        if question in rule["then"]
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": fact, "name": fact, "field": fact} for fact in facts],
        "outputs": [{"id": "answer", "name": question, "field": question}],
        "rules": rows,
    }
    position = {"x": 0, "y": 0}
    return {
        "id": question,
        "name": question,
        "type": "decisionTableNode",
        "position": position,
        "content": content,
    }


def _zen_asked(asked: Any) -> str:
    if asked is None:
        return ""
    return ", ".join(map(json.dumps, asked)) if isinstance(asked, list) else f"[{asked[0]}..{asked[1]}]"


def _assert_equal(ours: Engine, ten: _Zen, situations: list[Situation]) -> None:
    """Both say the same about every situation, question by question."""
    for situation in situations:
        said, zen_said = ours.answer(_typed(situation)), ten.by_key(situation)
        for question in ANSWERS:
            mine, theirs = in_words(getattr(said, question)), zen_said[question]
            if mine != theirs:
                raise AssertionError(f"{question} of {situation}: {mine} here, {theirs} by zen-engine")


if __name__ == "__main__":
    for row in run():
        print("  ".join(str(value) for value in row.values()))
