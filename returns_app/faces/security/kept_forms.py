"""A form that came when its visit was over: kept for half an hour, to be offered again on its page.

What is kept is only ever shown, never acted upon. Whose it is, is for `portal.offered` to judge.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Cookie, MultiDict, UploadFile

from returns_app import clock
from returns_app.faces.security.limits import KEPT_FORMS_PER_ADDRESS
from returns_app.faces.security.origin import client_address
from returns_app.faces.security.typed import typed
from returns_app.merchants import kept
from returns_app.merchants.attempts import TooManyAttempts, count

AnyRequest = Request[Any, Any, Any]

KEPT_FOR = timedelta(minutes=30)
LARGEST_KEPT = 64 * 1024
"""Bytes of all names and values together; a larger form is not kept."""

_NAMESPACE = "portal-form"
_KEY = re.compile(r"[0-9a-f]{32}")
_STEP = re.compile(r"/returns/[^/]+/(choose|details|decide|send|check)")
_FIELD = re.compile(r"pick|method|consent|agreed|(?:quantity|reason|note|resolution|product|answer)-.+")


class KeptForm(msgspec.Struct, frozen=True, kw_only=True):
    """The plain fields of one form as they were sent. `photos`: files came with it, and were not kept."""

    merchant: UUID
    step: str
    draft: str
    fields: tuple[tuple[str, str], ...]
    photos: bool

    def form(self) -> MultiDict[str]:
        """As a handler reads a form."""
        return MultiDict(self.fields)


def step_of(request: AnyRequest) -> str:
    """The step of the portal this request is for; empty for any other page."""
    found = _STEP.fullmatch(request.scope["path"])
    return found[1] if found else ""


async def keep_form(request: AnyRequest, merchant: UUID) -> Cookie | None:
    """Keep the form of a step that is being sent. The cookie leads back to it; None when nothing was kept."""
    step = step_of(request)
    if request.method != "POST" or not step:
        return None
    form = await request.form()
    fields = tuple(_plain(form))
    if sum(len(name.encode()) + len(value.encode()) for name, value in fields) > LARGEST_KEPT:
        return None
    try:
        await count(KEPT_FORMS_PER_ADDRESS, client_address(request), at=clock.now())
    except TooManyAttempts:
        return None
    photos = any(isinstance(value, UploadFile) and value.filename for _, value in form.multi_items())
    draft = typed(form, "draft", most=64)
    told = KeptForm(merchant=merchant, step=step, draft=draft, fields=fields, photos=photos)
    return await _under_a_new_key(request, told)


async def kept_form(request: AnyRequest) -> KeptForm | None:
    """The form that this browser sent too late, while it is kept."""
    key = _key(request)
    value = await kept.kept(_NAMESPACE, key, at=clock.now()) if key else None
    return msgspec.json.decode(value, type=KeptForm) if value else None


async def forget_form(request: AnyRequest) -> None:
    await kept.forget(_NAMESPACE, _key(request))


def _plain(form: Any) -> Iterator[tuple[str, str]]:
    """What people fill in themselves: no files, no form token, no button."""
    for name, value in form.multi_items():
        if isinstance(value, str) and _FIELD.fullmatch(name):
            yield _writable(name), _writable(value)


def _writable(text: str) -> str:
    """Half letters, which browsers never send, have no bytes."""
    return text.encode("utf-8", "replace").decode()


async def _under_a_new_key(request: AnyRequest, told: KeptForm) -> Cookie:
    key = secrets.token_hex(16)
    await kept.keep(_NAMESPACE, key, msgspec.json.encode(told), until=clock.now() + KEPT_FOR)
    return Cookie(
        key=_cookie_name(request),
        value=key,
        path="/",
        max_age=int(KEPT_FOR.total_seconds()),
        secure=request.app.state.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def _key(request: AnyRequest) -> str:
    key = request.cookies.get(_cookie_name(request), "")
    return key if _KEY.fullmatch(key) else ""


def _cookie_name(request: AnyRequest) -> str:
    """Over https the name binds it to this host alone."""
    return "__Host-kept-form" if request.app.state.settings.secure_cookies else "kept-form"
