"""When something cannot be done: a sentence and what to do next, or a problem document for programs.

An error that reaches a face has a `status` and a stable `code`; its text is a sentence, marked with
`N_` where a shopper may read it. Whatever has none is a fault of ours and is told without details.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.response import Redirect

from returns_app.database import DatabaseNotThere
from returns_app.faces.rendering import PLAIN_BRAND, choose_locale, render
from returns_app.faces.security.guards import GoFirst
from returns_app.languages import LANGUAGES
from returns_app.wording import N_, translator

log = structlog.get_logger()

AnyRequest = Request[Any, Any, Any]
_CSRF_FAILED = "CSRF token verification failed"


class Told(msgspec.Struct, frozen=True):
    """What a reader is told. `title` says what happened, `sentence` what to do; both in English."""

    status: int
    code: str
    title: str
    sentence: str


WORDS = {
    400: (
        N_("We did not understand that"),
        N_("Something in the request was not as expected. Go back and try again."),
    ),
    401: (N_("Please sign in"), N_("Sign in to go on.")),
    403: (N_("This is not for you"), N_("You may not see or do this. Ask the owner of the shop.")),
    404: (N_("There is nothing here"), N_("Check the address, or start again from the first page.")),
    405: (N_("This cannot be done here"), N_("Go back and use the buttons on the page.")),
    409: (
        N_("Something changed meanwhile"),
        N_("Someone was faster, perhaps you in another tab. Reload the page to see how it stands."),
    ),
    410: (N_("This has had its time"), N_("Ask for a new one.")),
    413: (
        N_("That file is too large"),
        N_("Files of up to 10 MB can be sent. Go back and choose a smaller photo; what you typed is kept."),
    ),
    415: (N_("We cannot read this"), N_("Send a JPEG, PNG, WebP or HEIC photo.")),
    422: (N_("Something still needs you"), N_("Go back and look at what you typed.")),
    429: (N_("A little slower, please"), N_("That was tried too often. Wait a little and try again.")),
    500: (
        N_("Something broke on our side"),
        N_("Nothing you did was wrong, and we have noted it. Try again in a moment."),
    ),
    503: (N_("We are not there for a moment"), N_("Try again in a minute; nothing is lost.")),
}
_CSRF_WORDS = (
    N_("This page was open for too long"),
    N_("Go back, reload the page and send it again. Cookies must be allowed for this site."),
)


def handlers() -> dict[int | type[Exception], Callable[[AnyRequest, Exception], Response[Any]]]:
    """What the app does with exceptions, for Litestar's `exception_handlers`."""
    return {GoFirst: _lead, HTTPException: _tell, Exception: _tell}


def told_of(error: Exception) -> Told:
    """What to say of an error. Faults of ours say nothing of their inside."""
    if isinstance(error, HTTPException):
        return _of_litestar(error)
    if isinstance(error, (DatabaseNotThere, asyncpg.InterfaceError, ConnectionError)):
        return _standard(503, "unavailable")
    if isinstance(error, asyncpg.DataError) or _unreadable(error):
        return _standard(400, "bad_request")
    status, code = getattr(error, "status", 500), getattr(error, "code", "")
    if status == 500 or not code:
        return _standard(500, "internal")
    title = WORDS.get(status, WORDS[400])[0]
    return Told(status, code, title, str(error) or WORDS.get(status, WORDS[400])[1])


def _unreadable(error: Exception) -> bool:
    """A form in a charset there is not: Litestar leaves that to Python's codecs."""
    return isinstance(error, LookupError) and str(error).startswith("unknown encoding")


def _of_litestar(error: HTTPException) -> Told:
    if isinstance(error, PermissionDeniedException) and error.detail == _CSRF_FAILED:
        return Told(403, "csrf", *_CSRF_WORDS)
    status = error.status_code
    return _standard(status if status in WORDS else 400 if status < 500 else 500, f"http_{status}")


def _standard(status: int, code: str) -> Told:
    return Told(status, code, *WORDS[status])


def _tell(request: AnyRequest, error: Exception) -> Response[Any]:
    told = told_of(error)
    if told.status >= 500:
        log.error("request failed", path=request.scope.get("path_template", ""), exc_info=sys.exc_info())
    response = _problem(request, told, error) if _for_a_program(request) else _page(request, told)
    if retry := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry)
    if told.code == "csrf" and request.app.csrf_config:
        response.cookies.append(Cookie(request.app.csrf_config.cookie_name, path="/", max_age=0))
    return response


def _page(request: AnyRequest, told: Told) -> Response[str]:
    locale = choose_locale(request, request.state.get("brand") or PLAIN_BRAND)
    return render(
        request,
        "error.html",
        status=told.status,
        heading=translator(locale).gettext(told.title),
        sentence=sentence_in(locale, told),
    )


def sentence_in(locale: str, told: Told) -> str:
    """The sentence in this language; where it has no translation, the usual one for its status."""
    said = translator(locale).gettext(told.sentence)
    if said == told.sentence and locale != LANGUAGES[0]:
        return translator(locale).gettext(WORDS.get(told.status, WORDS[400])[1])
    return said


def _problem(request: AnyRequest, told: Told, error: Exception) -> Response[bytes]:
    """RFC 9457. `type` is a stable name of ours, not an address to fetch."""
    document = {
        "type": f"urn:returns-app:problem:{told.code}",
        "title": told.title,
        "status": told.status,
        "detail": _detail(told, error),
        "code": told.code,
        **({"errors": problems} if (problems := _problems(error)) else {}),
    }
    headers = {"WWW-Authenticate": "Bearer"} if told.status == 401 else {}
    return Response(
        msgspec.json.encode(document),
        status_code=told.status,
        media_type="application/problem+json",
        headers=headers,
    )


def _detail(told: Told, error: Exception) -> str:
    """Litestar's own words name the part of the document that does not fit."""
    return error.detail if isinstance(error, HTTPException) and told.status in (400, 422) else told.sentence


def _problems(error: Exception) -> Any:
    extra = getattr(error, "extra", None)
    return extra if isinstance(error, HTTPException) and isinstance(extra, list) else None


def _for_a_program(request: AnyRequest) -> bool:
    return request.scope["path"].startswith(("/api/", "/hooks/"))


def _lead(request: AnyRequest, error: Exception) -> Response[Any]:
    """To the page that comes first; htmx is told to go there as a whole."""
    assert isinstance(error, GoFirst), "registered for nothing else"
    if request.headers.get("hx-request"):
        return Response(
            "", media_type=MediaType.TEXT, headers={"HX-Redirect": error.address}, cookies=error.cookies
        )
    return Redirect(error.address, status_code=303, cookies=error.cookies)
