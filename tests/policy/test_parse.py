"""Bad files: what is wrong, in which line, rule and key, and what was probably meant."""

from __future__ import annotations

from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.money import Money
from returns_app.policy import Deduction, PolicyError, Problem, Rates, parse
from returns_app.policy.amounts import in_currency
from tests.strategies_policy import documents, policy_of

# Lines are counted from the top of this text; each test replaces one line of it.
GOOD = """\
title = "Test"
currency = "EUR"
[[segment]]
name = "vip"
when = { spend = ">= 1000", period = "12 months" }
[[rule]]
name = "First"
when = { reason = "other" }
then = { verdict = "pay" }
[[rule]]
name = "House"
[rule.then]
accept = "yes"
window = "30 days from delivery, else 35 from dispatch"
offers = ["exchange", "credit", "refund"]
fee = 0
return_shipping = { refund = { label = "3.95" }, exchange = 0 }
credit_bonus = "10%"
exchange_for = "anything"
methods = ["label"]
evidence = "none"
pay_on = "inspection"
shipping_refund = "whole-order"
promotion = "keep"
verdict = "pay"
deduction = { C = "25%" }
[[case]]
name = "Case"
given = { reason = "other", delivered_days = 3 }
expect = { verdict = "pay" }
"""


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(PolicyError) as refused:
        parse(text, file="bad.toml")
    return refused.value.problems


def with_line(number: int, text: str) -> str:
    lines = GOOD.splitlines()
    lines[number - 1] = text
    return "\n".join(lines)


def test_a_good_file_is_read() -> None:
    policy = parse(GOOD, file="good.toml")
    assert [(rule.name, rule.line) for rule in policy.rules] == [("First", 6), ("House", 10)]
    assert policy.cases[0].given == {"reason": "other", "delivered_days": 3}


WHEN, THEN, FEE = 8, 9, 16

BAD_LINES = [
    # line, what stands there, rule, key, part of the message, part of the hint
    (1, "titel = 'Test'", None, "titel", "not known here", "“title”"),
    (1, "title = 5", None, "title", "words are expected, not the bare number 5", ""),
    (2, 'currency = "eur"', None, "currency", "not a currency", "“EUR”"),
    (2, 'currency = "EURO"', None, "currency", "not a currency", ""),
    (4, 'nmae = "vip"', None, "nmae", "not known here", "“name”"),
    (5, 'when = { spend = ">= 1000" }', "vip", "when", "need a period", "12 months"),
    (
        5,
        'when = { spend = ">= 1000", period = "a year" }',
        "vip",
        "when.period",
        "a period is expected",
        "90 days",
    ),
    (5, 'when = { reason = "other" }', "vip", "when.reason", "can't be used in a segment", ""),
    (5, 'when = { period = "12 months" }', "vip", "segment", "would be everyone", ""),
    (8, "when = 'reason'", "First", "when", "a table is expected", "when = {"),
    (8, "when = {}", "First", "when", "empty", "speak for everyone"),
    (8, 'when = { reson = "other" }', "First", "when.reson", "not a fact", "“reason”"),
    (8, 'when = { accept = "yes" }', "First", "when.accept", "a question, answered under `then`", ""),
    (8, 'when = { "answer." = "x" }', "First", "when.answer.", "not a fact", ""),
    (8, 'when = { ground = "calim" }', "First", "when.ground", "not a value of “ground”", "“claim”"),
    (8, 'when = { segment = "vpi" }', "First", "when.segment", "no [[segment]] is called “vpi”", "“vip”"),
    (8, "when = { delivered_days = 10 }", "First", "when.delivered_days", "not the bare number 10", ""),
    (8, "when = { delivered_days = 1.5 }", "First", "when.delivered_days", "not the fraction 1.5", ""),
    (8, 'when = { delivered_days = "ten" }', "First", "when.delivered_days", "a whole number in quotes", ""),
    (
        8,
        'when = { delivered_days = "20..10" }',
        "First",
        "when.delivered_days",
        "ends before it begins",
        "10..20",
    ),
    (
        8,
        "when = { delivered_days = { EUR = '5' } }",
        "First",
        "when.delivered_days",
        "a table says nothing",
        "",
    ),
    (
        8,
        "when = { price = 50 }",
        "First",
        "when.price",
        "money is expected, not the bare number 50",
        '"3.95" (EUR)',
    ),
    (8, 'when = { price = "> 50%" }', "First", "when.price", "money is expected", ""),
    (8, 'when = { price = "9.999" }', "First", "when.price", "more decimal places than EUR knows", ""),
    (8, 'when = { price = { gbp = "5" } }', "First", "when.price.gbp", "not a currency", "“GBP”"),
    (8, 'when = { discount = "< 40" }', "First", "when.discount", "a percentage is expected", '"15%"'),
    (8, 'when = { return_rate = "140%" }', "First", "when.return_rate", "more than the whole", "100%"),
    (8, 'when = { ordered_on = "1 May" }', "First", "when.ordered_on", "a day is expected", "2026-11-27"),
    (8, "when = { ordered_on = 2026-11-27T10:00:00 }", "First", "when.ordered_on", "a day is expected", ""),
    (8, 'when = { gift = "yes" }', "First", "when.gift", "true or false, not “yes”", ""),
    (
        8,
        'when = { gift = "not true" }',
        "First",
        "when.gift",
        "not used with true and false",
        "the other one",
    ),
    (8, 'when = { brand = "> Nike" }', "First", "when.brand", "can't be compared", ""),
    (8, 'when = { brand = "" }', "First", "when.brand", "takes words", ""),
    (8, "when = { brand = true }", "First", "when.brand", "not true", ""),
    (8, "when = { brand = [] }", "First", "when.brand", "never match", ""),
    (8, 'when = { brand = ["not a", "not b"] }', "First", "when.brand", "match nearly everything", ""),
    (8, 'when = { brand = "not unknown" }', "First", "when.brand", "not a condition", ""),
    (8, 'when = { buyer = "unknown" }', "First", "when.buyer", "counts as consumer", ""),
    (8, 'when = { product_type = "/shoes/" }', "First", "when.product_type", "not a path", "apparel/shoes"),
    (8, 'when = { country = "nl" }', "First", "when.country", "not a country code", "NL"),
    (8, "from = 27", "First", "from", "a day is expected", "2026-11-27"),
    (9, "then = {}", "First", "rule", "gives no answer", "[rule.then]"),
    (9, "then = 'pay'", "First", "then", "a table is expected", ""),
    (9, 'then = { acept = "yes" }', "First", "then.acept", "not a question", "“accept”"),
    (9, 'then = { reason = "other" }', "First", "then.reason", "a fact, asked about under `when`", ""),
    (9, 'then = { accept = "yess" }', "First", "then.accept", "yes or review or no", "“yes”"),
    (9, "then = { accept = true }", "First", "then.accept", "not true", ""),
    (9, "then = { accept = ['yes'] }", "First", "then.accept", "not a list", ""),
    (
        9,
        'then = { window = "30 days" }',
        "First",
        "then.window",
        "a window is expected",
        "30 days from delivery",
    ),
    (9, "then = { window = 30 }", "First", "then.window", "a window is expected", ""),
    (9, 'then = { window = "until may" }', "First", "then.window", "a day is expected", ""),
    (
        9,
        'then = { window = "3 days from delivry" }',
        "First",
        "then.window",
        "can't count from",
        "“delivery”",
    ),
    (
        9,
        'then = { window = "3 days from order, else 5 from order" }',
        "First",
        "then.window",
        "the same day twice",
        "",
    ),
    (9, 'then = { offers = "refund" }', "First", "then.offers", "a list is expected", "["),
    (9, 'then = { offers = ["refnd"] }', "First", "then.offers", "“refnd” is not known", "“refund”"),
    (9, 'then = { offers = ["credit", "credit"] }', "First", "then.offers", "something twice", ""),
    (9, "then = { offers = [[1]] }", "First", "then.offers", "a list is not known here", ""),
    (9, "then = { fee = 5 }", "First", "then.fee", "not the bare number 5", '"3.95" (EUR)'),
    (9, "then = { fee = 2.5 }", "First", "then.fee", "not the fraction 2.5", ""),
    (9, "then = { fee = true }", "First", "then.fee", "not true", ""),
    (9, 'then = { fee = "-5" }', "First", "then.fee", "money is expected", ""),
    (9, 'then = { fee = { refnd = "5" } }', "First", "then.fee.refnd", "not known here", "“refund”"),
    (9, 'then = { fee = { EUR = "5", EURO = "5" } }', "First", "then.fee.EURO", "not a currency", ""),
    (9, 'then = { return_shipping = "costs" }', "First", "then.return_shipping", "money or “cost”", "“cost”"),
    (
        9,
        'then = { return_shipping = { refund = { labl = "3" } } }',
        "First",
        "then.return_shipping.refund.labl",
        "not known here",
        "“label”",
    ),
    (9, 'then = { return_shipping = "10%" }', "First", "then.return_shipping", "money is expected", ""),
    (9, 'then = { bonus_cap = "10%" }', "First", "then.bonus_cap", "money is expected", ""),
    (9, 'then = { keep = "15" }', "First", "then.keep", "a percentage is expected", '"15%"'),
    (9, 'then = { pay_on = "scanned" }', "First", "then.pay_on", "approval or scan", "“scan”"),
    (
        9,
        'then = { pay_on = { credits = "scan" } }',
        "First",
        "then.pay_on.credits",
        "not known here",
        "“credit”",
    ),
    (9, 'then = { deduction = "10%" }', "First", "then.deduction", "a table by grade", '{ B = "10%"'),
    (9, 'then = { deduction = { E = "10%" } }', "First", "then.deduction.E", "not known here", "A, B, C, D"),
    (9, 'then = { note = "Sorry" }', "First", "then.note", "words per language", "{ en ="),
    (9, 'then = { note = { english = "Sorry" } }', "First", "then.note.english", "not a language", "ISO 639"),
    (9, 'then = { note = { en = "" } }', "First", "then.note.en", "words are expected", ""),
    (9, 'then = { flag = "" }', "First", "then.flag", "words are expected", ""),
    (16, 'note = { en = "x" }', "House", "then", "must answer “fee”", ""),
    (29, 'given = { resaon = "other" }', "Case", "given.resaon", "not a fact", "“reason”"),
    (29, 'given = { grade = "Z" }', "Case", "given.grade", "not a value", "A, B, C, D"),
    (29, 'given = { segment = "vpi" }', "Case", "given.segment", "no [[segment]]", "“vip”"),
    (29, "given = { price = 9.95 }", "Case", "given.price", "not the fraction", ""),
    (29, 'given = { price = { EUR = "1", GBP = "1" } }', "Case", "given.price", "one amount", "GBP"),
    (30, "expect = {}", "Case", "case", "expects nothing", "expect ="),
    (30, 'expect = { verdct = "pay" }', "Case", "expect.verdct", "not a question", "“verdict”"),
]


@pytest.mark.parametrize(("line", "text", "rule", "key", "message", "hint"), BAD_LINES)
def test_a_bad_line_is_told_by_line_rule_key_and_suggestion(
    line: int, text: str, rule: str | None, key: str, message: str, hint: str
) -> None:
    wrong = [p for p in problems_of(with_line(line, text)) if p.key == key and message in p.message]
    assert len(wrong) == 1, problems_of(with_line(line, text))
    [problem] = wrong
    whole = {"segment": 3, "rule": 6, "case": 27}  # a fault of the whole is told where it begins
    stands = 12 if (rule, key) == ("House", "then") else whole.get(key, line)
    assert (problem.file, problem.line) == ("bad.toml", stands)
    assert problem.rule == rule
    assert hint in problem.hint
    assert str(problem).startswith(f"bad.toml:{problem.line}")


def test_an_inspection_fact_with_an_answer_of_the_request_is_refused() -> None:
    text = with_line(WHEN, "when = { sealed = false }").replace(
        'then = { verdict = "pay" }', "then = { fee = 0 }"
    )
    [problem] = problems_of(text)
    assert (problem.line, problem.rule, problem.key) == (THEN, "First", "then.fee")
    assert "settled before the parcel arrives, so it can't depend on “sealed”" in problem.message
    assert "verdict, deduction, ship_to, flag or note" in problem.hint


def test_a_name_used_twice_is_told_with_both_lines() -> None:
    [problem] = problems_of(with_line(7, 'name = "House"'))
    assert (problem.line, problem.rule, problem.key) == (11, "House", "name")
    assert "used before, in line 6" in problem.message


def test_several_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = with_line(WHEN, 'when = { reson = "x", price = 5 }').replace("fee = 0", "fee = 0.5")
    assert [(p.line, p.key) for p in problems_of(text)] == [
        (WHEN, "when.reson"),
        (WHEN, "when.price"),
        (FEE, "then.fee"),
    ]


def test_a_key_written_twice_is_told_with_both_lines() -> None:
    [problem] = problems_of(GOOD.replace("fee = 0", 'fee = 0\nfee = "5"'))
    assert (problem.line, problem.key) == (FEE + 1, "fee")
    assert f"twice (first in line {FEE})" in problem.message


def test_a_question_answered_twice_in_one_line_is_told() -> None:
    [problem] = problems_of(with_line(THEN, 'then = { verdict = "pay", verdict = "deduct" }'))
    assert (problem.line, problem.key) == (THEN, "verdict")


def test_text_that_is_not_toml_is_told_by_line() -> None:
    [problem] = problems_of(with_line(FEE, "fee = = 0"))
    assert problem.line == FEE
    assert "not TOML" in problem.message


def test_an_inline_table_over_several_lines_is_not_toml() -> None:
    [problem] = problems_of(with_line(THEN, 'then = {\n verdict = "pay"\n}'))
    assert problem.line == THEN


@pytest.mark.parametrize("line", ["when = { reason = 'other' }", "from = 2026-11-27", "until = 2026-11-27"])
def test_the_last_rule_speaks_for_everyone(line: str) -> None:
    [problem] = problems_of(with_line(11, f'name = "House"\n{line}'))
    assert (problem.line, problem.rule) == (10, "House")
    assert "speaks for everyone" in problem.message


def test_a_file_without_rules_is_refused() -> None:
    assert any("there is no rule" in p.message for p in problems_of('title = "T"\ncurrency = "EUR"'))


def test_dates_that_end_before_they_begin_are_refused() -> None:
    [problem] = problems_of(with_line(WHEN, "from = 2026-11-30\nuntil = 2026-11-01"))
    assert (problem.line, problem.key) == (WHEN + 1, "until")


def test_the_hash_tells_content_not_layout() -> None:
    shuffled = GOOD.replace('title = "Test"\ncurrency = "EUR"', '# why\ncurrency="EUR"\n\ntitle="Test"')
    assert parse(shuffled, file="other.toml").hash == parse(GOOD, file="good.toml").hash
    assert parse(GOOD.replace("25%", "26%"), file="good.toml").hash != parse(GOOD, file="good.toml").hash


def test_rates_are_told_per_resolution_and_method() -> None:
    house = parse(GOOD, file="good.toml").rules[-1].answers
    assert isinstance(house["deduction"], Deduction)
    shipping = in_currency(house["return_shipping"], "EUR")
    assert isinstance(shipping, Rates)
    assert shipping.for_("refund", "label") == Money(395, "EUR")
    assert shipping.for_("refund") == Money(395, "EUR")
    assert shipping.for_("refund", "store") == Money(0, "EUR")  # what is not named costs nothing
    assert shipping.for_("exchange", "label") == Money(0, "EUR")


_JUNK: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.sampled_from(
            ["", "not", "not ", "unknown", "..", "1..", "<", "5%", "until", "x/y", "cost", "EUR"]
        ),
        st.text(max_size=5),
        st.integers(-3, 3),
        st.booleans(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.dates(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["EUR", "refund", "label", "A", "en", "fit", "period", "x"]), inner, max_size=2
        ),
    ),
    max_leaves=4,
)


def _slots(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [slot for key, value in steps for slot in [(*path, key), *_slots(value, (*path, key))]]


@settings(deadline=None)
@given(st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused_in_words(data: st.DataObject) -> None:
    document = tomlkit.parse(GOOD).unwrap()
    slots = _slots(document)
    path = data.draw(st.sampled_from(slots))
    spot: Any = document
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = data.draw(_JUNK)
    try:
        text = tomlkit.dumps(document)
    except ValueError:  # a list tomlkit can't write is not a file
        return
    for problem in _told(text):
        assert problem.message
        assert 1 <= problem.line <= text.count("\n") + 1


def _told(text: str) -> list[Problem]:
    try:
        parse(text, file="junk.toml")
    except PolicyError as refused:
        return refused.problems
    return []


@settings(deadline=None)
@given(documents())
def test_every_drawn_policy_is_read_whole(document: dict[str, Any]) -> None:
    policy = policy_of(document)
    assert [rule.name for rule in policy.rules] == [rule["name"] for rule in document["rule"]]
    assert [set(rule.answers) for rule in policy.rules] == [set(rule["then"]) for rule in document["rule"]]
