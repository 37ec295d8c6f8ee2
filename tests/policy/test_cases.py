"""A merchant's examples are held against the rules."""

from __future__ import annotations

import pytest

from returns_app.policy import Mismatch, compile_policy, parse, run_cases
from tests.policy.test_parse import GOOD


def failing(given: str, expect: str) -> list[Mismatch]:
    text = f'{GOOD}\n[[case]]\nname = "More"\ngiven = {given}\nexpect = {expect}\n'
    return list(run_cases(compile_policy(parse(text, file="cases.toml"))))


@pytest.mark.parametrize(
    "expect",
    [
        '{ accept = "yes", offers = ["exchange", "credit", "refund"] }',
        "{ return_shipping = { exchange = 0 } }",
        '{ return_shipping = { refund = { label = "3.95", store = 0 } } }',
        '{ fee = "0%" }',
        "{ exchange_bonus = 0, keep = 0 }",
        '{ window = "30 days from delivery, else 35 from dispatch" }',
    ],
)
def test_what_the_rules_say_comes_out(expect: str) -> None:
    assert failing("{ ground = 'return' }", expect) == []


@pytest.mark.parametrize(
    ("expect", "question"),
    [
        ('{ accept = "no" }', "accept"),
        ('{ offers = ["credit", "exchange", "refund"] }', "offers"),
        ("{ return_shipping = 0 }", "return_shipping"),
        ('{ return_shipping = { refund = { label = "cost" } } }', "return_shipping"),
        ('{ fee = "1%" }', "fee"),
        ('{ bonus_cap = "5" }', "bonus_cap"),
        ('{ flag = "look" }', "flag"),
    ],
)
def test_what_differs_is_named(expect: str, question: str) -> None:
    [miss] = failing("{ ground = 'return' }", expect)
    assert (miss.case, miss.line, miss.question) == ("More", GOOD.count("\n") + 2, question)
    assert miss.rule == (None if question in ("bonus_cap", "flag") else "House")


def test_an_example_in_another_currency_is_held_to_amounts_of_that_currency() -> None:
    pounds = '{ price = { GBP = "20" } }'
    assert failing(pounds, "{ fee = 0 }") == []
    assert len(failing(pounds, '{ credit_bonus = "3" }')) == 1
