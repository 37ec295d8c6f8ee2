"""The one composition root of the web: settings in, an application out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import structlog
from litestar import Litestar, MediaType, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.middleware.base import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.response import Redirect
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from returns_app import database
from returns_app.faces import errors, hooks, sign_in
from returns_app.faces.portal import find
from returns_app.faces.security.guards import DEPENDENCIES
from returns_app.faces.security.headers import protective_headers
from returns_app.faces.security.origin import TrustedProxies, same_site_only
from returns_app.faces.security.sessions import session_config
from returns_app.faces.static import static
from returns_app.merchants.queries import merchants
from returns_app.settings import Settings, kept_secret
from returns_app.shipping.carriers import Carrier

log = structlog.get_logger()

LARGEST_REQUEST = 12 * 1024 * 1024
"""A photo of 10 MB and the rest of its form."""
WITHOUT_SESSION = {"exclude_from_csrf": True, "skip_session": True}


def create_app(
    settings: Settings, *, carriers: Mapping[str, Carrier] | None = None, pool_size: int = 10
) -> Litestar:
    """The web application. It opens its database pool when it starts.

    `carriers` are those whose webhooks are taken in, by name.
    """
    return Litestar(
        route_handlers=[healthz, front_door, *_faces(settings)],
        dependencies=DEPENDENCIES,
        exception_handlers=errors.handlers(),  # pyright: ignore[reportArgumentType] - Litestar's type wants each exception's own handler
        guards=[same_site_only],
        middleware=[
            DefineMiddleware(TrustedProxies, trusted=settings.trusted_proxies),
            RequestLog,
            session_config(secure=settings.secure_cookies).middleware,
        ],
        csrf_config=csrf_config(settings),
        before_send=[protective_headers(https=settings.secure_cookies)],
        request_max_body_size=LARGEST_REQUEST,
        lifespan=[_database(settings, pool_size)],
        state=State({"settings": settings, "carriers": carriers or {}}),
        openapi_config=None,
        logging_config=None,
    )


@get("/healthz", media_type=MediaType.JSON, opt=WITHOUT_SESSION)
async def healthz() -> dict[str, str]:
    """The app runs and its database answers."""
    await database.fetch("SELECT 1")
    return {"status": "ok"}


@get("/", opt=WITHOUT_SESSION)
async def front_door() -> Response[Any]:
    """The portal of the only shop; with several, or none yet, the sign-in."""
    shops = await merchants()
    return Redirect(f"/returns/{shops[0].slug}/" if len(shops) == 1 else "/sign-in", status_code=303)


def csrf_config(settings: Settings) -> CSRFConfig:
    """A signed token in a cookie and in every form.

    The cookie is named after the secret: after a rotation the old cookie is no longer looked at,
    where it would otherwise fail every form until the visitor clears it.
    """
    secret = kept_secret(settings)
    name = "csrf-" + hashlib.sha256(f"csrf:{secret}".encode()).hexdigest()[:8]
    return CSRFConfig(
        secret=secret,
        cookie_name=f"__Host-{name}" if settings.secure_cookies else name,
        cookie_secure=settings.secure_cookies,
        cookie_httponly=True,
        exclude=["^/static/", "^/brand/", "^/healthz$"],
    )


def _faces(settings: Settings) -> list[Router]:
    """Every router, each under the protection it needs."""
    compressed = DefineMiddleware(CompressionMiddleware, config=CompressionConfig(backend="brotli"))
    return [
        Router("/", route_handlers=[static], middleware=[compressed]),
        sign_in.router(),
        find.router(),
        *_built(settings),
        Router("/", route_handlers=[hooks.router()], opt=WITHOUT_SESSION),
    ]


def _built(settings: Settings) -> list[Router]:
    names = ["portal", "console", "warehouse"]
    made = [_face(name) for name in names]
    api = _face("api")
    return [
        *[router for router in made if router],
        *([Router("/", route_handlers=[api], opt=WITHOUT_SESSION)] if api else []),
    ]


def _face(name: str) -> Router | None:
    module = f"returns_app.faces.{name}"
    make: Callable[[], Router] | None = None
    if find_spec(module):
        make = getattr(import_module(module), "router", None)
    return make() if make else None


def _database(settings: Settings, pool_size: int) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        if settings.database_url:
            database.use_database(settings.database_url)
        async with database.pool(size=pool_size):
            yield

    return opened


class RequestLog:
    """One line per request: the route's pattern, never its values, and nothing of the person."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            log.info(
                "request",
                method=scope.get("method"),
                route=scope.get("path_template"),
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
