"""Reads of settlements: what was given, and how it differs from what the shopper was shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.differences import Changes
from returns_app.core.quote import Quote


class SettlementSeen(msgspec.Struct, frozen=True):
    """One time that something was given: the quote that was acted on."""

    id: UUID
    at: datetime
    quote: Quote
    differences: Changes


async def settlements_of(merchant: UUID, return_id: UUID) -> list[SettlementSeen]:
    """The settlements of a return, oldest first."""
    rows = await database.fetch(
        "SELECT s.* FROM settlements s JOIN returns r ON r.id = s.return_id"
        " WHERE r.merchant = $1 AND r.id = $2 ORDER BY s.at, s.id",
        merchant,
        return_id,
    )
    return [
        SettlementSeen(
            row["id"],
            row["at"],
            msgspec.json.decode(row["quote"], type=Quote),
            msgspec.json.decode(row["differences"], type=Changes),
        )
        for row in rows
    ]
