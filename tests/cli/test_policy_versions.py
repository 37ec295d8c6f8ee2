"""`returns policy publish` and `returns policy export`, as typed, against a database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from returns_app import database
from returns_app.cli import main
from returns_app.rulebook.queries import current, versions
from tests.orders.makers import a_merchant

POLICIES = Path(__file__).parents[2] / "policies"
PLAIN = str(POLICIES / "plain.toml")
PLAIN_TEXT = Path(PLAIN).read_text("utf-8")
Typed = Callable[..., Awaitable[Result]]


@pytest.fixture
async def typed(db: str, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Runs a command in a thread of its own, since it brings its own event loop."""
    monkeypatch.setenv("DATABASE_URL", db)
    monkeypatch.setattr(database, "_engine", database.engine())  # the command names its own

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["policy", *words])

    return run


def plain_with(tmp_path: Path, old: str, new: str) -> str:
    text = (POLICIES / "plain.toml").read_text("utf-8")
    assert old in text
    file = tmp_path / "changed.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return str(file)


async def test_what_is_published_decides_and_is_exported_as_it_was(typed: Typed) -> None:
    shop = await a_merchant()
    sent = await typed("publish", PLAIN, "--merchant", "shop")
    assert sent.exit_code == 0, sent.output
    assert "is published as version 1 of shop" in sent.output
    assert (await current(shop)).number == 1
    assert (await typed("export", "--merchant", "shop")).stdout == PLAIN_TEXT


async def test_publishing_again_changes_nothing(typed: Typed) -> None:
    shop = await a_merchant()
    first, again = [await typed("publish", PLAIN, "--merchant", "shop", "--json") for _ in range(2)]
    assert [json.loads(each.stdout)["new"] for each in (first, again)] == [True, False]
    assert "in force already, as version 1" in (await typed("publish", PLAIN, "--merchant", "shop")).output
    assert len(await versions(shop)) == 1


async def test_an_older_version_is_exported_by_its_number(typed: Typed, tmp_path: Path) -> None:
    await a_merchant()
    other = plain_with(tmp_path, 'title    = "', 'title    = "New: ')
    for file in (PLAIN, other):
        assert (await typed("publish", file, "--merchant", "shop")).exit_code == 0
    old = json.loads((await typed("export", "--merchant", "shop", "--version", "1", "--json")).stdout)
    new = json.loads((await typed("export", "--merchant", "shop", "--json")).stdout)
    assert old["text"] == PLAIN_TEXT
    assert new["text"] == PLAIN_TEXT.replace('title    = "', 'title    = "New: ', 1)
    assert [each["version"]["number"] for each in (old, new)] == [1, 2]
    assert new["version"]["published_by"] == {
        "kind": "system", "name": "returns policy publish", "id": "", "on_behalf": False
    }  # fmt: skip


LAMPS = '[[rule]]\nname = "Lamps"\nwhen = { ground = "claim", tag = "lamp" }\nthen = { fee = "2" }\n\n'
WHILE = '[[rule]]\nname = "While the law'
BAD = [
    # what stands there, what is put instead, what is said, where the JSON says it
    ('evidence = "none"\npay', 'evidense = "none"\npay', "Did you mean “evidence”?", "problems"),
    ('credit_bonus = "5%"\nbonus', 'credit_bonus = "6%"\nbonus', "expected 5%", "failing_cases"),
    (WHILE, LAMPS + WHILE, "“Lamps” is never reached", "findings"),
]


@pytest.mark.parametrize(("old", "new", "sentence", "key"), BAD, ids=[each[3] for each in BAD])
async def test_what_is_wrong_is_refused_and_nothing_published(
    typed: Typed, tmp_path: Path, old: str, new: str, sentence: str, key: str
) -> None:
    shop = await a_merchant()
    file = plain_with(tmp_path, old, new)
    words = await typed("publish", file, "--merchant", "shop")
    told = await typed("publish", file, "--merchant", "shop", "--json")
    assert (words.exit_code, told.exit_code) == (1, 1)
    assert sentence in words.stderr
    assert json.loads(told.stdout)["ok"] is False
    assert json.loads(told.stdout)[key]
    assert await versions(shop) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["publish", PLAIN, "--merchant", "nobody"], "There is no shop"),
        (["export", "--merchant", "nobody"], "There is no shop"),
        (["export", "--merchant", "shop"], "shop has published no policy yet."),
        (["export", "--merchant", "shop", "--version", "7"], "shop has no version 7 of its policy."),
    ],
)
async def test_what_is_not_there_is_said(typed: Typed, words: list[str], sentence: str) -> None:
    await a_merchant()
    told, as_json = await typed(*words), await typed(*words, "--json")
    assert (told.exit_code, as_json.exit_code) == (1, 1)
    assert sentence in told.stderr
    assert sentence in json.loads(as_json.stdout)["problems"][0]["message"]


async def test_another_merchant_s_versions_are_not_shown(typed: Typed) -> None:
    await a_merchant("one")
    await a_merchant("two")
    assert (await typed("publish", PLAIN, "--merchant", "one")).exit_code == 0
    assert (await typed("export", "--merchant", "two", "--version", "1")).exit_code == 1


async def test_a_command_line_that_cannot_be_is_another_exit_code(typed: Typed) -> None:
    results = [await typed("publish", PLAIN), await typed("export", "--merchant", "shop", "--version", "0")]
    assert [each.exit_code for each in results] == [2, 2]
