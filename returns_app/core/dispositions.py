"""What is done with a unit that came back, and the condition it was found in."""

from __future__ import annotations

from enum import StrEnum


class Grade(StrEnum):
    """The condition of a received unit, as the bench judged it."""

    A = "A"
    """As new: complete, unworn, goes back on the shelf as it is."""
    B = "B"
    """Opened or tried, complete: needs a new bag, a wipe, a label."""
    C = "C"
    """Visibly used or incomplete: sells for less, or after repair."""
    D = "D"
    """Damaged, unsafe or unhygienic: not sold again."""


class Disposition(StrEnum):
    RESTOCK = "restock"
    REFURBISH = "refurbish"
    RESELL_AS_IS = "resell_as_is"
    VENDOR = "vendor"
    DONATE = "donate"
    RECYCLE = "recycle"
    SCRAP = "scrap"
    BACK_TO_SHOPPER = "back_to_shopper"


ADDS_STOCK = frozenset({Disposition.RESTOCK})
"""The only one that makes a unit available again; refunding never does (they are separate)."""
LEAVES_US = frozenset({Disposition.VENDOR, Disposition.DONATE, Disposition.RECYCLE, Disposition.SCRAP})
IS_SOLD_AGAIN = frozenset({Disposition.RESTOCK, Disposition.REFURBISH, Disposition.RESELL_AS_IS})

_BY_GRADE = {
    Grade.A: Disposition.RESTOCK,
    Grade.B: Disposition.REFURBISH,
    Grade.C: Disposition.RESELL_AS_IS,
    Grade.D: Disposition.RECYCLE,
}


def proposed(grade: Grade) -> Disposition:
    """What to do with a unit of the merchant's own that was accepted; a person may choose otherwise."""
    return _BY_GRADE[grade]
