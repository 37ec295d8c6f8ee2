"""`returns policy check`, `test`, `schema`, `lint` and `explain`, which need no database."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from returns_app.cli.policy import policy
from tests.policy.test_docs import section

POLICIES = Path(__file__).parents[2] / "policies"
FASHION = str(POLICIES / "fashion.toml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(policy, arguments)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    text = (POLICIES / "plain.toml").read_text("utf-8")
    file = tmp_path / "broken.toml"
    file.write_text(text.replace('evidence = "none"\npay', 'evidense = "none"\npay'), "utf-8")
    return str(file)


@pytest.fixture
def surprising(tmp_path: Path) -> str:
    text = (POLICIES / "plain.toml").read_text("utf-8")
    file = tmp_path / "surprising.toml"
    file.write_text(text.replace('credit_bonus = "5%"\nbonus', 'credit_bonus = "6%"\nbonus'), "utf-8")
    return str(file)


def test_a_good_policy_is_said_to_be_good() -> None:
    result = run("check", FASHION)
    assert result.exit_code == 0
    assert "all as expected" in result.output


def test_a_broken_one_is_told_by_line_with_a_suggestion(broken: str) -> None:
    result = run("check", broken)
    assert result.exit_code == 1
    assert "House rule" in result.stderr
    assert "Did you mean “evidence”?" in result.stderr
    assert f"{broken}:" in result.stderr


def test_a_failing_case_says_what_was_expected_and_which_rule_says_otherwise(surprising: str) -> None:
    result = run("check", surprising)
    assert result.exit_code == 1
    assert (
        "“A lamp that doesn't please”, credit_bonus: expected 5%, but “House rule” says 6%" in result.stderr
    )


def test_json_carries_the_same(broken: str, surprising: str) -> None:
    good, bad, odd = (
        run("check", FASHION, "--json"),
        run("check", broken, "--json"),
        run("check", surprising, "--json"),
    )
    assert (good.exit_code, bad.exit_code, odd.exit_code) == (0, 1, 1)
    assert json.loads(good.output)["ok"] is True
    assert {p["key"] for p in json.loads(bad.output)["problems"]} == {"then.evidense", "then"}
    assert [miss["question"] for miss in json.loads(odd.output)["failing_cases"]] == ["credit_bonus"]


def test_the_cases_alone_can_be_run(surprising: str, broken: str) -> None:
    good, odd = run("test", FASHION), run("test", surprising)
    assert (good.exit_code, odd.exit_code, run("test", broken).exit_code) == (0, 1, 1)
    assert "all as expected" in good.output
    assert "lint" not in good.output
    assert "credit_bonus: expected 5%, but “House rule” says 6%" in odd.stderr
    told = json.loads(run("test", surprising, "--json").stdout)
    assert (told["ok"], [miss["question"] for miss in told["failing_cases"]]) == (False, ["credit_bonus"])
    assert told["cases"] >= 5


def test_every_command_stands_in_the_docs() -> None:
    told = re.findall(r"^\| `(\w+)[^`]*` \|", section("On the command line"), re.MULTILINE)
    assert sorted(told) == sorted(policy.commands)


def test_the_schema_is_printed_as_it_is_committed() -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert result.stdout == (POLICIES / "schema.json").read_text("utf-8")


FACTS = {"ground": "return", "reason": "too-small", "product_type": "apparel/shoes", "delivered_days": 3}


def test_a_situation_can_be_given_fact_by_fact_or_as_a_whole(tmp_path: Path) -> None:
    by_fact = [part for name, value in FACTS.items() for part in ("--situation", f"{name}={value}")]
    as_file = tmp_path / "situation.json"
    as_file.write_text(json.dumps(FACTS), "utf-8")
    as_toml = "\n".join(f"{name} = {json.dumps(value)}" for name, value in FACTS.items())
    given = [by_fact, *(["--situation", whole] for whole in (json.dumps(FACTS), as_toml, str(as_file)))]
    results = [run("explain", FASHION, *arguments, "--json") for arguments in given]
    assert [result.exit_code for result in results] == [0, 0, 0, 0]
    assert len({result.output for result in results}) == 1
    told = json.loads(results[0].output)["explanation"]["questions"]["exchange_bonus"]
    assert told["rule"] == "The wrong size costs nothing to swap"
    assert {each["fact"] for each in told["matched"]} == {"product_type", "reason", "ground"}


def test_an_explanation_is_readable() -> None:
    result = run("explain", FASHION, "--situation", "gift=true", "--situation", "delivered_days=99")
    assert result.exit_code == 0
    assert "refused" in result.output
    assert "window-closed" in result.output


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("reson=other", "Did you mean “reason”?"),
        ("gift=maybe", "true or false"),
        ("delivered_days=soon", "whole number"),
        ("tag = [", "can't be read"),
        ("{1}", "can't be read"),
        ("nowhere.json", "can't be read"),
    ],
)
def test_a_bad_situation_is_told_in_words(situation: str, words: str) -> None:
    result = run("explain", FASHION, "--situation", situation)
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "none.toml"))
    assert result.exit_code == 1
    assert "can't be read: No such file" in result.stderr


def test_a_file_of_another_encoding_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes("title = 'café'".encode("latin-1"))
    assert "not UTF-8" in run("check", str(file)).stderr


# Lint ----------------------------------------------------------------------------------------------


@pytest.fixture
def unreachable(tmp_path: Path) -> str:
    text = (POLICIES / "plain.toml").read_text("utf-8")
    rule = '[[rule]]\nname = "Lamps"\nwhen = { ground = "claim", tag = "lamp" }\nthen = { fee = "2" }\n\n'
    file = tmp_path / "unreachable.toml"
    file.write_text(
        text.replace('[[rule]]\nname = "While the law', f'{rule}[[rule]]\nname = "While the law'), "utf-8"
    )
    return str(file)


def test_lint_tells_line_rule_sentence_and_a_situation_to_paste(unreachable: str) -> None:
    result = run("lint", unreachable)
    line = Path(unreachable).read_text("utf-8").splitlines().index('name = "Lamps"')
    assert result.exit_code == 1
    assert f"{unreachable}:{line} error: “Lamps” is never reached" in result.stderr
    assert 'given = { ground = "claim", tag = ["lamp"] }' in result.stderr
    assert "lint: 1 error." in result.output


def test_check_lints_too_and_fails_on_errors_only(unreachable: str) -> None:
    assert run("check", unreachable).exit_code == 1
    assert "“Lamps” is never reached" in run("check", unreachable).stderr
    warned = run("check", FASHION)
    assert warned.exit_code == 0
    assert "2 warnings" in warned.output


def test_lint_as_json_carries_witnesses(unreachable: str) -> None:
    told = json.loads(run("lint", "--json", unreachable).stdout)
    assert (told["ok"], told["proven"]) == (False, True)
    [finding] = told["findings"]
    assert finding["kind"] == "unreachable-rule"
    assert finding["witness"]["situation"] == {"ground": "claim", "tag": ["lamp"]}


def test_lint_holds_names_against_a_catalogue(unreachable: str, tmp_path: Path) -> None:
    shop = tmp_path / "shop.toml"
    shop.write_text('tags = ["hygiene", "lamps"]\n', "utf-8")
    assert "Did you mean “lamps”?" in run("lint", unreachable, "--catalogue", str(shop)).stderr
    shop.write_text('tag = ["hygiene"]\n', "utf-8")
    refused = run("lint", unreachable, "--catalogue", str(shop))
    assert refused.exit_code == 1
    assert "can't be read as a catalogue" in refused.stderr
