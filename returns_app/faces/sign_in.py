"""The merchant's people sign in, sign out and change their password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.response import Redirect

from returns_app import clock
from returns_app.faces.rendering import choose_locale, render
from returns_app.faces.security.guards import provide_staff, signed_in, staff_required
from returns_app.faces.security.limits import PASSWORD_PER_PERSON, SIGN_IN_PER_ADDRESS, SIGN_IN_PER_EMAIL
from returns_app.faces.security.origin import client_address
from returns_app.faces.security.sessions import begin_session
from returns_app.faces.security.typed import typed, way_back
from returns_app.merchants.attempts import count
from returns_app.merchants.passwords import LONGEST, PasswordUnfit
from returns_app.merchants.queries import StaffMember
from returns_app.merchants.staff import WrongSignIn, change_password, sign_in, tidy_email
from returns_app.wording import translator

AnyRequest = Request[Any, Any, Any]


@get("/sign-in")
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    """The form; who is signed in already goes on."""
    onward = request.query_params.get("next", "")
    person = await signed_in(request)
    if person:
        return Redirect(way_back(onward, _home(person)), status_code=303)
    return _form(request, onward=onward)


@post("/sign-in", status_code=303)
async def sign_in_now(request: AnyRequest) -> Response[Any]:
    """Begin a session under a new id. Counted per e-mail and per address."""
    form = await request.form()
    email, onward = tidy_email(typed(form, "email")), typed(form, "next", most=2000)
    now = clock.now()
    await count(SIGN_IN_PER_ADDRESS, client_address(request), at=now)
    await count(SIGN_IN_PER_EMAIL, email, at=now)
    try:
        person = await sign_in(email, _password(form, "password"))
    except WrongSignIn as wrong:
        return _form(request, onward=onward, email=email, error=_said(request, wrong))
    remember_staff(request, person)
    return Redirect(way_back(onward, _home(person)), status_code=303)


@post("/sign-out", status_code=303)
async def sign_out(request: AnyRequest) -> Redirect:
    """End the session here and in the store."""
    request.clear_session()
    return Redirect("/sign-in", status_code=303)


@get("/sign-in/password", guards=[staff_required()])
async def password_page(request: AnyRequest) -> Response[str]:
    return render(request, "password.html", errors={}, done=False)


@post("/sign-in/password", guards=[staff_required()], status_code=200)
async def password_now(request: AnyRequest) -> Response[str]:
    """Take a new password. This session goes on under a new id; all others of this person end."""
    form = await request.form()
    person = await provide_staff(request)
    await count(PASSWORD_PER_PERSON, str(person.id), at=clock.now())
    try:
        changed = await change_password(
            person.id, current=_password(form, "current"), new=_password(form, "new")
        )
    except (WrongSignIn, PasswordUnfit) as error:
        field = "current" if isinstance(error, WrongSignIn) else "new"
        return render(request, "password.html", status=422, errors={field: _said(request, error)}, done=False)
    remember_staff(request, changed)
    return render(request, "password.html", errors={}, done=True)


def remember_staff(request: AnyRequest, person: StaffMember) -> None:
    """A session that knows this person and nothing else."""
    begin_session(request, {"staff": {"id": str(person.id), "stamp": person.stamp}})
    request.state.staff = person


def router() -> Router:
    return Router("/", route_handlers=[sign_in_page, sign_in_now, sign_out, password_page, password_now])


def _form(request: AnyRequest, *, onward: str, email: str = "", error: str = "") -> Response[str]:
    errors = {"password": error} if error else {}
    return render(
        request, "sign-in.html", status=422 if error else 200, onward=onward, email=email, errors=errors
    )


def _home(person: StaffMember) -> str:
    return "/warehouse/" if person.role == "warehouse" else "/console/"


def _password(form: Any, name: str) -> str:
    """Passwords are taken as they are typed, spaces included."""
    value = form.get(name, "")
    return value[: LONGEST + 1] if isinstance(value, str) else ""


def _said(request: AnyRequest, error: Exception) -> str:
    return translator(choose_locale(request)).gettext(str(error))
