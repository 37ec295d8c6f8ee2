"""The headers of every answer, also of errors and of addresses that don't exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: https:",  # pictures of goods are where the shop keeps them
        "style-src 'self'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_A_YEAR = "max-age=31536000; includeSubDomains"

BeforeSend = Callable[[Message, Scope], Awaitable[None]]


def protective_headers(*, https: bool) -> BeforeSend:
    """A hook that adds what is missing: nothing is cached unless its handler says so."""
    added = {**_ALWAYS, "Cache-Control": "no-store"}
    if https:
        added["Strict-Transport-Security"] = _A_YEAR

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in added.items():
                headers.setdefault(name, value)

    return add
