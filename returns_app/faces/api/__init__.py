"""The API for the shop's own systems, under `/api/v1`, by key."""

from __future__ import annotations

from litestar import Router

from returns_app.faces.api.orders import schema, take_in_one, take_in_units
from returns_app.faces.security.guards import DEPENDENCIES


def router() -> Router:
    return Router(
        path="/api/v1",
        route_handlers=[take_in_one, take_in_units, schema],
        dependencies={"api_merchant": DEPENDENCIES["api_merchant"]},
        opt={"exclude_from_csrf": True},
    )
