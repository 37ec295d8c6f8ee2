from __future__ import annotations

from datetime import date

import pytest
from babel.core import Locale
from hypothesis import given
from hypothesis import strategies as st

from returns_app.shipping.carriers import AskItem
from returns_app.shipping.fit import fit
from returns_app.shipping.paper import address_lines, label_data
from tests.shipping.makers import FORTY, LONG_SENDER, SHOPPER, WAREHOUSE, an_ask


def test_a_label_in_plain_texts() -> None:
    data = label_data(an_ask())
    assert data["to"] == ["Noorderlicht Mode B.V.", "Afdeling Retouren", "Industrieweg 14", "3542 AD Utrecht"]
    assert data["from"] == ["Sanne de Vries", "Prinsengracht 263-II", "1016 GV Amsterdam"]
    assert data["send_by"] == "vr 4 december"
    assert data["items"][1] == {"quantity": "3 ×", "name": "Sokken"}
    assert data["more_items"] == 0


@pytest.mark.parametrize(
    ("locale", "day"), [("nl-BE", "vr 4 december"), ("en_GB", "Fri 4 December"), ("xx", "Fri 4 December")]
)
def test_other_languages_fall_back_to_english(locale: str, day: str) -> None:
    assert label_data(an_ask(locale=locale, send_by=date(2026, 12, 4)))["send_by"] == day


def test_the_country_is_named_when_a_border_is_crossed() -> None:
    data = label_data(an_ask(sender=LONG_SENDER))
    assert data["from"][-1] == "BELGIË"
    assert data["to"][-1] == "NEDERLAND"


def test_a_long_list_is_counted_not_printed() -> None:
    data = label_data(an_ask(items=FORTY))
    assert [len(data["items"]), data["more_items"]] == [3, 37 * 12]
    assert all(len(item["name"]) <= 60 for item in data["items"])


def test_four_kinds_are_all_shown() -> None:
    items = tuple(AskItem(name=f"Item {number}", quantity=1) for number in range(4))
    data = label_data(an_ask(items=items))
    assert [len(data["items"]), data["more_items"]] == [4, 0]


@given(st.text(max_size=300))
def test_whatever_was_typed_becomes_short_lines(typed: str) -> None:
    ask = an_ask(merchant=typed, order=typed, items=(AskItem(name=typed, quantity=1),))
    data = label_data(ask)
    for line in (data["merchant"], data["order"], data["items"][0]["name"]):
        assert len(line) <= 120
        assert not {"\n", "\r", "\u2028", "\u202e", "\x00"} & set(line)


def test_only_pictures_become_a_logo() -> None:
    assert label_data(an_ask(logo="file:///etc/passwd"))["logo"] == ""
    assert label_data(an_ask(logo="data:image/png;base64,aaaa"))["logo"] == "data:image/png;base64,aaaa"


def test_an_address_has_no_empty_lines() -> None:
    assert "" not in address_lines(SHOPPER, Locale("nl"), with_country=True)
    assert address_lines(WAREHOUSE, Locale("en"), with_country=True)[-1] == "NETHERLANDS"


def test_text_shrinks_until_it_fits() -> None:
    sizes = [14, 12, 10, 8, 6]
    assert fit(["Utrecht"], 60, 20, sizes) == 14
    assert fit(["Utrecht " * 20], 60, 20, sizes) < 14
    assert fit(["w" * 5000], 60, 20, sizes) == 6


@given(st.lists(st.text(max_size=80), max_size=8), st.floats(10, 100), st.floats(5, 50))
def test_more_room_never_makes_text_smaller(lines: list[str], width: float, height: float) -> None:
    sizes = [14, 12, 10, 8, 6]
    assert fit(lines, width * 1.5, height * 1.5, sizes) >= fit(lines, width, height, sizes)
