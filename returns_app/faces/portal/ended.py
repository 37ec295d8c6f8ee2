"""When a form was sent in before: on to the return it became."""

from __future__ import annotations

from litestar.response import Redirect

from returns_app.faces.portal.way import go
from returns_app.merchants.queries import Shop
from returns_app.returns.draft import SentInAlready


def follow_instead(shop: Shop, sent: SentInAlready) -> Redirect:
    """A second tab, a double click, the browser's back button: one return, and its page."""
    return go(shop, f"done/{sent.rma}")
