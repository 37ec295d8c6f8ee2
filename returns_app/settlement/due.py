"""What of a return is due now: which units have come as far as the policy asks."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.case import SWAPPED
from returns_app.core.lifecycle import PARCEL_SCANNED
from returns_app.policy import Answers, PayOn, merge
from returns_app.returns.locked import LockedLine, LockedReturn

STAYS = "keep"


class Due(msgspec.Struct, frozen=True):
    """Units of one line to settle now, and the answers they are settled by."""

    line: LockedLine
    units: tuple[int, ...]
    answers: Answers


async def terms_of(locked: LockedReturn) -> dict[UUID, Answers]:
    """The answers each line was accepted on, as they were stored with the request."""
    rows = await database.fetch(
        "SELECT DISTINCT ON (return_line) return_line, answers FROM decisions"
        " WHERE return_line = ANY($1) AND stage = 'request' ORDER BY return_line, at",
        [line.id for line in locked.lines],
    )
    return {row["return_line"]: msgspec.json.decode(row["answers"], type=Answers) for row in rows}


async def due_units(locked: LockedReturn, terms: Mapping[UUID, Answers]) -> list[Due]:
    """What can be settled now and has not been. `pay_on` is the strictest of all lines."""
    pay_on = _pay_on(locked, terms)
    scanned = await _scanned(locked)
    settled = await settled_units(locked)
    found = [
        Due(line, _come_so_far(line, pay_on, scanned, settled.get(line.id, frozenset())), terms[line.id])
        for line in locked.accepted
    ]
    return [due for due in found if due.units]


def _pay_on(locked: LockedReturn, terms: Mapping[UUID, Answers]) -> PayOn:
    told = [terms[line.id].pay_on for line in locked.accepted if line.id in terms]
    merged = merge("pay_on", told) if told else ()
    return merged[0] if merged else PayOn(None)


def _come_so_far(line: LockedLine, pay_on: PayOn, scanned: bool, settled: frozenset[int]) -> tuple[int, ...]:
    if line.verdict == "deduct":
        return ()  # A person has still to confirm or drop the deduction.
    match "approval" if line.resolution == STAYS else pay_on.for_(line.resolution):
        case "approval":
            here = line.coming
        case "scan":
            here = line.coming if scanned or line.received else 0
        case "receipt":
            here = _in_one_go(line)
        case _:
            here = _in_one_go(line) if line.grade else 0
    return tuple(unit for unit in line.units[:here] if unit not in settled)


def _in_one_go(line: LockedLine) -> int:
    """Units that are here. The other item leaves once, so a swap waits for the line's last box."""
    return 0 if line.resolution in SWAPPED and line.expected else line.received


async def _scanned(locked: LockedReturn) -> bool:
    rows = await database.fetch(
        "SELECT 1 FROM journal_events WHERE return_id = $1 AND kind = 'parcel.moved'"
        " AND data->>'state' = ANY($2) LIMIT 1",
        locked.id,
        [str(state) for state in PARCEL_SCANNED],
    )
    return bool(rows)


async def settled_units(locked: LockedReturn) -> dict[UUID, frozenset[int]]:
    """Units that something was given for, by return line."""
    rows = await database.fetch(
        "SELECT return_line, array_agg(unit) AS units FROM unit_claims"
        " WHERE return_line = ANY($1) AND settled_as IS NOT NULL GROUP BY return_line",
        [line.id for line in locked.lines],
    )
    return {row["return_line"]: frozenset(row["units"]) for row in rows}


async def outstanding(locked: LockedReturn) -> int:
    """Units of accepted lines that are neither settled nor found missing or wrong."""
    settled = await settled_units(locked)
    return sum(max(0, line.coming - len(settled.get(line.id, ()))) for line in locked.accepted)


async def given_but_missing(locked: LockedReturn) -> list[LockedLine]:
    """Lines of which more was given than came or can still come."""
    settled = await settled_units(locked)
    return [line for line in locked.lines if len(settled.get(line.id, ())) > line.coming]
