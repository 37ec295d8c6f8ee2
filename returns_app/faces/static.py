"""What pages fetch beside themselves: stylesheets, modules, the font, and each brand's colours."""

from __future__ import annotations

from pathlib import PurePosixPath

from litestar import Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_app import assets
from returns_app.faces.brand import NotAColour, brand_css

_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
_BRIEFLY = {"Cache-Control": "public, max-age=60"}
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
}


@get("/static/{version:str}/{name:path}", exclude_from_auth=True)
async def static_file(version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """An asset; kept for good by the browser when the address names today's content."""
    asset = name.lstrip("/")
    try:
        body = assets.content(asset)
        media_type = _MEDIA_TYPES[PurePosixPath(asset).suffix]
    except (assets.NoSuchAsset, KeyError):
        raise NotFoundException from None
    headers = _FOR_GOOD if version == assets.version(asset) else _BRIEFLY
    return Response(body, media_type=media_type, headers=headers)


@get("/demo/{picture:str}", exclude_from_auth=True)
async def demo_picture(picture: FromPath[str]) -> Response[bytes]:
    """A picture of the demo shop's goods; orders keep its address, so it never changes."""
    try:
        body = assets.content(f"demo/{picture}")
        media_type = _MEDIA_TYPES[PurePosixPath(picture).suffix]
    except (assets.NoSuchAsset, KeyError):
        raise NotFoundException from None
    return Response(body, media_type=media_type, headers=_FOR_A_DAY)


@get("/brand/{sheet:str}", exclude_from_auth=True)
async def brand_stylesheet(sheet: FromPath[str]) -> Response[str]:
    """The custom properties of one brand colour, `/brand/2f5fd0.css`."""
    try:
        body = brand_css(sheet.removesuffix(".css"))
    except NotAColour:
        raise NotFoundException from None
    return Response(body, media_type=_MEDIA_TYPES[".css"], headers=_FOR_GOOD)


static = Router("/", route_handlers=[static_file, demo_picture, brand_stylesheet])
