"""The one composition root of the web: settings in, an application out."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from litestar import Litestar, MediaType, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.middleware.base import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.response import Redirect

from returns_app import database, outside
from returns_app.faces import api, console, errors, hooks, portal, sign_in, warehouse
from returns_app.faces.parts import parts
from returns_app.faces.portal import find
from returns_app.faces.security.guards import PAGE_DEPENDENCIES
from returns_app.faces.security.headers import protective_headers
from returns_app.faces.security.origin import TrustedProxies, same_site_only
from returns_app.faces.security.request_log import RequestLog
from returns_app.faces.security.sessions import session_config
from returns_app.faces.static import static
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import merchants
from returns_app.outside import Outside
from returns_app.practice.client import PracticeClient
from returns_app.practice.pages import practice_router
from returns_app.reactions import REACTIONS
from returns_app.settings import Settings, kept_secret

LARGEST_REQUEST = 12 * 1024 * 1024
"""A photo of 10 MB and the rest of its form."""
WITHOUT_SESSION = {"exclude_from_csrf": True, "skip_session": True}
_POOL = 10


def create_app(settings: Settings, *, given: Outside | None = None) -> Litestar:
    """The web application. `given` takes the place of the ways to the outside that it opens at start."""
    return Litestar(
        route_handlers=[healthz, front_door, *_faces(settings)],
        dependencies=PAGE_DEPENDENCIES,
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
        lifespan=[_life],
        state=State({"settings": settings, "outside": given, "practice": _practice(settings)}),
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
        exclude=["^/static/", "^/brand/", "^/demo/", "^/healthz$"],
    )


def _faces(settings: Settings) -> list[Any]:
    """Every router, each under the protection it needs.

    Pages are not compressed: beside their token, what is typed could be guessed from the length.
    """
    compressed = DefineMiddleware(CompressionMiddleware, config=CompressionConfig(backend="brotli"))
    open_to_programs = [hooks.router(), api.router()]
    return [
        Router("/", route_handlers=[static], middleware=[compressed]),
        Router("/", route_handlers=open_to_programs, opt=WITHOUT_SESSION),
        sign_in.router(),
        find.router(),
        portal.router(),
        warehouse.router(),
        console.router(),
        *([practice_router(), parts] if settings.practice else []),
    ]


def _practice(settings: Settings) -> PracticeClient | None:
    return PracticeClient(settings.practice_url, settings.practice_secret) if settings.practice_url else None


@asynccontextmanager
async def _life(app: Litestar) -> AsyncIterator[None]:
    """Database and ways to the outside, from the start of the process to its end."""
    settings: Settings = app.state.settings
    use_reactions(REACTIONS)
    async with AsyncExitStack() as closing:
        if settings.database_url:
            database.use_database(settings.database_url)
        await closing.enter_async_context(database.pool(size=_POOL))
        if app.state.outside is None:
            app.state.outside = await closing.enter_async_context(outside.build(settings))
        if app.state.practice is not None:
            closing.push_async_callback(app.state.practice.close)
        yield
