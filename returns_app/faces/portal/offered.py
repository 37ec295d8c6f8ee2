"""What was filled in while the visit had ended, offered again to whoever found the same order."""

from __future__ import annotations

from uuid import UUID

from returns_app import clock
from returns_app.faces.portal.forms import as_id, picked
from returns_app.faces.portal.way import AnyRequest, kept_draft
from returns_app.faces.security.kept_forms import KeptForm, forget_form, kept_form, step_of
from returns_app.faces.security.visits import PortalVisit
from returns_app.returns.draft import Draft
from returns_app.returns.weigh import situation


async def offered(request: AnyRequest, visit: PortalVisit, draft: Draft) -> KeptForm | None:
    """The kept form, when it is of this page, this order and this draft."""
    told = await kept_form(request)
    if told is None or (told.merchant, told.step) != (visit.merchant, step_of(request)):
        return None
    if told.draft != draft.key:
        return None
    return told if told.draft or await _names_only_lines_of(visit, told) else None


async def used(request: AnyRequest, visit: PortalVisit) -> None:
    """The page was sent: what had been kept for it has done its work."""
    if await kept_form(request) and await offered(request, visit, await kept_draft(visit)):
        await forget_form(request)


async def _names_only_lines_of(visit: PortalVisit, told: KeptForm) -> bool:
    """A first form has no draft yet; the items in it tell of which order it is."""
    named = picked(told.form()) | {id for name, _ in told.fields if (id := _line_in(name))}
    _, situated = await situation(visit.merchant, visit.order, at=clock.now())
    return bool(named) and named <= {line.id for line in situated.order.lines}


def _line_in(name: str) -> UUID | None:
    return as_id(name.partition("-")[2])
