"""Photos of what is wrong: read with care, made smaller, without their metadata, kept with the draft."""

from __future__ import annotations

import asyncio
import io
import warnings
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import pillow_heif
from PIL import Image, ImageOps

from returns_app import database
from returns_app.merchants.settings import PhotoLimits
from returns_app.returns.order_case import OrderNotFound
from returns_app.returns.refusals import NotAPicture, PictureTooLarge, TooManyPictures

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_MOST_PIXELS = 60_000_000
_MOST_PIXELS_OF_JPEG = 130_000_000
"""A JPEG is read at a smaller scale from the start, so that large ones of good phones do no harm."""
_QUALITY = 86
_AT_ONCE = asyncio.Semaphore(2)

pillow_heif.register_heif_opener()


class KeptPhoto(msgspec.Struct, frozen=True):
    id: UUID
    order_line: UUID


class PhotoBytes(msgspec.Struct, frozen=True):
    media_type: str
    content: bytes


async def add_photo(
    content: bytes, *, merchant: UUID, draft: str, order_line: UUID, limits: PhotoLimits, at: datetime
) -> UUID:
    """Keep a photo of an order line with the draft it is for.

    Raises PictureTooLarge, NotAPicture, TooManyPictures, or OrderNotFound for a line that is not the draft's.
    """
    if len(content) > limits.largest:
        raise PictureTooLarge(line=order_line, most=limits.largest // (1024 * 1024))
    async with _AT_ONCE:
        picture = await asyncio.to_thread(reencoded, content, limits.side)
    if picture is None:
        raise NotAPicture(line=order_line)
    async with database.transaction():
        await _room_for_one(merchant, draft, order_line, limits.most)
        return await _keep(picture, merchant, draft, order_line, at)


_LINE_OF_DRAFT = """
SELECT 1 FROM return_drafts d JOIN order_lines l ON l."order" = d."order"
WHERE d.merchant = $1 AND d.key = $2 AND l.id = $3 FOR NO KEY UPDATE OF d
"""
_PHOTOS = "SELECT id, order_line FROM return_photos WHERE merchant = $1 AND draft = $2 ORDER BY taken_at, id"


async def _room_for_one(merchant: UUID, draft: str, order_line: UUID, most: int) -> None:
    if await database.fetch_one(_LINE_OF_DRAFT, merchant, draft, order_line) is None:
        raise OrderNotFound()
    kept = [photo for photo in await photos_of_draft(merchant, draft) if photo.order_line == order_line]
    if len(kept) >= most:
        raise TooManyPictures(line=order_line, most=most)


async def _keep(picture: bytes, merchant: UUID, draft: str, order_line: UUID, at: datetime) -> UUID:
    photo = uuid4()
    await database.connection().execute(
        "INSERT INTO return_photos (id, merchant, draft, order_line, kind, media_type, bytes, taken_at)"
        " VALUES ($1, $2, $3, $4, 'shopper', 'image/jpeg', $5, $6)",
        photo,
        merchant,
        draft,
        order_line,
        picture,
        at,
    )
    return photo


async def remove_photo(photo: UUID, *, merchant: UUID, draft: str) -> None:
    """Take a photo back; one that is gone already is gone."""
    async with database.transaction():
        await database.connection().execute(
            "DELETE FROM return_photos WHERE id = $1 AND merchant = $2 AND draft = $3", photo, merchant, draft
        )


async def photos_of_draft(merchant: UUID, draft: str) -> list[KeptPhoto]:
    """The photos kept with a draft, oldest first."""
    return [KeptPhoto(row["id"], row["order_line"]) for row in await database.fetch(_PHOTOS, merchant, draft)]


_BYTES = """
SELECT p.media_type, p.bytes FROM return_photos p JOIN order_lines l ON l.id = p.order_line
WHERE p.merchant = $1 AND l."order" = $2 AND p.id = $3 AND p.kind = 'shopper'
"""


async def photo_of_order(merchant: UUID, order: UUID, photo: UUID) -> PhotoBytes | None:
    """A shopper's own photo, to be shown to them again."""
    row = await database.fetch_one(_BYTES, merchant, order, photo)
    return PhotoBytes(row["media_type"], row["bytes"]) if row else None


def reencoded(content: bytes, side: int) -> bytes | None:
    """A JPEG of at most `side` pixels, upright, without metadata; None for what is no safe picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            return _reencode(content, side)
    except Exception:
        # Decoders raise whatever they like on damaged files; all of it means the same.
        return None


def _reencode(content: bytes, side: int) -> bytes | None:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        jpeg = picture.format == "JPEG"
        if picture.width * picture.height > (_MOST_PIXELS_OF_JPEG if jpeg else _MOST_PIXELS):
            return None
        if jpeg:
            picture.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side))
        out = io.BytesIO()
        _on_white(upright).save(out, "JPEG", quality=_QUALITY, optimize=True)
        return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, and without anything that travels with the picture."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain
