"""Reference numbers survive hands, scanners and mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.core.reference import (
    ALPHABET,
    CREDIT_BITS,
    RMA_BITS,
    credit_code,
    grouped,
    read,
    rma_number,
    valid,
    valid_credit,
)

rmas = st.integers(0, 2**RMA_BITS - 1).map(rma_number)
codes = st.integers(0, 2**CREDIT_BITS - 1).map(credit_code)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("O0I1") & set(ALPHABET)


@given(rmas)
def test_an_rma_number_is_twelve_characters_and_valid(rma: str) -> None:
    assert len(rma) == 12
    assert rma.startswith("R")
    assert set(rma) <= set(ALPHABET)
    assert valid(rma)
    assert not valid_credit(rma)


@given(codes)
def test_a_credit_code_is_sixteen_characters_and_no_rma(code: str) -> None:
    assert len(code) == 16
    assert code.startswith("C")
    assert valid_credit(code)
    assert not valid(code)


@given(rmas, codes)
def test_every_wrong_character_is_caught(rma: str, code: str) -> None:
    for right, holds in ((rma, valid), (code, valid_credit)):
        for place, character in enumerate(right):
            for other in set(ALPHABET) - {character}:
                assert not holds(right[:place] + other + right[place + 1 :])


@given(rmas, codes)
def test_every_swap_of_neighbours_is_caught(rma: str, code: str) -> None:
    for right, holds in ((rma, valid), (code, valid_credit)):
        for place in range(len(right) - 1):
            left, neighbour = right[place], right[place + 1]
            if left != neighbour:
                assert not holds(right[:place] + neighbour + left + right[place + 2 :])


def test_different_bits_give_different_numbers() -> None:
    assert len({rma_number(bits << shift) for bits in range(1, 32) for shift in range(0, RMA_BITS, 5)}) == 310


@pytest.mark.parametrize(
    ("frame"),
    ["{}", " {}\r", "]C1{}", "\x1d{}", "]C1\x1d{}", "\x1d]C1{}", "]Q3{}\x1d", "  ]C0{}  "],
)
@given(rma=rmas)
def test_a_scanner_s_prefixes_do_not_hide_an_rma(frame: str, rma: str) -> None:
    assert read(frame.format(rma)) == read(rma)
    assert read(rma).kind == "rma"
    assert read(rma).code == rma


@given(rmas, st.sampled_from(["-", " ", " - ", "–", "\u2011", "_", "."]))
def test_the_form_for_people_is_accepted_when_typed(rma: str, separator: str) -> None:
    typed = grouped(rma).replace("-", separator).lower()
    assert (read(typed).kind, read(typed).code) == ("rma", rma)


def test_the_form_for_people_has_groups_of_four() -> None:
    assert [len(group) for group in grouped(rma_number(0)).split("-")] == [4, 4, 4]
    assert [len(group) for group in grouped(credit_code(0)).split("-")] == [4, 4, 4, 4]


@given(codes)
def test_a_credit_code_is_recognised(code: str) -> None:
    assert read(grouped(code).lower()).kind == "credit"


@pytest.mark.parametrize(
    "number",
    [
        "RR123456785NL",
        "3SABCD1234567890",
        "1Z999AA10123456784",
        "JVGL0612345678901234",
        "00340434161094042557",
    ],
)
def test_a_carrier_s_number_is_recognised_by_its_shape(number: str) -> None:
    assert read(f"]C1{number}").kind == "tracking"


def test_a_shop_s_own_order_number_keeps_its_separators() -> None:
    order = read("]C0#2026-00.417b ")
    assert (order.kind, order.text, order.code) == ("other", "#2026-00.417b", "#202600417B")


@given(st.text())
def test_anything_typed_is_read_without_error(text: str) -> None:
    assert read(text).kind in {"rma", "credit", "tracking", "other"}
