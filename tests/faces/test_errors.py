"""What people and programs are told when something cannot be done."""

import asyncpg
import pytest

from returns_app.core.lifecycle import IllegalMove
from returns_app.database import DatabaseNotThere
from returns_app.faces.errors import WORDS, sentence_in, told_of
from returns_app.merchants.attempts import TooManyAttempts
from returns_app.merchants.queries import NoSuchMerchant
from returns_app.merchants.settings import SettingsRefused
from returns_app.wording import translator


@pytest.mark.parametrize(
    ("error", "status", "code", "sentence"),
    [
        (NoSuchMerchant("No shop lives here."), 404, "no_such_merchant", "No shop lives here."),
        (SettingsRefused("brand", "This is no colour."), 422, "settings_refused", "This is no colour."),
        (TooManyAttempts(5), 429, "too_many_attempts", WORDS[429][1]),
        (DatabaseNotThere("postgres://user:secret@host is away"), 503, "unavailable", WORDS[503][1]),
        (asyncpg.InterfaceError("pool is closing"), 503, "unavailable", WORDS[503][1]),
        (asyncpg.DataError("invalid byte sequence: secret"), 400, "bad_request", WORDS[400][1]),
        (RuntimeError("secret"), 500, "internal", WORDS[500][1]),
        (KeyError("secret"), 500, "internal", WORDS[500][1]),
    ],
)  # fmt: skip
def test_each_error_has_its_words(error: Exception, status: int, code: str, sentence: str) -> None:
    told = told_of(error)
    assert (told.status, told.code, told.sentence) == (status, code, sentence)


def test_a_sentence_without_a_translation_gives_way_to_the_usual_one() -> None:
    told = told_of(IllegalMove("return", "settled", "cancel"))
    assert sentence_in("en", told) == "a return that is settled cannot cancel"
    assert sentence_in("nl", told) == translator("nl").gettext(WORDS[409][1])


def test_a_translated_sentence_is_said_as_it_is() -> None:
    told = told_of(NoSuchMerchant("There is no shop at this address."))
    assert sentence_in("nl", told) == "Op dit adres is geen winkel."
