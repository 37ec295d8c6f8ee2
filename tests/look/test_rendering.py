from __future__ import annotations

import httpx
import pytest
from jinja2 import UndefinedError

from returns_app.faces.rendering import environment
from returns_app.money import Money


@pytest.mark.parametrize(
    ("params", "cookies", "accepted", "language"),
    [
        ({}, {}, "", "en"),
        ({}, {}, "nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        ({}, {}, "en;q=0.4,nl;q=0.8", "nl"),
        ({}, {}, "fr,de;q=0.5", "en"),
        ({}, {}, "nl;q=0, ;q=,,", "en"),
        ({}, {"lang": "nl"}, "en", "nl"),
        ({"lang": "en"}, {"lang": "nl"}, "nl", "en"),
        ({"lang": "xx"}, {"lang": "yy"}, "", "en"),
    ],
)
async def test_the_language_is_the_readers_choice(
    client: httpx.AsyncClient,
    params: dict[str, str],
    cookies: dict[str, str],
    accepted: str,
    language: str,
) -> None:
    client.cookies.update(cookies)
    answer = await client.get("/parts", params=params, headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == language


async def test_a_chosen_language_is_remembered(client: httpx.AsyncClient) -> None:
    await client.get("/parts", params={"lang": "nl"})
    assert (await client.get("/parts")).headers["content-language"] == "nl"


async def test_the_link_to_the_other_language_keeps_the_query(client: httpx.AsyncClient) -> None:
    answer = await client.get("/parts", params={"face": "console"})
    assert 'href="/parts?face=console&amp;lang=nl" lang="nl"' in answer.text


def test_values_are_escaped_and_missing_names_are_errors() -> None:
    pages = environment("en")
    assert "&lt;b&gt;" in pages.from_string("{{ name }}").render(name="<b>")
    assert "&lt;b&gt;" in pages.from_string('{{ _("Remove %(name)s", name=name) }}').render(name="<b>")
    with pytest.raises(UndefinedError):
        pages.from_string("{{ nothing }}").render()


def test_filters_speak_the_language_of_their_environment() -> None:
    template = '{{ amount | money }} {{ "refund" | resolution }} {{ "refund" | resolution("staff") }}'
    assert (
        environment("en").from_string(template).render(amount=Money(8800, "EUR"))
        == "€\u00a088.00 Money back Refund"
    )
    assert environment("nl").from_string(template).render(amount=Money(8800, "EUR")) == (
        "€\u00a088,00 Geld terug Terugbetaling"
    )


def test_attributes_are_written_or_left_out() -> None:
    written = (
        environment("en")
        .from_string("<p{{ given | attributes }}>")
        .render(given={"id": 'a"b', "hidden": True, "title": None, "lang": False})
    )
    assert written == '<p id="a&#34;b" hidden>'
