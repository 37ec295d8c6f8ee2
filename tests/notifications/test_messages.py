"""Each message says what it must, in each language, in text and HTML alike."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from returns_app import database
from returns_app.languages import LANGUAGES
from returns_app.merchants.look_up import CodeMail
from returns_app.notifications.jobs import FOR_EVENT
from returns_app.notifications.messages import MESSAGES
from returns_app.notifications.queries import MessageSeen, messages_of
from returns_app.notifications.write import write_code_mail
from returns_app.settings import Settings
from tests.makers import AT, a_shop
from tests.notifications.occasions import Occasion, in_review, occasion, refund_failed_after_the_mail

LETTERS = Path(__file__).parents[2] / "returns_app/templates/email"
EVERY = [*(kind for kind in MESSAGES if kind != "refund_failed"), "refund_failed"]


async def staged(kind: str, settings: Settings) -> Occasion:
    return await (refund_failed_after_the_mail(settings) if kind == "refund_failed" else occasion(kind))


async def told(kind: str, locale: str, settings: Settings) -> MessageSeen:
    """The message of this kind as it was written."""
    staging = await staged(kind, settings)
    await database.fetch("UPDATE returns SET locale = $2 WHERE id = $1", staging.return_id, locale)
    assert await staging.written(settings)
    return (await messages_of(staging.shop.id, staging.return_id))[-1]


class Words(HTMLParser):
    """The words of a mail as a reader sees them, without styles and the title."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._away = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._away += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._away -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._away:
            self.words.append(data)


def words_of(html: str) -> str:
    reader = Words()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY)
async def test_every_message_is_whole_in_every_language(
    db: str, settings: Settings, kind: str, locale: str
) -> None:
    message = await told(kind, locale, settings)
    assert (message.kind, message.locale, message.state, message.to) == (
        kind,
        locale,
        "planned",
        "anna@example.com",
    )
    assert message.subject == " ".join(message.subject.split())
    assert "1001" in message.subject
    for said in (message.subject, message.text, words_of(message.html)):
        assert "!" not in said
        assert "RMA" not in said
        assert not re.search(r"%\(|\{\{|\{%|None|Undefined|&amp;amp", said)
    assert f'<html lang="{locale}">' in message.html
    assert "https://retour.winkel.example/returns/winkel/" in message.text


@pytest.mark.parametrize("kind", EVERY)
async def test_text_and_html_tell_the_same(db: str, settings: Settings, kind: str) -> None:
    """Every line of the text stands in the HTML, save for the marks a text needs instead of a layout."""
    message = await told(kind, "nl", settings)
    html = re.sub(r"\s+", "", words_of(message.html)) + message.html
    for line in message.text.splitlines():
        bare = re.sub(r"^(- |= |\d\. )", "", line.strip())
        if not re.fullmatch(r"[-=]*", bare):
            for part in re.split(r": | × \d", bare):
                assert re.sub(r"\s+", "", part).rstrip(":") in html, part


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_dutch_is_dutch(db: str, settings: Settings, locale: str) -> None:
    message = await told("requested", locale, settings)
    assert (message.subject == "Je retour van bestelling 1001 is aangemeld") == (locale == "nl")


async def test_amounts_of_a_request_add_up_line_by_line(db: str, settings: Settings) -> None:
    text = (await told("requested", "en", settings)).text
    assert "Linen overshirt, M, sage green × 2: €\u00a089.90" in text
    assert "= Money back: €\u00a0" in text
    assert "= Store credit: €\u00a027.50" in text
    assert "In exchange: Trail shoe, 43: −€\u00a080.00" in text
    assert "Havenstraat 12" in text


async def test_a_request_in_review_says_so_and_promises_nothing(db: str, settings: Settings) -> None:
    shop, return_id = await in_review()
    event = (await database.fetch("SELECT id FROM journal_events WHERE kind = 'return.requested'"))[0]["id"]
    await Occasion("requested", shop, return_id, event, {"at_once": True}).written(settings)
    [message] = await messages_of(shop.id, return_id)
    assert message.subject == "We bekijken je retour van bestelling 1001"
    assert "Houd de artikelen bij je" in message.text
    assert "Havenstraat" not in message.text


async def test_what_the_policy_approves_at_once_needs_no_second_mail(db: str, settings: Settings) -> None:
    staging = await occasion("approved")
    at_once = Occasion("approved", staging.shop, staging.return_id, staging.event, {"at_once": True})
    assert await at_once.written(settings) is None
    assert await messages_of(staging.shop.id, staging.return_id) == []


async def test_a_rejection_gives_the_merchants_reason(db: str, settings: Settings) -> None:
    message = await told("rejected", "nl", settings)
    assert "De zolen zijn buiten gedragen; dat zien we op de foto." in message.text
    assert "De zolen zijn buiten gedragen; dat zien we op de foto." in message.html


async def test_a_rejection_without_words_gives_the_policys_note(db: str, settings: Settings) -> None:
    staging = await occasion("rejected")
    await database.fetch("UPDATE return_lines SET decided_because = ''")
    await staging.written(settings)
    [message] = await messages_of(staging.shop.id, staging.return_id)
    assert "Zakelijke retouren bekijken we zelf" in message.text


async def test_a_receipt_tells_what_was_there_and_what_not(db: str, settings: Settings) -> None:
    message = await told("received", "en", settings)
    assert message.subject == "Your parcel has arrived, and something differs (order 1001)"
    counted = message.text[message.text.index("Linen") : message.text.index("Also in the parcel")]
    assert "1 received\n  1 not in the parcel" in counted
    assert "1 a different item" in counted
    assert "A blue scarf" in message.text
    assert "Canvas tote bag" in message.text[message.text.index("Not counted yet") :]


async def test_a_settlement_tells_each_amount_and_each_difference(db: str, settings: Settings) -> None:
    text = (await told("settled", "en", settings)).text
    shown, given, changed = (
        text.index(words)
        for words in ("Money back", "How it adds up", "What differs from what we showed you")
    )
    assert shown < given < changed
    assert "To the card you paid with" in text
    assert "up to 10 working days" in text
    assert "Store credit: €\u00a027.50\nOf this, €\u00a02.50 is extra from us." in text
    [code] = await database.fetch("SELECT code FROM credits")
    assert code["code"][:4] in text[text.index("Your credit code") :]
    [exchange] = await database.fetch("SELECT number FROM exchanges")
    assert f"Its order number: {exchange['number']}" in text
    differences = text[changed:]
    assert "Linen overshirt, M, sage green: −€\u00a044.95\n  1 not in the parcel" in differences
    assert "Less, because of its condition: Vlek op de mouw" in differences
    assert "= In all: −€\u00a0" in differences


async def test_the_differences_add_up_to_what_was_shown_less_what_was_given(
    db: str, settings: Settings
) -> None:
    text = (await told("settled", "en", settings)).text

    def cents(words: str) -> list[int]:
        found = re.findall(r"([−+]?)€\u00a0([\d.,]+)$", words, re.MULTILINE)
        return [int(re.sub(r"\D", "", amount)) * (-1 if sign == "−" else 1) for sign, amount in found]

    *parts, whole = cents(text[text.index("What differs") :])
    assert sum(parts) == whole
    adding = text[text.index("How it adds up") : text.index("What differs")]
    totals = cents("\n".join(line for line in adding.splitlines() if line.startswith("=")))
    assert sum(cents("\n".join(line for line in adding.splitlines() if line[:1] not in "= "))) == sum(totals)


async def test_a_second_settlement_says_that_it_replaces_the_first(db: str, settings: Settings) -> None:
    staging = await occasion("settled")
    await staging.written(settings)
    await staging.written(settings, cause="settled again", at=AT + timedelta(days=1))
    first, second = await messages_of(staging.shop.id, staging.return_id)
    assert not first.subject.startswith("Gecorrigeerd")
    assert second.subject.startswith("Gecorrigeerd")


async def test_a_failed_refund_corrects_the_mail_that_was_wrong(db: str, settings: Settings) -> None:
    message = await told("refund_failed", "en", settings)
    assert message.subject == "Correction: your money for order 1001 is not there yet"
    assert "On Fri 20 November we told you" in message.text


async def test_a_failed_refund_nobody_was_told_of_corrects_nothing(db: str, settings: Settings) -> None:
    staging = await refund_failed_after_the_mail(settings)
    await database.fetch("DELETE FROM messages")
    assert await staging.written(settings) is None


async def test_a_reminder_is_not_written_once_the_return_has_ended(db: str, settings: Settings) -> None:
    staging = await occasion("reminder")
    await database.fetch("UPDATE returns SET status = 'cancelled'")
    assert await staging.written(settings) is None


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_the_code_is_in_the_subject_and_the_link_beside_it(
    db: str, settings: Settings, locale: str
) -> None:
    shop = await a_shop()
    mail = CodeMail(
        merchant=shop.id,
        to="anna@example.com",
        order_number="1001",
        locale=locale,
        code="042317",
        link="/returns/winkel/code?t=once",
        valid_minutes=15,
        cause="look-up:1",
    )
    for _ in range(2):
        async with database.transaction():
            await write_code_mail(mail, settings=settings, at=AT)
    [row] = await database.fetch("SELECT * FROM messages")
    assert row["subject"].startswith("042 317 ")
    assert row["return_id"] is None
    assert "https://retour.winkel.example/returns/winkel/code?t=once" in row["text"]
    assert 'href="https://retour.winkel.example/returns/winkel/code?t=once"' in row["html"]
    assert "15 minut" in row["text"]


def test_every_message_has_its_letter_and_every_letter_its_message() -> None:
    assert {folder.name for folder in LETTERS.iterdir() if folder.is_dir()} == {*MESSAGES, "code"}
    assert set(FOR_EVENT.values()) == set(MESSAGES)


def test_the_parts_of_a_letter_exist_as_text_and_as_html() -> None:
    def macros(file: str) -> set[str]:
        return set(re.findall(r"{% macro ([a-z]\w*\([^)]*\)) %}", (LETTERS / file).read_text()))

    assert macros("parts.txt") == macros("parts.html") != set()
