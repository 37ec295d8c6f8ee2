"""What a return gives next, said before it is given: the same quote on the same units as settling."""

from __future__ import annotations

from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.lifecycle import RETURN, ReturnState, may
from returns_app.core.quote import Quote, quote
from returns_app.returns.locked import lock_return
from returns_app.returns.order_case import order_case
from returns_app.settlement.due import due_units, terms_of
from returns_app.settlement.settle import case_of_due


class Foreseen(msgspec.Struct, frozen=True):
    """What goes out next (None: nothing is due), and what was given before, oldest first."""

    due: Quote | None
    given: tuple[Quote, ...]


async def foresee(return_id: UUID, *, merchant: UUID) -> Foreseen:
    """What settling this return now would give. Writes nothing. Raises ReturnNotFound."""
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        rows = await database.fetch(
            "SELECT quote FROM settlements WHERE return_id = $1 ORDER BY at, id", return_id
        )
        given = tuple(msgspec.json.decode(row["quote"], type=Quote) for row in rows)
        running = locked.status == ReturnState.SETTLING or may(RETURN, locked.status, "begin_settling")
        terms = await terms_of(locked)
        due = await due_units(locked, terms) if running else []
        if not due:
            return Foreseen(None, given)
        order = await order_case(merchant, locked.order)
        return Foreseen(quote(await case_of_due(locked, order, due, terms)), given)
