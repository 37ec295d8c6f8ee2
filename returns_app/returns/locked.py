"""A return held fast while a verb changes it: two people at once become one after the other."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.lifecycle import (
    LINE,
    RETURN,
    LineDecision,
    LineMove,
    ReturnMove,
    ReturnState,
    may,
    move,
)
from returns_app.returns.refusals import AlreadyDecided, ReturnNotFound


class LockedLine(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    order_line: UUID
    title: str
    quantity: int
    units: tuple[int, ...]
    reason: str | None
    resolution: str
    exchange_product: UUID | None
    decision: LineDecision
    received: int
    missing: int
    wrong: int
    grade: str | None
    verdict: str | None
    deduction: int

    @property
    def coming(self) -> int:
        """Units that came or still may: all but the missing and the wrong."""
        return self.quantity - self.missing - self.wrong

    @property
    def expected(self) -> int:
        """Units nobody has counted yet."""
        return self.coming - self.received


class LockedReturn(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    merchant: UUID
    order: UUID
    rma: str
    status: ReturnState
    ground: str
    locale: str
    currency: str
    method: str
    requested_at: datetime
    send_back_by: date | None
    policy_hash: str
    quote: bytes
    lines: tuple[LockedLine, ...]

    @property
    def accepted(self) -> tuple[LockedLine, ...]:
        return tuple(line for line in self.lines if line.decision == LineDecision.ACCEPTED)


_LINES = """
SELECT rl.*, ol.title FROM return_lines rl JOIN order_lines ol ON ol.id = rl.order_line
WHERE rl.return_id = $1 ORDER BY rl.position FOR NO KEY UPDATE OF rl
"""


async def lock_return(merchant: UUID, return_id: UUID) -> LockedReturn:
    """The return with its lines, locked after its order, in the running transaction.

    Raises ReturnNotFound, also for another merchant's return.
    """
    here = database.connection()
    # Orders are always locked first, so that two verbs never wait for each other.
    await here.execute(
        'SELECT 1 FROM orders o JOIN returns r ON r."order" = o.id'
        " WHERE r.id = $1 AND r.merchant = $2 FOR NO KEY UPDATE OF o",
        return_id,
        merchant,
    )
    row = await here.fetchrow(
        "SELECT * FROM returns WHERE id = $1 AND merchant = $2 FOR NO KEY UPDATE", return_id, merchant
    )
    if row is None:
        raise ReturnNotFound
    lines = await here.fetch(_LINES, return_id)
    return LockedReturn(
        id=row["id"],
        merchant=row["merchant"],
        order=row["order"],
        rma=row["rma"],
        status=ReturnState(row["status"]),
        ground=row["ground"],
        locale=row["locale"],
        currency=row["currency"],
        method=row["method"],
        requested_at=row["requested_at"],
        send_back_by=row["send_back_by"],
        policy_hash=row["policy_hash"],
        quote=row["quote"].encode(),
        lines=tuple(_line(line) for line in lines),
    )


def _line(row) -> LockedLine:
    same = {name: row[name] for name in LockedLine.__struct_fields__ if name not in ("units", "decision")}
    return LockedLine(**same, units=tuple(row["units"]), decision=LineDecision(row["decision"]))


async def move_return(locked: LockedReturn, event: ReturnMove) -> ReturnState:
    """Move the return on. Raises AlreadyDecided where its state does not know the move."""
    if not may(RETURN, locked.status, event):
        raise AlreadyDecided
    target = move(RETURN, locked.status, event)
    await database.connection().execute("UPDATE returns SET status = $2 WHERE id = $1", locked.id, target)
    return target


async def move_line(line: LockedLine, event: LineMove, *, because: str = "") -> LineDecision:
    """Move one line's decision on, with the words the shopper will read."""
    target = move(LINE, line.decision, event)
    await database.connection().execute(
        "UPDATE return_lines SET decision = $2, decided_because = $3 WHERE id = $1", line.id, target, because
    )
    return target


async def release_units(line: LockedLine) -> None:
    """Give a line's units back, so that they can be asked for again. Settled ones stay."""
    await database.connection().execute(
        "DELETE FROM unit_claims WHERE return_line = $1 AND settled_as IS NULL", line.id
    )
