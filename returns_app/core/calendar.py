"""Days and deadlines, in the merchant's own days; the caller brings the public holidays.

Periods are counted as Regulation (EEC, Euratom) 1182/71 Art. 3 does: the day of the event
is not counted, and a period that would end on a Saturday, Sunday or public holiday ends with
the next working day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Protocol

WITHDRAWAL_DAYS = 14
"""Days to withdraw, to send the goods back, and to pay (Directive 2011/83/EU Art. 9, 13, 14)."""


class Holidays(Protocol):
    """Public holidays of one place: a set of dates, or a calendar of the `holidays` package."""

    def __contains__(self, day: date, /) -> bool: ...


def next_working_day(day: date, holidays: Holidays) -> date:
    """`day` itself unless it is a Saturday, Sunday or holiday; then the first working day after it."""
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return day


def window_end(event: date, days: int, holidays: Holidays) -> date:
    """The last day of a window of `days` after `event`; up to midnight of that day is in time."""
    return next_working_day(event + timedelta(days=days), holidays)


def complete_on(deliveries: Collection[date | None]) -> date | None:
    """When an order's goods were all there: the last delivery (Art. 9(2)(b)); None while one is unknown."""
    known = [day for day in deliveries if day is not None]
    return max(known) if known and len(known) == len(deliveries) else None


def withdrawal_end(complete: date, informed: date | None, holidays: Holidays) -> date:
    """The last day to withdraw from an order that was `complete`, as `complete_on` tells (Art. 9 and 10).

    Told of the right only after that: 14 days from being told, at most twelve months later than
    otherwise; `informed` is None while the consumer was never told.
    """
    normal = window_end(complete, WITHDRAWAL_DAYS, holidays)
    if informed is not None and informed <= complete:
        return normal
    latest = next_working_day(_a_year_after(normal), holidays)
    if informed is None:
        return latest
    return min(latest, max(normal, window_end(informed, WITHDRAWAL_DAYS, holidays)))


def send_back_by(statement: date, days: int, holidays: Holidays) -> date:
    """The last day to hand the goods to a carrier, `days` after the return was stated (Art. 14(1): 14)."""
    return window_end(statement, days, holidays)


def pay_by(statement: date, proof_of_sending: date | None, received: date | None) -> date | None:
    """The law's last day to pay: the later of statement + 14 days and the first of proof and receipt.

    None while neither is known, since payment may be held until then (Art. 13(1) and (3)).
    Not rolled to a working day: an alarm that is early harms nobody.
    """
    proofs = _known((proof_of_sending, received))
    return max(pay_by_unheld(statement), min(proofs)) if proofs else None


def pay_by_unheld(statement: date) -> date:
    """The last day to pay where nothing may be held back: the merchant collects, or nothing comes back."""
    return statement + timedelta(days=WITHDRAWAL_DAYS)


def _known(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day is not None]


def _a_year_after(day: date) -> date:
    """29 February ends with February (Reg. 1182/71 Art. 3(2)(c))."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)
