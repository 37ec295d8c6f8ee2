"""`returns policy diff`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_policy import FASHION, POLICIES, run
from tests.policy.test_docs import TEXT, TOML


def changed(tmp_path: Path, old: str, new: str) -> str:
    text = (POLICIES / "fashion.toml").read_text("utf-8")
    assert old in text
    file = tmp_path / "changed.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return str(file)


def test_a_file_is_as_itself(tmp_path: Path) -> None:
    result = run("diff", FASHION, changed(tmp_path, "#:schema ./schema.json\n", ""))
    assert (result.exit_code, result.stdout) == (0, "Nothing differs.\n")


def test_a_changed_answer_is_a_line(tmp_path: Path) -> None:
    other = changed(tmp_path, '">= 1000"', '">= 2000"')
    result = run("diff", FASHION, other)
    assert result.exit_code == 1
    assert "~ segment “vip” (line 7) changed\n    when.spend: >= 1000 → >= 2000\n" in result.stdout


def test_new_and_gone_rules_are_told_with_all_they_say(tmp_path: Path) -> None:
    rule = '[[rule]]\nname = "Lamps"\nwhen = { tag = "lamp" }\nthen = { fee = "2" }\n\n[[rule]]\n'
    other = changed(tmp_path, "[[rule]]\n", rule)
    there, back = run("diff", FASHION, other), run("diff", other, FASHION)
    assert (
        "+ rule “Lamps” (line 15) added, on top\n    when.tag: lamp\n    then.fee: EUR 2.00\n" in there.stdout
    )
    assert "- rule “Lamps” (line 15) removed\n    when.tag: lamp\n" in back.stdout


def test_json_carries_the_same(tmp_path: Path) -> None:
    told = json.loads(run("diff", FASHION, changed(tmp_path, '">= 1000"', '">= 2000"'), "--json").stdout)
    assert (told["ok"], told["same"], told["before"] == told["after"]) == (True, False, False)
    [part] = told["parts"]
    assert part["changes"] == [{"key": "when.spend", "before": ">= 1000", "after": ">= 2000"}]


def test_a_file_that_cannot_be_read_is_not_a_difference(tmp_path: Path) -> None:
    words = run("diff", FASHION, str(tmp_path / "none.toml"))
    assert (words.exit_code, "can't be read" in words.stderr) == (2, True)
    as_json = run("diff", FASHION, str(tmp_path / "none.toml"), "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["ok"]) == (2, False)


def test_the_difference_shown_in_the_docs_is_what_is_said(tmp_path: Path) -> None:
    before, after = tmp_path / "a.toml", tmp_path / "b.toml"
    before.write_text(TOML[0], "utf-8")
    after.write_text(TOML[0].replace('credit_bonus = "10%"', 'credit_bonus = "12%"'), "utf-8")
    said = run("diff", str(before), str(after)).stdout
    assert f"```text diff\n{said}```" in TEXT
