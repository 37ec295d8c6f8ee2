"""What a message is about: the return as it stands, the shop, and the event that is told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from returns_app import wording
from returns_app.core.reference import grouped
from returns_app.languages import LANGUAGES
from returns_app.merchants.queries import Shop
from returns_app.notifications.colour import words_on
from returns_app.returns.queries import ReturnLineSeen, ReturnSeen


class Item(msgspec.Struct, frozen=True):
    """A thing in a list, with what there is to say about it."""

    name: str
    quantity: int
    notes: tuple[str, ...] = ()


class Letter(msgspec.Struct, frozen=True):
    """What one message adds to what every message of a return knows. `papers` are attached when sent."""

    facts: dict[str, Any]
    papers: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Read when the message is written. `data` are the journal event's own words."""

    shop: Shop
    seen: ReturnSeen
    data: Mapping[str, Any]
    locale: str
    origin: str
    at: datetime

    @property
    def gettext(self) -> Callable[[str], str]:
        return wording.translator(self.locale).gettext

    def name(self, line: ReturnLineSeen) -> str:
        return wording.item_name(line.title, line.options)

    def reason(self, line: ReturnLineSeen) -> str:
        """The reason in the merchant's words, else in ours; empty when the merchant no longer has it."""
        if not line.reason:
            return ""
        reason = self.shop.settings.all_reasons().get(line.reason)
        own = reason.words.get(self.locale) or reason.words.get("en") if reason else None
        return own or (wording.reason(line.reason, self.locale) if line.reason in wording.REASONS else "")

    def day(self, moment: datetime) -> date:
        """The merchant's day of a moment."""
        return moment.astimezone(ZoneInfo(self.shop.timezone)).date()


def common(told: Told) -> dict[str, Any]:
    """What every message of a return knows."""
    place = f"{told.origin}/returns/{told.shop.slug}"
    return {
        **of_shop(told.shop),
        "order_number": told.seen.order_number,
        "rma": grouped(told.seen.rma),
        "follow": f"{place}/follow/{told.seen.rma}",
        "start": f"{place}/",
    }


def of_shop(shop: Shop) -> dict[str, Any]:
    """What every message knows of its shop."""
    accent = "#" + shop.settings.brand.accent.removeprefix("#").lower()
    return {
        "shop_name": shop.name,
        "accent": accent,
        "on_accent": words_on(accent),
        "support_email": shop.settings.support_email,
        "support_url": shop.settings.support_url,
        "rma": None,
    }


def language(*wishes: str | None) -> str:
    """The first of these we speak: the return's, the shop's, at last English."""
    spoken = (wish.replace("_", "-").split("-")[0] for wish in wishes if wish)
    return next((wish for wish in spoken if wish in LANGUAGES), LANGUAGES[0])
