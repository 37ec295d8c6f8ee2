"""Reads of exchanges."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.lifecycle import ExchangeState


class ExchangeSeen(msgspec.Struct, frozen=True):
    id: UUID
    return_line: UUID
    title: str
    sku: str
    options: dict[str, str]
    picture: str | None
    quantity: int
    state: ExchangeState
    number: str
    reserved_until: datetime | None
    sent_out_at: datetime | None


async def exchanges_of(merchant: UUID, return_id: UUID) -> list[ExchangeSeen]:
    """The other items of a return, in the order of its lines."""
    rows = await database.fetch(
        "SELECT x.*, p.title, p.sku, p.options, p.picture FROM exchanges x"
        " JOIN return_lines l ON l.id = x.return_line JOIN products p ON p.id = x.product"
        " WHERE x.merchant = $1 AND l.return_id = $2 ORDER BY l.position",
        merchant,
        return_id,
    )
    return [
        ExchangeSeen(
            row["id"],
            row["return_line"],
            row["title"],
            row["sku"],
            msgspec.json.decode(row["options"]),
            row["picture"],
            row["quantity"],
            ExchangeState(row["state"]),
            row["number"],
            row["reserved_until"],
            row["sent_out_at"],
        )
        for row in rows
    ]
