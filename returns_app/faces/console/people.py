"""Who may sign in, and which keys the shop's own systems have. The owner's alone."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app import clock
from returns_app.faces.console.desk import OWNER_ONLY, AnyRequest, here, locale_of
from returns_app.faces.console.settings import show_settings
from returns_app.faces.security.typed import typed
from returns_app.merchants.api_keys import make_api_key, revoke_api_key
from returns_app.merchants.passwords import LONGEST, PasswordUnfit
from returns_app.merchants.queries import Role
from returns_app.merchants.staff import EmailTaken, StaffUnfit, add_staff, let_go
from returns_app.wording import N_, translator

_WRONG = {
    EmailTaken: ("person_email", N_("Someone signs in with this e-mail already.")),
    StaffUnfit: ("person_email", N_("Type an e-mail address such as name@example.com.")),
    PasswordUnfit: ("person_password", N_("A password has between 12 and 200 characters.")),
}


@post("/settings/people", guards=[OWNER_ONLY], status_code=303)
async def add_person(request: AnyRequest) -> Response[Any]:
    """Let somebody sign in, with a first password that they change themselves."""
    shop, _ = await here(request)
    form = await request.form()
    said = {name: typed(form, f"person_{name}") for name in ("name", "email", "role")}
    password = form.get("person_password", "")
    role: Role = said["role"] if said["role"] in get_args(Role) else "agent"  # pyright: ignore[reportAssignmentType] - checked in the same line
    try:
        await add_staff(
            shop.id,
            email=said["email"],
            name=said["name"] or said["email"],
            role=role,
            password=password[: LONGEST + 1] if isinstance(password, str) else "",
            at=clock.now(),
            locale=shop.locale,
        )
    except (EmailTaken, StaffUnfit, PasswordUnfit) as error:
        field, sentence = _WRONG[type(error)]
        errors = {field: translator(locale_of(request)).gettext(sentence)}
        return await show_settings(request, errors=errors, person_typed=said)
    return Redirect("/console/settings?done=added#people", status_code=303)


@post("/settings/people/{staff_id:uuid}/let-go", guards=[OWNER_ONLY], status_code=303)
async def let_person_go(request: AnyRequest, staff_id: FromPath[UUID]) -> Response[Any]:
    """They are signed out at their next step. Nobody lets themselves go, so an owner always stays."""
    shop, person = await here(request)
    if staff_id == person.id:
        sentence = N_("You can't let yourself go. Ask another owner.")
        return await show_settings(
            request, errors={"people": translator(locale_of(request)).gettext(sentence)}
        )
    await let_go(shop.id, staff_id)
    return Redirect("/console/settings?done=gone#people", status_code=303)


@post("/settings/keys", guards=[OWNER_ONLY], status_code=200)
async def make_key(request: AnyRequest) -> Response[str]:
    """A new key, shown on this page and never again."""
    shop, _ = await here(request)
    name = typed(await request.form(), "key_name", most=80)
    if not name:
        sentence = N_("Give the key a name, so that you know later what it is for.")
        return await show_settings(
            request, errors={"key_name": translator(locale_of(request)).gettext(sentence)}
        )
    made = await make_api_key(shop.id, name=name, at=clock.now())
    return await show_settings(request, made=made)


@post("/settings/keys/{key:uuid}/revoke", guards=[OWNER_ONLY], status_code=303)
async def revoke_key(request: AnyRequest, key: FromPath[UUID]) -> Redirect:
    """The key stops working at once."""
    shop, _ = await here(request)
    await revoke_api_key(shop.id, key, at=clock.now())
    return Redirect("/console/settings?done=revoked#keys", status_code=303)


HANDLERS = [add_person, let_person_go, make_key, revoke_key]
