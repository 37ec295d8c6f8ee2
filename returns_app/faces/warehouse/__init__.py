"""The bench: a box is scanned, counted, judged and done. All of it works by keyboard, without JavaScript."""

from __future__ import annotations

from litestar import Router

from returns_app.faces.security.guards import staff_required
from returns_app.faces.warehouse import boxes, counting, grading, look_up, pictures, today


def router() -> Router:
    return Router(
        "/warehouse",
        route_handlers=[
            *today.HANDLERS,
            *look_up.HANDLERS,
            *counting.HANDLERS,
            *grading.HANDLERS,
            *boxes.HANDLERS,
            *pictures.HANDLERS,
        ],
        guards=[staff_required("owner", "agent", "warehouse")],
    )
