"""policies/schema.json: what the tables say, and never stricter than the parser."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from returns_app.policy import FACTS, QUESTIONS, compile_policy, parse
from returns_app.policy.lint.findings import Witness
from returns_app.policy.schema import policy_schema
from tests.policy.test_docs import rows
from tests.policy.test_parse import BAD_LINES, GOOD, problems_of, with_line
from tests.strategies_policy import documents, policy_of, situations

POLICIES = Path(__file__).parents[2] / "policies"
FILES = sorted(POLICIES.rglob("*.toml"))
SCHEMA = Draft202012Validator(policy_schema())


def as_json(document: dict[str, Any]) -> Any:
    """As editors hand TOML to a schema: days are strings."""
    return json.loads(json.dumps(document, default=str))


def faults(text: str) -> list[str]:
    return [
        f"{error.json_path}: {error.message}" for error in SCHEMA.iter_errors(as_json(tomllib.loads(text)))
    ]


def test_the_committed_file_is_the_generated_one() -> None:
    committed = json.loads((POLICIES / "schema.json").read_text("utf-8"))
    assert committed == policy_schema(), "returns policy schema > policies/schema.json"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(policy_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_we_ship_fits(file: Path) -> None:
    assert faults(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "file", [*POLICIES.glob("*.toml"), *POLICIES.glob("law/*.toml")], ids=lambda f: f.stem
)
def test_what_we_ship_tells_editors_where_the_schema_is(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    assert first.startswith("#:schema ")
    assert (file.parent / first.removeprefix("#:schema ")).resolve() == POLICIES / "schema.json"


def test_the_comment_that_names_the_schema_is_no_content() -> None:
    with_it = parse(f"#:schema ./schema.json\n{GOOD}", file="good.toml")
    assert with_it.hash == parse(GOOD, file="good.toml").hash


@settings(deadline=None)
@given(documents())
def test_what_the_parser_takes_fits(document: dict[str, Any]) -> None:
    policy_of(document)
    assert list(SCHEMA.iter_errors(as_json(document))) == []


@settings(deadline=None)
@given(situations())
def test_every_situation_a_case_can_hold_fits(situation: dict[str, Any]) -> None:
    shown = Witness(situation, "EUR", "").given("EUR")
    text = GOOD.replace('given = { reason = "other", delivered_days = 3 }', f"given = {shown}")
    assert parse(text, file="case.toml").cases[0].given == situation
    assert faults(text) == []


@pytest.mark.parametrize("example", [*rows("Facts").values()])
def test_every_condition_in_the_docs_fits(example: str) -> None:
    assert faults(GOOD.replace('when = { reason = "other" }', f"when = {{ {example} }}")) == []


@pytest.mark.parametrize("example", [*rows("Questions").values()])
def test_every_answer_in_the_docs_fits(example: str) -> None:
    assert faults(GOOD.replace('then = { verdict = "pay" }', f"then = {{ {example} }}", 1)) == []


# What a schema can't say: names told apart, order within a value, decimal places per currency.
BEYOND = {
    'when = { segment = "vpi" }',
    'when = { delivered_days = "20..10" }',
    'when = { price = "9.999" }',
    'then = { window = "3 days from order, else 5 from order" }',
    'given = { segment = "vpi" }',
}


@pytest.mark.parametrize(
    ("line", "text"), [(line, text) for line, text, *_ in BAD_LINES], ids=[text for _, text, *_ in BAD_LINES]
)
def test_what_the_parser_refuses_the_schema_refuses_too(line: int, text: str) -> None:
    assert problems_of(with_line(line, text))
    assert bool(faults(with_line(line, text))) == (text not in BEYOND)


FLOATS = [
    *(f"when = {{ {name} = 1.5 }}" for name in FACTS),
    *(f"then = {{ {name} = 1.5 }}" for name in QUESTIONS),
    *(f"then = {{ {name} = {{ refund = 1.5 }} }}" for name in QUESTIONS),
]


@pytest.mark.parametrize("text", FLOATS)
def test_a_fraction_is_refused_everywhere(text: str) -> None:
    bad = with_line(8 if text.startswith("when") else 9, text)
    assert problems_of(bad)
    assert faults(bad)


def test_an_inspection_fact_settles_nothing_of_the_request() -> None:
    text = with_line(8, "when = { sealed = false }").replace(
        'then = { verdict = "pay" }', "then = { fee = 0 }"
    )
    assert problems_of(text)
    assert faults(text)


@pytest.mark.parametrize("line", ["when = { reason = 'other' }", "from = 2026-11-27", "until = 2026-11-27"])
def test_some_rule_speaks_for_everyone(line: str) -> None:
    text = with_line(11, f'name = "House"\n{line}')
    assert problems_of(text)
    assert faults(text)


def test_a_law_pack_needs_no_house_rule_but_articles() -> None:
    law = (POLICIES / "law" / "nl.toml").read_text("utf-8")
    assert faults(law.replace("BW 7:17 and 7:21: goods", "Goods"))
    assert faults(law.replace("[applies]", "[aplies]"))


def test_everything_is_described_as_the_tables_say() -> None:
    schema = policy_schema()
    asked = schema["$defs"]["conditions"]["properties"]
    told = schema["$defs"]["answers"]["properties"]
    assert {name: asked[name]["description"] for name in FACTS} == {n: f.about for n, f in FACTS.items()}
    assert {name: each["description"] for name, each in told.items()} == {
        n: q.about for n, q in QUESTIONS.items()
    }


def test_defaults_are_answers_that_mean_the_default() -> None:
    told = policy_schema()["$defs"]["answers"]["properties"]
    defaults = {name: each["default"] for name, each in told.items() if "default" in each}
    assert defaults == {"exchange_bonus": "0%", "keep": "0%", "gift_back": "no"}
    answers = ", ".join(f"{name} = {json.dumps(value)}" for name, value in defaults.items())
    given = compile_policy(parse(with_line(9, f"then = {{ {answers} }}"), file="d.toml")).answer(
        {"reason": "other"}
    )
    without = compile_policy(parse(GOOD, file="d.toml")).answer({"reason": "other"})
    assert [getattr(given, name) for name in defaults] == [getattr(without, name) for name in defaults]
