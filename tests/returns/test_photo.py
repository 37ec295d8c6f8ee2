"""Photos come in small, upright and nameless, or not at all."""

from __future__ import annotations

import io
import zlib
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from returns_app.merchants.queries import Shop
from returns_app.merchants.settings import PhotoLimits
from returns_app.returns.draft import save_draft
from returns_app.returns.order_case import OrderNotFound
from returns_app.returns.photo import add_photo, photo_of_order, photos_of_draft, reencoded, remove_photo
from returns_app.returns.refusals import NotAPicture, PictureTooLarge, TooManyPictures
from tests.makers import AT, a_shop, an_order, line_ids

LIMITS = PhotoLimits(most=2, largest=200_000, side=100)
Add = Callable[[bytes], Awaitable[UUID]]


def a_photo(size: tuple[int, int] = (160, 120), kind: str = "JPEG") -> bytes:
    """Red on top, blue below, and stamped with a place by the camera."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0], size[1] // 2))
    exif = picture.getexif()
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.fixture
async def shop(db: str) -> Shop:
    return await a_shop()


@pytest.fixture
async def order(shop: Shop) -> UUID:
    return await an_order(shop)


@pytest.fixture
async def draft(shop: Shop, order: UUID) -> str:
    return (await save_draft([], None, merchant=shop.id, order=order, key="", at=AT)).key


@pytest.fixture
async def add(shop: Shop, order: UUID, draft: str) -> Add:
    [line] = await line_ids(order)

    async def one(content: bytes) -> UUID:
        return await add_photo(content, merchant=shop.id, draft=draft, order_line=line, limits=LIMITS, at=AT)

    return one


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_is_made_smaller_and_forgets_where_it_was_taken(kind: str) -> None:
    pillow_heif.register_heif_opener()
    kept = reencoded(a_photo(kind=kind), 100)
    assert kept is not None
    assert b"Maker of cameras" not in kept
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (100, 75), {})
    red, _, blue = picture.getpixel((50, 5))  # pyright: ignore[reportGeneralTypeIssues] - RGB has three
    assert red > 200 > 100 > blue


def test_a_photo_held_sideways_stands_upright() -> None:
    picture = Image.new("RGB", (120, 60), "white")
    exif = picture.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    kept = reencoded(out.getvalue(), 100)
    assert kept is not None
    assert Image.open(io.BytesIO(kept)).size == (50, 100)


def test_what_is_see_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    kept = reencoded(out.getvalue(), 100)
    assert kept is not None
    assert Image.open(io.BytesIO(kept)).getpixel((5, 5)) == (255, 255, 255)


def test_a_few_bytes_that_unfold_into_a_giant_are_refused() -> None:
    assert reencoded(_bomb(9000, 9000), 100) is None


def _bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge; its header alone must be enough to refuse it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_picture_or_refused(content: bytes) -> None:
    assert reencoded(content, 100) is None


@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_damaged_photo_does_no_harm(place: int, value: int) -> None:
    photo = bytearray(a_photo())
    photo[place % len(photo)] = value
    kept = reencoded(bytes(photo), 100)
    assert kept is None or kept.startswith(b"\xff\xd8")


async def test_kept_shown_again_and_taken_back(add: Add, shop: Shop, order: UUID, draft: str) -> None:
    photo = await add(a_photo())
    assert [kept.id for kept in await photos_of_draft(shop.id, draft)] == [photo]
    shown = await photo_of_order(shop.id, order, photo)
    assert shown is not None
    assert shown.media_type == "image/jpeg"
    assert await photo_of_order(shop.id, uuid4(), photo) is None
    await remove_photo(photo, merchant=uuid4(), draft=draft)
    assert len(await photos_of_draft(shop.id, draft)) == 1
    await remove_photo(photo, merchant=shop.id, draft=draft)
    await remove_photo(photo, merchant=shop.id, draft=draft)
    assert await photos_of_draft(shop.id, draft) == []


async def test_refusals_say_what_is_possible(add: Add) -> None:
    with pytest.raises(NotAPicture):
        await add(b"<svg onload=alert(1)>")
    with pytest.raises(PictureTooLarge):
        await add(b"\xff\xd8" + b"\0" * 200_000)
    for _ in range(LIMITS.most):
        await add(a_photo())
    with pytest.raises(TooManyPictures) as told:
        await add(a_photo())
    assert str(told.value) == "At most 2 photos per item. Remove one first."


async def test_a_photo_belongs_to_a_line_of_its_own_draft(shop: Shop, order: UUID, draft: str) -> None:
    other = await a_shop("other")
    [line] = await line_ids(order)
    [strange] = await line_ids(await an_order(other, number="9"))
    for merchant, order_line in ((shop.id, strange), (other.id, line), (other.id, strange)):
        with pytest.raises(OrderNotFound):
            await add_photo(
                a_photo(), merchant=merchant, draft=draft, order_line=order_line, limits=LIMITS, at=AT
            )
