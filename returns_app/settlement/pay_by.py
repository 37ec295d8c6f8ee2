"""The law's last day to pay, kept on the return as its parcels come, so that a person sees it near."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from returns_app import database
from returns_app.core.calendar import pay_by, pay_by_unheld
from returns_app.merchants.queries import Shop
from returns_app.returns.locked import LockedReturn

_PROOFS = """
SELECT (SELECT min(dropped_off_at) FROM parcels WHERE return_id = $1) AS sent,
       (SELECT min(at) FROM journal_events WHERE return_id = $1 AND kind = 'return.received') AS received
"""


async def keep_pay_by(locked: LockedReturn, shop: Shop) -> None:
    """Write the day by what is known now: proof of sending, receipt, or nothing to wait for.

    A merchant who collects the goods, or lets them stay, may hold nothing back (2011/83/EU Art. 13(3)).
    """
    row = await database.fetch_one(_PROOFS, locked.id)
    assert row is not None  # a select without FROM has one row
    zone = ZoneInfo(shop.timezone)
    statement = locked.requested_at.astimezone(zone).date()
    unheld = locked.method == "pickup" or all(line.resolution == "keep" for line in locked.accepted)
    day = (
        pay_by_unheld(statement)
        if unheld
        else pay_by(statement, _day(row["sent"], zone), _day(row["received"], zone))
    )
    await database.connection().execute("UPDATE returns SET pay_by = $2 WHERE id = $1", locked.id, day)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
