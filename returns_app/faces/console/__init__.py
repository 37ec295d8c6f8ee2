"""The console: the merchant's own desk. Owners and agents work here; the bench has its own face."""

from __future__ import annotations

from litestar import Router

from returns_app.faces.console import actions, case, orders, people, policy, returns, settings, today
from returns_app.faces.console.desk import DESK, bench_elsewhere


def router() -> Router:
    return Router(
        "/console",
        route_handlers=[
            *today.HANDLERS,
            *returns.HANDLERS,
            *case.HANDLERS,
            *actions.HANDLERS,
            *orders.HANDLERS,
            *policy.HANDLERS,
            *settings.HANDLERS,
            *people.HANDLERS,
        ],
        guards=[bench_elsewhere, DESK],
    )
