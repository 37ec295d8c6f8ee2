"""The policy is read aloud, taken away, and replaced only by one that holds."""

from __future__ import annotations

import pytest

from returns_app.core.events import Event
from returns_app.faces.console import policy_words
from returns_app.faces.console.policy import rule_seen
from returns_app.faces.console.words import EVENTS
from returns_app.languages import LANGUAGES
from returns_app.merchants.queries import Shop
from returns_app.policy import FACTS, QUESTIONS, parse
from returns_app.rulebook.queries import current
from tests.faces.browser import Browser
from tests.faces.console.conftest import words
from tests.makers import POLICIES


def test_every_event_fact_and_question_has_words() -> None:
    assert set(EVENTS) == set(Event)
    assert set(policy_words.FACTS) == set(FACTS)
    assert set(policy_words.QUESTIONS) == set(QUESTIONS)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("name", ["fashion", "electronics", "plain"])
def test_every_rule_that_ships_can_be_read(name: str, locale: str) -> None:
    for rule in parse((POLICIES / f"{name}.toml").read_text(), file=name).rules:
        seen = rule_seen(rule, locale)
        assert all("(" not in said.split("“")[0] or "Rates" not in said for _, said in seen.answers)
        assert not any("Struct" in said or "=" in said for _, said in seen.answers), seen


async def test_the_policy_in_force_is_a_table(desk: Browser, shop: Shop) -> None:
    text = words((await desk.get("/console/policy")).text)
    assert "Fashion: thirty days, exchanges first" in text
    assert "Reason: Too small or Too large" in text
    assert (await current(shop.id)).hash[:12] in text


async def test_its_text_is_given_back_as_it_was_published(desk: Browser, shop: Shop) -> None:
    answer = await desk.get("/console/policy/1/text")
    assert answer.text == (POLICIES / "fashion.toml").read_text()
    assert (await desk.get("/console/policy/2/text")).status_code == 404
    assert (await desk.get("/console/policy/99999999999999999999/text")).status_code == 404


async def test_a_new_text_decides_from_now_on(desk: Browser, shop: Shop) -> None:
    text = (POLICIES / "plain.toml").read_text()
    done = await desk.post("/console/policy/new", {"text": text.replace("\n", "\r\n")})
    assert done.headers["location"] == "/console/policy?done=published"
    assert (await current(shop.id)).number == 2
    again = await desk.post("/console/policy/new", {"text": text})
    assert again.headers["location"] == "/console/policy?done=unchanged"


async def test_faults_are_told_with_line_rule_and_key_and_the_text_stays(desk: Browser, shop: Shop) -> None:
    wrong = (POLICIES / "plain.toml").read_text().replace('accept = "yes"', 'accept = "maybe"', 1)
    answer = await desk.post("/console/policy/new", {"text": wrong})
    assert answer.status_code == 422
    line = wrong[: wrong.index('"maybe"')].count("\n") + 1
    assert f"policy.toml:{line}" in answer.text
    assert "accept = &#34;maybe&#34;" in answer.text
    assert (await current(shop.id)).number == 1


async def test_an_example_that_fails_stops_it(desk: Browser, shop: Shop) -> None:
    text = (POLICIES / "plain.toml").read_text()
    text += '\n[[case]]\nname = "Never"\ngiven = { ground = "return" }\nexpect = { verdict = "refuse" }\n'
    answer = await desk.post("/console/policy/new", {"text": text})
    assert answer.status_code == 422
    assert "Never" in answer.text
    assert (await current(shop.id)).number == 1


@pytest.mark.parametrize("text", ["", "]", "\x00", "a = 1", "=" * 5000])
async def test_what_is_no_policy_is_refused_in_words(desk: Browser, shop: Shop, text: str) -> None:
    assert (await desk.post("/console/policy/new", {"text": text})).status_code == 422
