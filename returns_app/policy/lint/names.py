"""Names and currencies that the rules use but the shop doesn't know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from returns_app.policy.conditions import Condition, Is, IsNot
from returns_app.policy.lint.asking import Asking, named_currencies
from returns_app.policy.lint.findings import Finding, Witness
from returns_app.policy.problems import did_you_mean


def name_findings(ask: Asking) -> Iterator[Finding]:
    for index, rule in enumerate(ask.rules):
        for condition in rule.conditions:
            yield from ask.trying(
                "unknown-name", index, lambda rule=index, asked=condition: _unknown_words(ask, rule, asked)
            )
        yield from ask.trying("unknown-name", index, lambda rule=index: _unknown_methods(ask, rule))
    for code, index in named_currencies(ask.policy).items():
        if ask.catalogue.currencies is not None and code not in ask.catalogue.currencies:
            yield from ask.trying(
                "currency-not-sold", index, lambda rule=index, code=code: [_not_sold(ask, rule, code)]
            )


def _unknown_words(ask: Asking, rule: int, condition: Condition) -> Iterator[Finding]:
    known = _known(ask, condition.fact)
    if known is None:
        return
    words = [str(test.value) for test in condition.tests if isinstance(test, Is | IsNot)]
    for word in dict.fromkeys(words):
        if word not in known:
            yield _unknown(ask, rule, condition.fact, word, known)


def _known(ask: Asking, fact: str) -> frozenset[str] | None:
    catalogue = ask.catalogue
    match fact:
        case "reason":
            return catalogue.reasons
        case "product_type":
            return (
                None if catalogue.product_types is None else frozenset(_with_parents(catalogue.product_types))
            )
        case "tag":
            return catalogue.tags
        case "brand":
            return catalogue.brands
        case _:
            return None


def _with_parents(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        steps = path.split("/")
        yield from ("/".join(steps[: length + 1]) for length in range(len(steps)))


def _unknown_methods(ask: Asking, rule: int) -> Iterator[Finding]:
    known, methods = ask.catalogue.methods, ask.rules[rule].answers.get("methods")
    if known is not None and isinstance(methods, tuple):
        yield from (_unknown(ask, rule, "methods", word, known) for word in methods if word not in known)


def _unknown(ask: Asking, rule: int, what: str, word: str, known: frozenset[str]) -> Finding:
    return ask.finding(
        "unknown-name",
        [rule],
        f"“{ask.rules[rule].name}” speaks of {what} “{word}”, which the shop doesn't know.",
        did_you_mean(word, known) or "Add it to the shop, or take it out.",
        questions=["methods"] if what == "methods" else [],
        witness=_where_it_matches(ask, rule, f"the rule speaks of {what} “{word}”"),
    )


def _not_sold(ask: Asking, rule: int, code: str) -> Finding:
    sold = ", ".join(sorted(ask.catalogue.currencies or ()))
    return ask.finding(
        "currency-not-sold",
        [rule],
        f"“{ask.rules[rule].name}” tells an amount in {code}, but the shop sells in {sold}.",
        "Amounts are never converted: tell it in a currency the shop sells in.",
        witness=_where_it_matches(ask, rule, f"the amount is told in {code}"),
    )


def _where_it_matches(ask: Asking, rule: int, shows: str) -> Witness | None:
    found = ask.first([rule])
    return None if found is None else Witness(found[1], found[0].space.currency, shows)
