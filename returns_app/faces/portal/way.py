"""The way of a return: its steps, where each one is, and what every page on it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from returns_app import clock
from returns_app.core.refusal import Refusal
from returns_app.faces.rendering import choose_locale, render
from returns_app.faces.security.kept_forms import KeptForm
from returns_app.faces.security.typed import typed
from returns_app.faces.security.visits import PortalVisit
from returns_app.merchants.queries import Shop
from returns_app.returns.draft import Draft, open_draft, save_draft
from returns_app.returns.wish import LineWish
from returns_app.wording import N_, refused, translator

AnyRequest = Request[Any, Any, Any]
Step = Literal["choose", "details", "decide", "send", "check"]

STEPS = (N_("Find"), N_("Choose"), N_("Decide"), N_("Send"), N_("Check"))
_PLACES: dict[Step, int] = {"choose": 2, "details": 2, "decide": 3, "send": 4, "check": 5}


def tongue(request: AnyRequest) -> str:
    """The language of the page that answers this request."""
    return choose_locale(request, request.state.brand)


def path_to(shop: Shop, place: str) -> str:
    return f"/returns/{quote(shop.slug)}/{place}"


def go(shop: Shop, place: str) -> Redirect:
    return Redirect(path_to(shop, place), status_code=303)


def step_page(
    request: AnyRequest,
    shop: Shop,
    visit: PortalVisit,
    step: Step,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    kept: KeptForm | None = None,
    **context: Any,
) -> Response[str]:
    """A page of one step. `kept` is the form it is filled in from, when that came too late before."""
    _ = translator(tongue(request)).gettext
    return portal_page(
        request,
        f"portal/{step}.html",
        shop,
        visit,
        errors=errors,
        status=status,
        step=_PLACES[step],
        step_names=[_(name) for name in STEPS],
        kept_form=kept,
        **context,
    )


def portal_page(
    request: AnyRequest,
    template: str,
    shop: Shop,
    visit: PortalVisit,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """Any page behind the mailed code."""
    return render(
        request,
        template,
        status=status,
        base=path_to(shop, "")[:-1],
        acting=visit.actor.name if visit.actor.kind == "staff" else None,
        errors=errors or {},
        **context,
    )


async def kept_draft(visit: PortalVisit) -> Draft:
    return await open_draft(visit.merchant, visit.order)


async def keep(
    request: AnyRequest, visit: PortalVisit, lines: list[LineWish], method: str | None, *, key: str
) -> Draft:
    """Save what was said, before anything is judged. Raises SentInAlready."""
    return await save_draft(
        lines, method, merchant=visit.merchant, order=visit.order, key=key, at=clock.now()
    )


def draft_key(form: Mapping[str, Any]) -> str:
    """The key of the draft the form was made from."""
    return typed(form, "draft", most=64)


_FIELDS = {
    "quantity-wrong": "quantity",
    "reason-unknown": "reason",
    "photo-missing": "photo",
    "not-a-picture": "photo",
    "picture-too-large": "photo",
    "too-many-pictures": "photo",
    "note-missing": "note",
}
_OF_ALL = {
    "nothing-asked": "pick",
    "method-not-offered": "method",
    "consent-missing": "consent",
}


def field_of(refusal: Refusal) -> str:
    """The field of the form that a refusal is about."""
    if refusal.line is None:
        return _OF_ALL.get(refusal.code, "confirm")
    if refusal.code == "answer-missing":
        return f"answer-{refusal.line}-{refusal.params['key']}"
    return f"{_FIELDS.get(refusal.code, 'resolution')}-{refusal.line}"


def told(refusals: list[Refusal], locale: str) -> dict[str, str]:
    """Sentences by field, in the reader's language."""
    return {field_of(refusal): refused(refusal, locale) for refusal in refusals}


def status_of(refusals: list[Refusal]) -> int:
    return refusals[0].status if refusals else 200
