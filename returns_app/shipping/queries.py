"""Reads of parcels and labels, and of what a scanned code means."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.core.lifecycle import ParcelState
from returns_app.core.reference import read
from returns_app.money import Money
from returns_app.orders.queries import by_number, products_by_code


class ParcelSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel with its label. `pdf` and `qr` say whether there is such a paper."""

    id: UUID
    kind: str
    carrier: str
    method: str
    tracking: str | None
    state: ParcelState
    note: str
    created_at: datetime
    dropped_off_at: datetime | None
    delivered_at: datetime | None
    received_at: datetime | None
    label: str | None
    problem: str | None
    pdf: bool
    qr: bool
    cost: Money | None


_PARCELS = """
SELECT p.*, l.state AS label, l.problem, l.pdf IS NOT NULL AS pdf, l.qr IS NOT NULL AS qr, l.cost,
  l.currency
FROM parcels p LEFT JOIN labels l ON l.parcel = p.id
WHERE p.merchant = $1 AND {which} ORDER BY p.created_at
"""


async def parcels_of(merchant: UUID, return_id: UUID) -> list[ParcelSeen]:
    """The parcels of a return, oldest first."""
    rows = await database.fetch(_PARCELS.format(which="p.return_id = $2"), merchant, return_id)
    return [_parcel(row) for row in rows]


async def parcels_at_bench(merchant: UUID) -> list[ParcelSeen]:
    """Boxes that no return has been found for yet."""
    which = "p.kind <> 'return' AND p.return_id IS NULL"
    return [_parcel(row) for row in await database.fetch(_PARCELS.format(which=which), merchant)]


def _parcel(row) -> ParcelSeen:
    plain = ("state", "pdf", "qr", "cost")
    same = {name: row[name] for name in ParcelSeen.__struct_fields__ if name not in plain}
    return ParcelSeen(
        **same,
        state=ParcelState(row["state"]),
        pdf=bool(row["pdf"]),
        qr=bool(row["qr"]),
        cost=Money(row["cost"], row["currency"]) if row["cost"] is not None else None,
    )


async def label_pdf(merchant: UUID, return_id: UUID) -> bytes | None:
    """The stored label of a return: the same bytes whenever it is opened."""
    return await _paper("pdf", merchant, return_id)


async def label_qr(merchant: UUID, return_id: UUID) -> bytes | None:
    """The stored code for the counter, a PNG."""
    return await _paper("qr", merchant, return_id)


async def _paper(column: Literal["pdf", "qr"], merchant: UUID, return_id: UUID) -> bytes | None:
    row = await database.fetch_one(
        f"SELECT l.{column} AS paper FROM labels l JOIN parcels p ON p.id = l.parcel"
        " WHERE p.merchant = $1 AND p.return_id = $2 AND l.state = 'ready' ORDER BY l.created_at LIMIT 1",
        merchant,
        return_id,
    )
    return row["paper"] if row else None


class ScanFound(msgspec.Struct, frozen=True):
    """What a code at the bench means. `several` are returns to choose from (one order, many returns).

    A `box` was kept under this very code before and has no return yet.
    """

    kind: Literal["return", "several", "order", "box", "undeliverable", "item", "nothing"]
    code: str
    return_id: UUID | None = None
    parcel: UUID | None = None
    order: UUID | None = None
    several: tuple[UUID, ...] = ()
    sku: str | None = None


async def find_scanned(merchant: UUID, scanned: str) -> ScanFound:
    """Look a code up as return number, parcel, order number, kept box, outbound parcel or article, in that
    order."""
    said = read(scanned)
    for look in (_by_rma, _by_tracking, _by_order, _by_box, _by_outbound, _by_article):
        found = await look(merchant, said.code, said.text)
        if found is not None:
            return found
    return ScanFound("nothing", said.text)


async def _by_rma(merchant: UUID, code: str, text: str) -> ScanFound | None:
    row = await database.fetch_one("SELECT id FROM returns WHERE merchant = $1 AND rma = $2", merchant, code)
    return ScanFound("return", code, return_id=row["id"]) if row else None


async def _by_tracking(merchant: UUID, code: str, text: str) -> ScanFound | None:
    row = await database.fetch_one(
        "SELECT id, return_id FROM parcels WHERE merchant = $1 AND tracking = ANY($2)"
        " AND return_id IS NOT NULL ORDER BY created_at DESC LIMIT 1",
        merchant,
        [code, text],
    )
    return ScanFound("return", code, return_id=row["return_id"], parcel=row["id"]) if row else None


async def _by_order(merchant: UUID, code: str, text: str) -> ScanFound | None:
    orders = await by_number(merchant, text)
    if not orders:
        return None
    order = orders[0].id
    returns = await database.fetch(
        'SELECT id FROM returns WHERE merchant = $1 AND "order" = $2'
        " AND status NOT IN ('rejected') ORDER BY requested_at DESC",
        merchant,
        order,
    )
    ids = tuple(each["id"] for each in returns)
    if len(ids) == 1:
        return ScanFound("return", text, return_id=ids[0], order=order)
    return ScanFound("several" if ids else "order", text, order=order, several=ids)


async def _by_box(merchant: UUID, code: str, text: str) -> ScanFound | None:
    """A box kept under its own code; an article's code is on many boxes and names none of them."""
    row = await database.fetch_one(
        "SELECT id, return_id FROM parcels WHERE merchant = $1 AND kind <> 'return'"
        " AND upper(split_part(note, E'\\n', 1)) = ANY($2)"
        " AND NOT EXISTS (SELECT 1 FROM products WHERE merchant = $1 AND (sku = ANY($3) OR ean = ANY($3)))"
        " ORDER BY created_at DESC LIMIT 1",
        merchant,
        [code, text.upper()],
        [text, code, code.lstrip("0")],
    )
    if row is None:
        return None
    kind = "return" if row["return_id"] else "box"
    return ScanFound(kind, text, return_id=row["return_id"], parcel=row["id"])


async def _by_outbound(merchant: UUID, code: str, text: str) -> ScanFound | None:
    row = await database.fetch_one(
        "SELECT id FROM orders WHERE merchant = $1 AND outbound_tracking && $2::varchar[] LIMIT 1",
        merchant,
        [code, text],
    )
    return ScanFound("undeliverable", text, order=row["id"]) if row else None


async def _by_article(merchant: UUID, code: str, text: str) -> ScanFound | None:
    for product in await products_by_code(merchant, text) or await products_by_code(merchant, code):
        return ScanFound("item", text, sku=product.sku)
    return None
