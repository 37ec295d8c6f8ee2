"""Where a request comes from: the client behind our proxies, and the site that sent the form."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from returns_app.wording import N_

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SentFromElsewhere(PermissionError):
    """A form of ours was sent from another site."""

    status = 403
    code = "sent_from_elsewhere"


async def same_site_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard on whatever changes something. Raises SentFromElsewhere.

    Browsers say by themselves who sends a form (Sec-Fetch-Site, else Origin; OWASP CSRF cheat
    sheet). A client that says neither is no browser and still needs the token.
    """
    if connection.scope.get("method") in _SAFE or handler.opt.get("exclude_from_csrf"):
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise SentFromElsewhere(
                N_("This form was sent from another site. Open our page and fill it in there.")
            )
        return
    origin = connection.headers.get("origin")
    if origin is not None and origin not in _our_origins(connection):
        raise SentFromElsewhere(
            N_("This form was sent from another site. Open our page and fill it in there.")
        )


def _our_origins(connection: ASGIConnection[Any, Any, Any, Any]) -> set[str]:
    settings = connection.app.state.settings
    return {_bare(settings.origin), f"{connection.scope['scheme']}://{connection.headers.get('host', '')}"}


def _bare(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address that tries are counted by: of IPv6 the /64 that one household has."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{host}/64", strict=False)) if address.version == 6 else host


class TrustedProxies:
    """Believe X-Forwarded-For and -Proto, but only as far as our own proxies wrote them."""

    def __init__(self, app: ASGIApp, *, trusted: tuple[str, ...]) -> None:
        self.app = app
        self._trusted = [ip_network(network, strict=False) for network in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == ScopeType.HTTP and client and self._trusts(client[0]):
            headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
            scope["client"] = (self._first_stranger(client[0], headers.get(b"x-forwarded-for", "")), 0)
            if headers.get(b"x-forwarded-proto") in ("http", "https"):
                scope["scheme"] = headers[b"x-forwarded-proto"]
        await self.app(scope, receive, send)

    def _first_stranger(self, nearest: str, forwarded: str) -> str:
        """The last hop, read from our end, that is not a proxy of ours."""
        for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
            if not _is_address(hop):
                return nearest
            nearest = hop
            if not self._trusts(hop):
                return hop
        return nearest

    def _trusts(self, host: str) -> bool:
        return _is_address(host) and any(ip_address(host) in network for network in self._trusted)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
