"""Photos taken at the bench: of a line, of something extra, or of a box nobody announced."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.merchants.settings import PhotoLimits
from returns_app.returns.photo import PhotoBytes, reencoded
from returns_app.returns.refusals import NotAPicture, PictureTooLarge

_AT_ONCE = asyncio.Semaphore(2)


class PhotoSeen(msgspec.Struct, frozen=True):
    """A photo of a return's line, by the shopper or the bench (`kind`)."""

    id: UUID
    return_line: UUID
    kind: str


async def developed(contents: Sequence[bytes], limits: PhotoLimits) -> list[bytes]:
    """The pictures as they will be kept, before anything is written. Raises PictureTooLarge, NotAPicture."""
    return [await _developed(content, limits) for content in contents]


async def _developed(content: bytes, limits: PhotoLimits) -> bytes:
    if len(content) > limits.largest:
        raise PictureTooLarge(most=limits.largest // (1024 * 1024))
    async with _AT_ONCE:
        picture = await asyncio.to_thread(reencoded, content, limits.side)
    if picture is None:
        raise NotAPicture
    return picture


async def keep_pictures(
    pictures: Sequence[bytes],
    *,
    merchant: UUID,
    at: datetime,
    return_line: UUID | None = None,
    subject: str | None = None,
) -> list[UUID]:
    """Keep developed pictures of a return's line, or of another `subject` such as a box."""
    kept = [uuid4() for _ in pictures]
    async with database.transaction():
        await database.connection().executemany(
            "INSERT INTO return_photos (id, merchant, draft, return_line, kind, media_type, bytes, taken_at)"
            " VALUES ($1, $2, $3, $4, 'bench', 'image/jpeg', $5, $6)",
            [
                (id, merchant, subject, return_line, picture, at)
                for id, picture in zip(kept, pictures, strict=True)
            ],
        )
    return kept


async def photos_of_return(merchant: UUID, return_id: UUID) -> list[PhotoSeen]:
    rows = await database.fetch(
        "SELECT p.id, p.return_line, p.kind FROM return_photos p"
        " JOIN return_lines l ON l.id = p.return_line JOIN returns r ON r.id = l.return_id"
        " WHERE r.merchant = $1 AND r.id = $2 ORDER BY p.taken_at, p.id",
        merchant,
        return_id,
    )
    return [PhotoSeen(**dict(row)) for row in rows]


async def photos_of_subject(merchant: UUID, subject: str) -> list[UUID]:
    rows = await database.fetch(
        "SELECT id FROM return_photos WHERE merchant = $1 AND draft = $2 AND kind = 'bench'"
        " ORDER BY taken_at, id",
        merchant,
        subject,
    )
    return [row["id"] for row in rows]


async def photo_for_staff(merchant: UUID, photo: UUID) -> PhotoBytes | None:
    """Any photo of the merchant's returns, for its own people."""
    row = await database.fetch_one(
        "SELECT media_type, bytes FROM return_photos WHERE merchant = $1 AND id = $2", merchant, photo
    )
    return PhotoBytes(row["media_type"], row["bytes"]) if row else None
