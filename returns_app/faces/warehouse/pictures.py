"""Photos at the bench: taken from a form, and shown to the merchant's own people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_app.merchants.queries import Shop
from returns_app.returns.bench_photo import photo_for_staff


async def pictures_in(form: Any, name: str) -> list[bytes]:
    """The contents of the files a form brought under this name; a field left empty brings none."""
    given = form.getall(name, []) if hasattr(form, "getall") else [form.get(name)]
    files = [file for file in given if isinstance(file, UploadFile) and file.filename]
    return [content for file in files if (content := await file.read())]


@get("/photo/{photo_id:uuid}")
async def photo(photo_id: FromPath[UUID], own_shop: NamedDependency[Shop]) -> Response[bytes]:
    """One photo of a return or a box of this shop."""
    found = await photo_for_staff(own_shop.id, photo_id)
    if found is None:
        raise NotFoundException
    return Response(
        found.content, media_type=found.media_type, headers={"Cache-Control": "private, max-age=3600"}
    )


HANDLERS = [photo]
