"""The journal as a shopper reads it: what happened to a return, in plain words and with its amounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from returns_app import wording
from returns_app.journal.queries import Happened
from returns_app.merchants.queries import Shop
from returns_app.money import Money
from returns_app.wording import N_, translator


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the timeline, past or to come."""

    title: str
    state: Literal["done", "now", "next", "failed"]
    when: str = ""
    text: str = ""
    who: str = ""


_PLAIN = {
    "return.requested": N_("Return asked for"),
    "return.approved": N_("Approved"),
    "return.rejected": N_("Not accepted"),
    "return.reconsidered": N_("Accepted after all"),
    "return.cancelled": N_("Cancelled"),
    "return.expired": N_("Expired"),
    "return.reopened": N_("Open again"),
    "return.received": N_("Arrived at our warehouse"),
    "return.graded": N_("Checked"),
    "return.settled": N_("Done"),
    "label.ready": N_("Label ready"),
    "label.failed": N_("The label could not be made"),
    "exchange.reserved": N_("The other item is set aside for you"),
    "exchange.sent": N_("The other item is being prepared"),
    "exchange.shipped": N_("The other item is on its way"),
    "exchange.fell_through": N_("The other item is no longer available"),
    "payout.recorded": N_("Your money has been sent"),
}
_FAILED = frozenset({"return.rejected", "label.failed", "exchange.fell_through", "refund.failed"})


def done_entries(happened: Sequence[Happened], shop: Shop, locale: str) -> list[Entry]:
    """What a shopper is told, in its order; what says the same twice running is said once."""
    entries: list[Entry] = []
    for each in happened:
        title = _title(each, locale)
        if title and (not entries or entries[-1].title != title):
            entries.append(_entry(each, title, shop, locale))
    return entries


def _entry(each: Happened, title: str, shop: Shop, locale: str) -> Entry:
    return Entry(
        title=title,
        state="failed" if each.kind in _FAILED else "done",
        when=wording.when(each.at, locale, shop.timezone),
        who=each.actor.name if each.actor.on_behalf else "",
    )


def _title(each: Happened, locale: str) -> str:
    telling = _TELLING.get(each.kind)
    if telling is not None:
        return telling(each, locale)
    words = _PLAIN.get(each.kind)
    return translator(locale).gettext(words) if words else ""


def _moved(each: Happened, locale: str) -> str:
    state = str(each.data.get("state", ""))
    return wording.parcel_status(state, locale) if state in ("dropped_off", "in_transit", "delivered") else ""


def _refunded(each: Happened, locale: str) -> str:
    words = translator(locale).gettext("%(amount)s sent back to you")
    return words % {"amount": _amount(each, locale, "amount")}


def _refund_failed(each: Happened, locale: str) -> str:
    return wording.refund_status("failed", locale)


def _credited(each: Happened, locale: str) -> str:
    words = translator(locale).gettext("%(amount)s as store credit")
    return words % {"amount": _amount(each, locale, "principal", "bonus")}


def _amount(each: Happened, locale: str, *parts: str) -> str:
    return wording.money(Money(sum(each.data[part] for part in parts), each.data["currency"]), locale)


_TELLING: dict[str, Callable[[Happened, str], str]] = {
    "parcel.moved": _moved,
    "refund.succeeded": _refunded,
    "refund.failed": _refund_failed,
    "credit.issued": _credited,
}
