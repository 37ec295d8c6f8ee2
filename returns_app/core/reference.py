"""Reference numbers people can read aloud: RMA numbers and store-credit codes.

Thirty-two characters, A–Z and 2–9 without O, 0, I and 1. The last one is a check character:
the characters are elements of the field GF(32) and their sum, each times its own power of a
generator, is zero. So every wrong character and every swap of two, adjacent or not, is caught.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
RMA_BITS = 50
"""An RMA number carries this much chance: `R`, ten characters, the check."""
CREDIT_BITS = 70
"""A store-credit code is as good as money, so it carries more: `C`, fourteen characters, the check."""

_RMA = re.compile(rf"R[{ALPHABET}]{{{RMA_BITS // 5 + 1}}}")
_CREDIT = re.compile(rf"C[{ALPHABET}]{{{CREDIT_BITS // 5 + 1}}}")


def rma_number(random_bits: int) -> str:
    """An RMA number as the barcode carries it, from the lowest RMA_BITS of `random_bits`."""
    return _signed("R", random_bits, RMA_BITS)


def credit_code(random_bits: int) -> str:
    """A store-credit code from the lowest CREDIT_BITS of `random_bits`."""
    return _signed("C", random_bits, CREDIT_BITS)


def valid(rma: str) -> bool:
    """Whether this is an RMA number in barcode form whose check character is right."""
    return _RMA.fullmatch(rma) is not None and _sum(rma) == 0


def valid_credit(code: str) -> bool:
    """Whether this is a store-credit code in barcode form whose check character is right."""
    return _CREDIT.fullmatch(code) is not None and _sum(code) == 0


def grouped(code: str) -> str:
    """The form for people: groups of four, R7K4-M2QX-9PWK."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


class Scanned(msgspec.Struct, frozen=True):
    """What a scanner or a hand typed. `code` is bare (upper case, no separators), `text` only trimmed.

    Look `text` up where separators matter, as in a shop's own order numbers. `tracking` is a
    guess by shape; a carrier's number that looks like nothing known is `other`.
    """

    kind: Literal["rma", "credit", "tracking", "other"]
    code: str
    text: str


_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
"""Symbology identifier some scanners put first (ISO/IEC 15424): ]C1 is GS1-128, ]Q3 a GS1 QR code."""
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\ufeff]")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.]")
_TRACKING = re.compile(
    r"""
      [A-Z]{2}\d{9}[A-Z]{2}     # UPU S10, international post
    | 3S[A-Z0-9]{9,15}          # PostNL
    | 1Z[A-Z0-9]{16}            # UPS
    | (?:JVGL|JJD)[A-Z0-9]{10,24}   # DHL
    | 00\d{18}                  # GS1 SSCC with its application identifier
    """,
    re.VERBOSE,
)


def read(scanned: str) -> Scanned:
    """Understand a scan or typed number: strips symbology prefix, FNC1 (ASCII 29), spaces and hyphens."""
    # GS1 puts FNC1 before or behind the symbology identifier, depending on the scanner.
    text = _UNPRINTED.sub("", scanned).strip()
    text = _AIM.sub("", text).strip()
    code = _SEPARATORS.sub("", text).upper()
    return Scanned(_kind(code), code, text)


def _kind(code: str) -> Literal["rma", "credit", "tracking", "other"]:
    if valid(code):
        return "rma"
    if valid_credit(code):
        return "credit"
    return "tracking" if _TRACKING.fullmatch(code) else "other"


def _signed(prefix: str, random_bits: int, bits: int) -> str:
    body = prefix + "".join(ALPHABET[random_bits >> shift & 31] for shift in range(0, bits, 5))
    # The check character has weight 1 (generator to the power 0), so it is the sum of the rest.
    return body + ALPHABET[_sum(body + ALPHABET[0])]


def _powers() -> list[int]:
    """2, 4, 8 … in GF(32) modulo x⁵ + x² + 1, whose generator x has order 31: all powers differ."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return powers


_POWERS = _powers()
_LOGS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _sum(code: str) -> int:
    """Weighted sum over GF(32), the last character with weight 1; zero for a right code (up to 31 long)."""
    result = 0
    for weight, character in enumerate(reversed(code)):
        value = ALPHABET.index(character)
        if value:
            result ^= _POWERS[(_LOGS[value] + weight) % 31]
    return result
