"""The reasons a shopper can choose are those the shipped policies speak of, and those we have words for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from returns_app.merchants.settings import DEFAULT_REASONS
from returns_app.wording import REASONS

POLICIES = sorted((Path(__file__).parents[2] / "policies").glob("*.toml"))
KNOWN = {reason.key for reason in DEFAULT_REASONS}


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_a_policy_names_only_reasons_that_can_be_chosen(file: Path) -> None:
    rules = [rule.get("when", {}).get("reason", []) for rule in tomllib.loads(file.read_text())["rule"]]
    named = {word for reasons in rules for word in ([reasons] if isinstance(reasons, str) else reasons)}
    assert named <= KNOWN


def test_every_reason_has_words() -> None:
    assert {reason.key for reason in DEFAULT_REASONS if not reason.words} <= set(REASONS)
