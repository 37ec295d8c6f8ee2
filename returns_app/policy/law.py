"""A law pack: a policy that speaks only where the law does, for the buyers and countries it covers.

Same language as a merchant's policy, with two differences: `[applies]` says whose orders it is about,
and there is no house rule, for where no rule answers the law is silent. A rule's name begins with its
article: "2011/83/EU Art. 9(1): no reason is needed".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from returns_app.policy.compile import Engine, compile_policy
from returns_app.policy.conditions import Condition, holds
from returns_app.policy.facts import Situation, Value, fact_named
from returns_app.policy.model import Policy
from returns_app.policy.parse import open_document, read_conditions, read_policy
from returns_app.policy.problems import PolicyError


class LawPack:
    """One pack, compiled. `name` is the side it is called by, such as "law/eu"."""

    def __init__(self, name: str, policy: Policy, applies: tuple[Condition, ...]) -> None:
        self.name, self.policy, self.applies = name, policy, applies
        self.engine: Engine = compile_policy(policy)
        self._covers = lru_cache(maxsize=512)(self._holds)

    def covers(self, situation: Situation) -> bool:
        """Whether the pack is about this order at all: where it went, and who bought."""
        return self._covers(tuple(_value(each.fact, situation) for each in self.applies))

    def _holds(self, values: tuple[Value | None, ...]) -> bool:
        return all(holds(each, value) for each, value in zip(self.applies, values, strict=True))


def _value(name: str, situation: Situation) -> Value | None:
    fact, value = fact_named(name), situation.get(name)
    return fact.if_unknown if value is None and fact is not None else value


def read_law(text: str, *, name: str, file: str) -> LawPack:
    """Read a law pack. Raises PolicyError with every problem found."""
    document, top = open_document(text, file)
    policy = read_policy(document, top, also=("applies",))
    applies = document.get("applies")
    if not isinstance(applies, Mapping) or not applies:
        top.refuse("“applies” is missing.", "Say whose orders the law is about: country and buyer.")
    conditions = read_conditions(applies, top / "applies") if isinstance(applies, Mapping) else ()
    for index, rule in enumerate(policy.rules):
        if not article(rule.name):
            (top / "rule" / index).inside(rule.name).refuse("the name does not begin with its article.")
    if top.problems:
        raise PolicyError(top.problems)
    return LawPack(name, policy, conditions)


def article(rule: str) -> str:
    """The article a law's rule stands on: its name up to the colon; empty where it names none."""
    return rule.partition(": ")[0] if ": " in rule else ""
