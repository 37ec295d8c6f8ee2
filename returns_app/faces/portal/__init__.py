"""The shopper's pages, from the found order to the settled return. `find.py` stands before them."""

from __future__ import annotations

from litestar import Router

from returns_app.faces.portal import cancel, check, choose, decide, details, follow, papers, send


def router() -> Router:
    """Everything behind the mailed code."""
    return Router(
        "/returns/{slug:str}",
        route_handlers=[
            choose.choose_page,
            choose.choose_now,
            details.details_page,
            details.details_now,
            details.photo_picture,
            decide.decide_page,
            decide.decide_now,
            decide.decide_sum,
            send.send_page,
            send.send_now,
            check.check_page,
            check.check_now,
            follow.done_page,
            follow.return_page,
            papers.label_paper,
            papers.counter_code,
            cancel.cancel_page,
            cancel.cancel_now,
        ],
    )
