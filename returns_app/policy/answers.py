"""What answers look like once read: one typed field per question, each of them hashable and storable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from returns_app.money import Money
from returns_app.policy.amounts import Amount, Rates

Accept = Literal["yes", "review", "no"]
ExchangeFor = Literal["same-product", "same-price", "anything"]
Evidence = Literal["none", "photo", "photo-and-note"]
ShippingRefund = Literal["none", "proportional", "whole-order", "either"]
"""“either” is never written: two sides joined, where the better one on the case's amounts counts."""
Promotion = Literal["keep", "reclaim"]
Verdict = Literal["pay", "deduct", "refuse"]
Moment = Literal["approval", "scan", "receipt", "inspection"]
Anchor = Literal["delivery", "dispatch", "order"]

MOMENTS: tuple[Moment, ...] = ("approval", "scan", "receipt", "inspection")  # earliest first


class Span(msgspec.Struct, frozen=True):
    """So many days, counted from the day after the anchor."""

    days: int
    anchor: Anchor


class Window(msgspec.Struct, frozen=True):
    """How long one may ask: the first alternative whose anchor is known, or up to and including a day."""

    alternatives: tuple[Span, ...] = ()
    until: date | None = None


class PayOn(msgspec.Struct, frozen=True):
    """When money moves. `every` speaks for all resolutions, else `each` (resolution, moment)."""

    every: Moment | None
    each: tuple[tuple[str, Moment], ...] = ()

    def for_(self, resolution: str) -> Moment:
        """The moment for a resolution; one that is not named waits for the inspection, the strictest."""
        return dict(self.each).get(resolution, self.every or "inspection")


class Deduction(msgspec.Struct, frozen=True):
    """What to hold back by grade, in percent points. A grade that is not named loses nothing."""

    each: tuple[tuple[str, Decimal], ...]

    def for_(self, grade: str) -> Decimal:
        return dict(self.each).get(grade, Decimal(0))


class Note(msgspec.Struct, frozen=True):
    """Words for the shopper, per language (ISO 639)."""

    each: tuple[tuple[str, str], ...]

    def in_(self, language: str) -> str:
        """The words in a language, else in English, else in the first language written."""
        words = dict(self.each)
        return words.get(language) or words.get("en") or self.each[0][1]


class Answers(msgspec.Struct, frozen=True):
    """One answer per question, in the order of QUESTIONS; None where nothing was answered."""

    accept: Accept | None
    window: Window | None
    offers: tuple[str, ...] | None
    fee: Rates | None
    return_shipping: Rates | None
    credit_bonus: Amount | None
    exchange_bonus: Amount | None
    bonus_cap: Money | None
    keep: Decimal | None
    exchange_for: ExchangeFor | None
    methods: tuple[str, ...] | None
    evidence: Evidence | None
    pay_on: PayOn | None
    shipping_refund: ShippingRefund | None
    promotion: Promotion | None
    gift_back: Literal["yes", "no"] | None
    verdict: Verdict | None
    deduction: Deduction | None
    ship_to: str | None
    flag: str | None
    note: Note | None
