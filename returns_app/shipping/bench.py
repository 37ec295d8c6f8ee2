"""What lies at the bench: parcels the carrier delivered, and boxes nobody announced."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database


class Delivered(msgspec.Struct, frozen=True):
    """An announced parcel that the carrier delivered and nobody has counted."""

    parcel: UUID
    return_id: UUID
    rma: str
    order_number: str
    shopper: str
    tracking: str | None
    delivered_at: datetime | None
    items: int


_DELIVERED = """
SELECT p.id AS parcel, r.id AS return_id, r.rma, o.number AS order_number, s.name AS shopper, p.tracking,
  p.delivered_at, (SELECT coalesce(sum(l.quantity - l.received - l.missing - l.wrong), 0)::int
                   FROM return_lines l WHERE l.return_id = r.id AND l.resolution <> 'keep') AS items
FROM parcels p JOIN returns r ON r.id = p.return_id JOIN orders o ON o.id = r."order"
JOIN shoppers s ON s.id = o.shopper
WHERE p.merchant = $1 AND p.state = 'delivered' AND NOT EXISTS (
  SELECT 1 FROM journal_events e
  WHERE e.return_id = r.id AND e.kind = 'return.received' AND e.data->>'parcel' = p.id::text)
ORDER BY p.delivered_at LIMIT 200
"""


async def delivered_uncounted(merchant: UUID) -> list[Delivered]:
    """What should stand here unopened, the oldest first."""
    return [Delivered(**dict(row)) for row in await database.fetch(_DELIVERED, merchant)]


class Box(msgspec.Struct, frozen=True):
    """A box kept without a return. `code` is what was scanned on it."""

    id: UUID
    kind: str
    code: str
    note: str
    order: UUID | None
    order_number: str | None
    return_id: UUID | None
    received_at: datetime


_BOX = """
SELECT p.id, p.kind, p.note, p."order", o.number AS order_number, p.return_id, p.received_at
FROM parcels p LEFT JOIN orders o ON o.id = p."order"
WHERE p.merchant = $1 AND p.kind <> 'return' AND {which} ORDER BY p.received_at LIMIT 200
"""


async def boxes(merchant: UUID) -> list[Box]:
    """Boxes that no return has been found for yet, the oldest first."""
    return [_box(row) for row in await database.fetch(_BOX.format(which="p.return_id IS NULL"), merchant)]


async def box(merchant: UUID, id: UUID) -> Box | None:
    rows = await database.fetch(_BOX.format(which="p.id = $2"), merchant, id)
    return _box(rows[0]) if rows else None


def _box(row) -> Box:
    code, _, note = row["note"].partition("\n")
    same = {name: row[name] for name in Box.__struct_fields__ if name not in ("code", "note")}
    return Box(**same, code=code, note=note)
