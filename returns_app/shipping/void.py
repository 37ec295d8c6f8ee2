"""Give back the label of a return that is off, where the carrier lets us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import SYSTEM
from returns_app.journal.append import append
from returns_app.shipping.carriers import Cancelled, Carrier

_UNUSED = """
SELECT l.id, l.carrier_reference, p.id AS parcel, p.carrier FROM labels l JOIN parcels p ON p.id = l.parcel
WHERE p.merchant = $1 AND p.return_id = $2 AND l.state = 'ready' AND p.state IN ('none', 'label_ready')
"""


async def void_labels(
    return_id: UUID, *, merchant: UUID, carriers: Mapping[str, Carrier], at: datetime
) -> None:
    """Cancel unused labels at their carrier. After its no the label stays: unused it costs nothing."""
    for row in await database.fetch(_UNUSED, merchant, return_id):
        carrier = carriers.get(row["carrier"])
        if carrier is None or not isinstance(await carrier.cancel(row["carrier_reference"] or ""), Cancelled):
            continue
        async with database.transaction():
            changed = await database.connection().fetchval(
                "UPDATE labels SET state = 'cancelled' WHERE id = $1 AND state = 'ready' RETURNING 1",
                row["id"],
            )
            if changed:
                await append(
                    Event.LABEL_VOIDED,
                    merchant=merchant,
                    actor=SYSTEM,
                    at=at,
                    return_id=return_id,
                    parcel=str(row["parcel"]),
                )
