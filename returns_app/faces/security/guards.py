"""Who may enter: staff by role, shoppers by their visit, the shop's own systems by key.

Handlers ask for `shop: NamedDependency[Shop]`, `visit`, `staff`, `own_shop` or `api_merchant` and
get exactly the merchant they may see; `staff_required("owner")` guards a router or a handler.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import Guard

from returns_app import clock
from returns_app.faces.brand import Brand
from returns_app.faces.security.kept_forms import keep_form
from returns_app.faces.security.limits import API_PER_KEY, API_STRANGERS_PER_ADDRESS
from returns_app.faces.security.origin import client_address
from returns_app.faces.security.visits import PortalVisit, visit_of
from returns_app.merchants.api_keys import WrongApiKey, check_api_key
from returns_app.merchants.attempts import count
from returns_app.merchants.queries import Role, Shop, StaffMember, merchant, merchant_by_id, staff_member
from returns_app.wording import N_

Connection = ASGIConnection[Any, Any, Any, Any]
AnyRequest = Request[Any, Any, Any]


class GoFirst(Exception):
    """This page needs something first; the reader is led to `address`, and takes `cookies` along."""

    def __init__(self, address: str, cookies: Sequence[Cookie] = ()) -> None:
        super().__init__(address)
        self.address = address
        self.cookies = cookies


class NotYourRole(PermissionError):
    """Signed in, but this is not for this person's role."""

    status = 403
    code = "not_your_role"


class SignedInStaff(msgspec.Struct, frozen=True):
    """What the session remembers of a sign-in."""

    id: UUID
    stamp: str


def staff_required(*roles: Role) -> Guard:
    """Only staff, of one of `roles` when some are named; others are led to the sign-in."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        person = await signed_in(connection)
        if person is None:
            raise GoFirst(f"/sign-in?{urlencode({'next': _asked_for(connection)})}")
        if roles and person.role not in roles:
            raise NotYourRole(N_("Your role does not allow this. An owner can change roles."))

    return guard


async def signed_in(connection: Connection) -> StaffMember | None:
    """The person of this session, unless they left, or changed their password elsewhere."""
    if "staff" not in connection.state:
        connection.state.staff = await _from_session(connection)
    return connection.state.staff


async def _from_session(connection: Connection) -> StaffMember | None:
    told = connection.session.get("staff")
    if told is None:
        return None
    remembered = msgspec.convert(told, SignedInStaff)
    person = await staff_member(remembered.id)
    return person if person and person.stamp == remembered.stamp else None


async def provide_staff(request: AnyRequest) -> StaffMember:
    person = await signed_in(request)
    if person is None:
        raise GoFirst(f"/sign-in?{urlencode({'next': _asked_for(request)})}")
    return person


async def provide_own_shop(request: AnyRequest) -> Shop:
    """The shop of the person signed in."""
    person = await provide_staff(request)
    return _dressed(request, await merchant_by_id(person.merchant))


async def provide_shop(request: AnyRequest, slug: FromPath[str]) -> Shop:
    """The shop whose portal this is. Raises NoSuchMerchant."""
    return _dressed(request, await merchant(slug))


async def provide_visit(request: AnyRequest, slug: FromPath[str]) -> PortalVisit:
    """The order whose mailed code was given, at this shop and no other."""
    visit, shop = visit_of(request), await provide_shop(request, slug)
    if visit is None or visit.merchant != shop.id:
        kept = await keep_form(request, shop.id)
        raise GoFirst(f"/returns/{quote(slug)}/?{urlencode(_again(request))}", [kept] if kept else [])
    if visit.actor.kind == "staff":
        await _still_staff(request, visit)
    return visit


def _again(request: AnyRequest) -> dict[str, str]:
    """Afterwards the shopper is where they wanted to be; the choosing page is where everybody begins."""
    wanted = request.scope["path"]
    return {"again": "yes"} if wanted.endswith("/choose") else {"again": "yes", "next": wanted}


async def _still_staff(request: AnyRequest, visit: PortalVisit) -> None:
    """Staff act for a shopper only as long as they are signed in themselves."""
    person = await provide_staff(request)
    if str(person.id) != visit.actor.id or person.merchant != visit.merchant:
        raise NotYourRole(N_("Your role does not allow this. An owner can change roles."))


async def provide_api_merchant(request: AnyRequest) -> Shop:
    """The shop whose key came as `Authorization: Bearer rk_…`. Raises WrongApiKey or TooManyAttempts."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    try:
        holder = await check_api_key(secret.strip() if scheme.lower() == "bearer" else "")
    except WrongApiKey:
        await count(API_STRANGERS_PER_ADDRESS, client_address(request), at=clock.now())
        raise
    await count(API_PER_KEY, str(holder.id), at=clock.now())
    request.state.api_key = holder
    return await merchant_by_id(holder.merchant)


PAGE_DEPENDENCIES = {
    "shop": Provide(provide_shop),
    "visit": Provide(provide_visit),
    "staff": Provide(provide_staff),
    "own_shop": Provide(provide_own_shop),
}
"""The app gives these to every handler; a router that names them again is refused by Litestar."""

DEPENDENCIES = {**PAGE_DEPENDENCIES, "api_merchant": Provide(provide_api_merchant)}
"""With what the API's own router names: `api_merchant`."""


def _dressed(request: AnyRequest, shop: Shop) -> Shop:
    """Every page of a shop wears its colours."""
    request.state.brand = brand_of(shop)
    return shop


def brand_of(shop: Shop) -> Brand:
    """A shop's look, as pages and mails wear it."""
    settings = shop.settings
    by_mail = f"mailto:{settings.support_email}" if settings.support_email else None
    return Brand(
        name=shop.name,
        home=settings.brand.home,
        accent=settings.brand.accent,
        locale=shop.locale,
        timezone=shop.timezone,
        help=settings.support_url or by_mail,
    )


def _asked_for(connection: Connection) -> str:
    """Where to go on after signing in: only pages can be gone back to."""
    if connection.scope.get("method") != "GET":
        return ""
    query = connection.scope["query_string"].decode("latin-1")
    return connection.scope["path"] + (f"?{query}" if query else "")
