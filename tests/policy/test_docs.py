"""docs/policy-language.md is complete, and every example in it is read as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from returns_app.policy import FACTS, QUESTIONS, PolicyError, compile_policy, parse, run_cases
from tests.policy.test_parse import GOOD

TEXT = (Path(__file__).parents[2] / "docs" / "policy-language.md").read_text("utf-8")
TOML = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> dict[str, str]:
    """Name and example of every row of the tables in a section."""
    found = re.findall(r"^\| `([^`]+)` \|.*\| `([^`]+)` \|$", section(title), re.MULTILINE)
    return dict(found)


def test_every_fact_has_a_row_and_an_example() -> None:
    assert rows("Facts").keys() == FACTS.keys() | {"answer.<question>"}


def test_every_question_has_a_row_and_an_example() -> None:
    assert rows("Questions").keys() == QUESTIONS.keys()


@pytest.mark.parametrize(("fact", "example"), rows("Facts").items())
def test_the_example_of_a_fact_is_a_condition_on_it(fact: str, example: str) -> None:
    text = GOOD.replace('when = { reason = "other" }', f"when = {{ {example} }}")
    [condition] = parse(text, file="docs.toml").rules[0].conditions
    assert condition.fact == fact.replace("<question>", "fit")


@pytest.mark.parametrize(("question", "example"), rows("Questions").items())
def test_the_example_of_a_question_is_an_answer_to_it(question: str, example: str) -> None:
    text = GOOD.replace('then = { verdict = "pay" }', f"then = {{ {example} }}", 1)
    assert parse(text, file="docs.toml").rules[0].answers.keys() == {question}


@pytest.mark.parametrize("example", re.findall(r"^\| `([^`]+)` \| ", section("Conditions"), re.MULTILINE))
def test_every_way_to_write_a_condition_is_read(example: str) -> None:
    text = GOOD.replace('when = { reason = "other" }', f"when = {{ {example} }}")
    assert len(parse(text, file="docs.toml").rules[0].conditions) == 1


@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if fact.values])
def test_every_word_a_fact_can_be_is_named(name: str) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |"))
    assert FACTS[name].values[0] in row
    assert FACTS[name].values[-1] in row


def test_the_stage_and_scope_of_every_question_are_told() -> None:
    for title, stage in (("request", "request"), ("inspection", "inspection"), ("both", "both")):
        part = (
            section("Questions")
            .split(f"### At {'the ' if title != 'both' else ''}{title}")[1]
            .split("###")[0]
        )
        told = re.findall(r"^\| `(\w+)` \|.*\| (line|parcel|return) \|", part, re.MULTILINE)
        assert dict(told) == {name: q.scope for name, q in QUESTIONS.items() if q.stage == stage}


def test_the_whole_file_shown_is_a_policy_whose_cases_come_out() -> None:
    assert run_cases(compile_policy(parse(TOML[0], file="docs.toml"))) == ()


@pytest.mark.parametrize("block", TOML[1:])
def test_the_other_pieces_fit_into_it(block: str) -> None:
    segment = re.compile(r"\[\[segment\]\].*?\n\n", re.DOTALL)
    text = segment.sub(f"{block}\n", TOML[0]) if "[[segment]]" in block else f"{TOML[0]}\n{block}"
    assert run_cases(compile_policy(parse(text, file="docs.toml"))) == ()


def test_the_problem_shown_reads_as_it_is_told() -> None:
    text = TOML[0].replace('{ segment = "vip" }', '{ segmnt = "vip" }')
    with pytest.raises(PolicyError) as refused:
        parse(text, file="fashion.toml")
    assert "when.segmnt: “segmnt” is not a fact. Did you mean “segment”?" in str(refused.value)
    assert "when.segmnt: “segmnt” is not a fact. Did you mean “segment”?" in TEXT
