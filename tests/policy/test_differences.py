"""What differs between two policies: told by name, key and in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_app.policy import compile_policy, parse
from returns_app.policy.differences import Change, Differences, differences
from tests.policy.test_parse import GOOD, THEN, WHEN, with_line
from tests.strategies_policy import documents, policy_of, situations


def between(before: str, after: str) -> Differences:
    return differences(parse(before, file="a.toml"), parse(after, file="b.toml"))


def test_nothing_differs_from_itself_however_it_is_laid_out() -> None:
    other = GOOD.replace('title = "Test"\ncurrency = "EUR"', '# why\ncurrency="EUR"\n\ntitle="Test"')
    assert not between(GOOD, other)


@pytest.mark.parametrize(
    ("line", "one", "other"),
    [
        (WHEN, "when = { reason = ['a', 'b'] }", "when = { reason = ['b', 'a'] }"),
        (WHEN, "when = { price = { EUR = '5', GBP = '4' } }", "when = { price = { GBP = '4', EUR = '5' } }"),
        (16, "fee = { EUR = '5', GBP = '4' }", "fee = { GBP = '4', EUR = '5' }"),
        (16, "fee = { refund = '1', credit = 0 }", "fee = { credit = 0, refund = '1' }"),
        (
            22,
            "pay_on = { refund = 'scan', credit = 'receipt' }",
            "pay_on = { credit = 'receipt', refund = 'scan' }",
        ),
        (26, "deduction = { C = '25%', D = '60%' }", "deduction = { D = '60%', C = '25%' }"),
        (THEN, "then = { note = { en = 'a', nl = 'b' } }", "then = { note = { nl = 'b', en = 'a' } }"),
    ],
)
def test_the_order_within_a_table_or_a_condition_does_not_count(line: int, one: str, other: str) -> None:
    assert not between(with_line(line, one), with_line(line, other))


def test_the_order_of_offers_counts() -> None:
    swapped = GOOD.replace('["exchange", "credit", "refund"]', '["refund", "credit", "exchange"]')
    [house] = between(GOOD, swapped).parts
    assert house.changes == (Change("then.offers", "exchange, credit, refund", "refund, credit, exchange"),)


@pytest.mark.parametrize(
    ("line", "text", "changes"),
    [
        (WHEN, 'when = { reason = ["other", "damaged"] }', [("when.reason", "other", "other or damaged")]),
        (WHEN, "when = { gift = true }", [("when.reason", "other", None), ("when.gift", None, "true")]),
        (THEN, 'then = { verdict = "deduct" }', [("then.verdict", "pay", "deduct")]),
        (THEN, 'then = { verdict = "pay", fee = "2" }', [("then.fee", None, "EUR 2.00")]),
        (THEN, 'then = { offers = [], verdict = "pay" }', [("then.offers", None, "nothing")]),
        (7, 'name = "First"\nfrom = 2026-11-27', [("from", None, "2026-11-27")]),
    ],
)
def test_a_change_is_told_by_key_before_and_after(
    line: int, text: str, changes: list[tuple[str, str | None, str | None]]
) -> None:
    [only] = between(GOOD, with_line(line, text)).parts
    assert (only.part, only.what, only.name, only.line) == ("rule", "changed", "First", 6)
    assert list(only.changes) == [Change(*each) for each in changes]


@pytest.mark.parametrize(
    ("line", "text", "before", "after"),
    [
        (16, "fee = { EUR = '5', GBP = '4' }", "0", "EUR 5.00 or GBP 4.00"),
        (16, "fee = { refund = '15%', credit = 0 }", "0", "refund 15%, credit 0"),
        (17, "return_shipping = 'cost'", "refund label EUR 3.95, exchange 0", "cost"),
        (
            14,
            "window = 'until 2027-01-31'",
            "30 days from delivery, else 35 from dispatch",
            "until 2027-01-31",
        ),
    ],
)
def test_answers_are_told_in_words(line: int, text: str, before: str, after: str) -> None:
    [house] = between(GOOD, with_line(line, text)).parts
    [change] = house.changes
    assert (change.before, change.after) == (before.replace("35 from", "35 days from"), after)


def test_a_note_is_compared_in_every_language() -> None:
    english = with_line(THEN, 'then = { note = { en = "Sealed.", nl = "Dicht." } }')
    [rule] = between(english, english.replace("Dicht.", "Verzegeld.")).parts
    assert rule.changes == (
        Change("then.note", "en “Sealed.”, nl “Dicht.”", "en “Sealed.”, nl “Verzegeld.”"),
    )


def test_segments_cases_and_the_top_are_compared_too() -> None:
    other = GOOD.replace("12 months", "90 days").replace("delivered_days = 3", "delivered_days = 4")
    found = between(GOOD, other.replace('title = "Test"', 'title = "Trial"'))
    assert found.top == (Change("title", "Test", "Trial"),)
    assert [(each.part, each.name, each.changes) for each in found.parts] == [
        ("segment", "vip", (Change("when.period", "12 months", "90 days"),)),
        ("case", "Case", (Change("given.delivered_days", "3", "4"),)),
    ]


def test_currency_tells_amounts_apart_that_are_written_alike() -> None:
    priced = with_line(WHEN, 'when = { price = "> 50" }')
    found = between(priced, priced.replace('currency = "EUR"', 'currency = "GBP"'))
    assert found.top == (Change("currency", "EUR", "GBP"),)
    assert "when.price" in [change.key for each in found.parts for change in each.changes]


def _shuffled(document: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any]:
    return document | {"rule": rules}


@settings(deadline=None)
@given(documents(), st.data())
def test_a_rule_taken_out_is_removed_and_put_in_is_added(
    document: dict[str, Any], data: st.DataObject
) -> None:
    rules = document["rule"]
    at = data.draw(st.integers(0, len(rules) - 1))
    without = _shuffled(document, [rule for index, rule in enumerate(rules[:-1]) if index != at] + rules[-1:])
    there, back = (differences(*map(policy_of, pair)) for pair in ((document, without), (without, document)))
    gone = [] if at == len(rules) - 1 else [rules[at]["name"]]
    assert [(each.what, each.name) for each in there.parts] == [("removed", name) for name in gone]
    assert [(each.what, each.name) for each in back.parts] == [("added", name) for name in gone]
    assert [each.below for each in back.parts] == [rules[at - 1]["name"] if at else None for _ in gone]


@settings(deadline=None)
@given(documents(), st.data())
def test_one_rule_carried_elsewhere_is_one_that_moved(document: dict[str, Any], data: st.DataObject) -> None:
    *rules, house = document["rule"]
    start, end = (data.draw(st.integers(0, max(len(rules) - 1, 0))) for _ in range(2))
    carried = rules[:start] + rules[start + 1 :]
    carried[end:end] = rules[start : start + 1]
    found = differences(policy_of(document), policy_of(_shuffled(document, [*carried, house])))
    assert {each.what for each in found.parts} <= {"moved"}
    assert len(found.parts) == (start != end)


@settings(deadline=None)
@given(documents(), documents(), situations())
def test_where_answers_differ_a_difference_is_told(
    one: dict[str, Any], other: dict[str, Any], situation: dict[str, Any]
) -> None:
    before, after = policy_of(one), policy_of(other)
    if compile_policy(before).answer(situation) != compile_policy(after).answer(situation):
        assert differences(before, after)
