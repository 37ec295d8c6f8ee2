"""Find the order: number and e-mail, then the code that was mailed to the order's own address.

Whatever is typed, the answer is the same page after the same work; see `merchants.look_up`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from returns_app import clock
from returns_app.faces.portal.places import after_finding
from returns_app.faces.rendering import choose_locale, render
from returns_app.faces.security.guards import brand_of
from returns_app.faces.security.limits import (
    CODE_PER_ADDRESS,
    LOOK_UP_PER_ADDRESS,
    LOOK_UP_PER_EMAIL,
    LOOK_UP_PER_ORDER,
    LOOK_UP_PER_ORDER_AND_DAY,
)
from returns_app.faces.security.origin import client_address
from returns_app.faces.security.sessions import rotate_session
from returns_app.faces.security.typed import typed
from returns_app.faces.security.visits import begin_visit
from returns_app.merchants import look_up
from returns_app.merchants.attempts import count
from returns_app.merchants.look_up import MOST_TRIES, CodeUsedUp, Question, WrongCode
from returns_app.merchants.queries import Shop
from returns_app.merchants.staff import tidy_email
from returns_app.wording import translator

AnyRequest = Request[Any, Any, Any]


@get("/returns/{slug:str}")
async def find_page(request: AnyRequest, shop: NamedDependency[Shop]) -> Response[str]:
    """The first page of the portal."""
    return _find(request, wanted=request.query_params.get("next", ""))


@post("/returns/{slug:str}", status_code=303)
async def find_now(request: AnyRequest, shop: NamedDependency[Shop]) -> Response[Any]:
    """Ask for the code. Counted per order number, per e-mail and per address."""
    form = await request.form()
    number, email = typed(form, "order", most=80), typed(form, "email")
    errors = _missing(request, shop, number, email)
    if errors:
        return _find(request, number=number, email=email, wanted=typed(form, "next"), errors=errors)
    await _ask(request, shop, number, email)
    request.session["wanted"] = typed(form, "next")
    return Redirect(_code_path(shop), status_code=303)


@get("/returns/{slug:str}/code")
async def code_page(request: AnyRequest, shop: NamedDependency[Shop]) -> Response[Any]:
    """Where the code is typed. A mailed link shows a button: link scanners, who only look, use up nothing."""
    token = request.query_params.get("t", "")
    if token:
        return render(request, "portal/code.html", token=token, asked=None, errors={}, mailbox=None)
    asked = await _asked(request, shop)
    return _code(request, asked) if asked else _start_again(shop)


@post("/returns/{slug:str}/code", status_code=303)
async def code_now(request: AnyRequest, shop: NamedDependency[Shop]) -> Response[Any]:
    """The right code, or the link's token, begins the visit under a new session id."""
    form = await request.form()
    await count(CODE_PER_ADDRESS, client_address(request), at=clock.now())
    token, code = typed(form, "token"), _digits(typed(form, "code"))
    return await (_by_link(request, shop, token) if token else _by_code(request, shop, code))


@post("/returns/{slug:str}/code/again", status_code=303)
async def code_again(request: AnyRequest, shop: NamedDependency[Shop]) -> Response[Any]:
    """Mail a new code for the same question; it counts like a first one."""
    asked = await _asked(request, shop)
    if asked is None:
        return _start_again(shop)
    await _ask(request, shop, asked.number, asked.email)
    return Redirect(_code_path(shop), status_code=303)


def router() -> Router:
    return Router("/", route_handlers=[find_page, find_now, code_page, code_now, code_again])


async def _by_link(request: AnyRequest, shop: Shop, token: str) -> Response[Any]:
    try:
        order = await look_up.use_link(token, merchant=shop.id, at=clock.now())
    except CodeUsedUp as error:
        return _find(request, problem=_said(request, shop, error))
    return await _enter(request, shop, order)


async def _by_code(request: AnyRequest, shop: Shop, code: str) -> Response[Any]:
    asked = await _asked(request, shop)
    if asked is None:
        return _start_again(shop)
    try:
        order = await look_up.use_code(request.session["look_up"], code, merchant=shop.id, at=clock.now())
    except (WrongCode, CodeUsedUp) as error:
        return _code(request, asked, errors={"code": _said(request, shop, error)})
    return await _enter(request, shop, order)


async def _enter(request: AnyRequest, shop: Shop, order: UUID) -> Redirect:
    wanted = request.session.get("wanted", "")
    begin_visit(request, merchant=shop.id, order=order)
    return Redirect(await after_finding(shop, order, wanted), status_code=303)


async def _ask(request: AnyRequest, shop: Shop, number: str, email: str) -> None:
    now, spoken = clock.now(), "".join(number.upper().replace("#", "").split())
    await count(LOOK_UP_PER_ADDRESS, client_address(request), at=now)
    await count(LOOK_UP_PER_EMAIL, f"{shop.id}:{tidy_email(email)}", at=now)
    await count(LOOK_UP_PER_ORDER, f"{shop.id}:{spoken}", at=now)
    await count(LOOK_UP_PER_ORDER_AND_DAY, f"{shop.id}:{spoken}", at=now)
    locale = choose_locale(request, brand_of(shop))
    request.session["look_up"] = await look_up.ask(shop.id, number=number, email=email, locale=locale, at=now)
    rotate_session(request)


async def _asked(request: AnyRequest, shop: Shop) -> Question | None:
    id = request.session.get("look_up")
    return await look_up.question(id, merchant=shop.id, at=clock.now()) if id else None


def _find(
    request: AnyRequest,
    *,
    number: str = "",
    email: str = "",
    wanted: str = "",
    errors: dict[str, str] | None = None,
    problem: str = "",
) -> Response[str]:
    return render(
        request,
        "portal/find.html",
        status=410 if problem else 422 if errors else 200,
        home=f"/returns/{request.path_params['slug']}/",
        problem=problem,
        number=number,
        email=email,
        wanted=wanted[:254],
        errors=errors or {},
        again="again" in request.query_params,
    )


def _code(request: AnyRequest, asked: Question, errors: dict[str, str] | None = None) -> Response[str]:
    mailbox = "/practice/mail" if request.app.state.settings.practice else None
    return render(
        request,
        "portal/code.html",
        status=422 if errors else 200,
        token="",
        asked=asked,
        errors=errors or {},
        mailbox=mailbox,
    )


def _missing(request: AnyRequest, shop: Shop, number: str, email: str) -> dict[str, str]:
    _ = translator(choose_locale(request, brand_of(shop))).gettext
    errors = {}
    if not number:
        errors["order"] = _("Type the order number. It is in the mail that confirmed your order.")
    name, at, host = email.partition("@")
    if not (name and at and host) or " " in email:
        errors["email"] = _("Type the e-mail address you ordered with, such as name@example.com.")
    return errors


def _said(request: AnyRequest, shop: Shop, error: WrongCode | CodeUsedUp) -> str:
    words = translator(choose_locale(request, brand_of(shop)))
    if isinstance(error, CodeUsedUp):
        return words.gettext(str(error))
    if error.left == 0:
        return words.gettext("This code is used up or too old. Ask for a new one.")
    said = words.ngettext(
        "This code is not right. You can try once more.",
        "This code is not right. You can try %(num)s more times.",
        error.left,
    )
    return said % {"num": error.left}


def _digits(code: str) -> str:
    """People type spaces and hyphens between digits."""
    return "".join(letter for letter in code if letter in "0123456789")[: 6 + MOST_TRIES]


def _code_path(shop: Shop) -> str:
    return f"/returns/{shop.slug}/code"


def _start_again(shop: Shop) -> Redirect:
    return Redirect(f"/returns/{shop.slug}/?again=yes", status_code=303)
