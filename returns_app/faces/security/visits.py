"""A visit to the portal: the one order a browser may see, and who is looking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from returns_app.faces.security.sessions import rotate_session
from returns_app.journal.actors import SHOPPER, Actor
from returns_app.merchants.queries import StaffMember

Connection = ASGIConnection[Any, Any, Any, Any]


class PortalVisit(msgspec.Struct, frozen=True, kw_only=True):
    """Bound to one merchant and one order. `actor.on_behalf` is staff acting for the shopper."""

    merchant: UUID
    order: UUID
    actor: Actor = SHOPPER


def begin_visit(connection: Connection, *, merchant: UUID, order: UUID) -> PortalVisit:
    """The shopper has shown that the order is theirs."""
    return _enter(connection, PortalVisit(merchant=merchant, order=order))


def start_for_shopper(connection: Connection, staff: StaffMember, order: UUID) -> PortalVisit:
    """Staff enter the portal for a shopper on the phone. The caller has checked that the order is
    of the staff's own merchant."""
    actor = staff.actor(on_behalf=True)
    return _enter(connection, PortalVisit(merchant=staff.merchant, order=order, actor=actor))


def visit_of(connection: Connection) -> PortalVisit | None:
    told = connection.session.get("visit")
    return msgspec.convert(told, PortalVisit) if told else None


def end_visit(connection: Connection) -> None:
    connection.session.pop("visit", None)
    rotate_session(connection)


def _enter(connection: Connection, visit: PortalVisit) -> PortalVisit:
    """A shopper's entry leaves nothing of another order behind; staff stay signed in."""
    staff = connection.session.get("staff")
    kept = {"staff": staff} if staff else {}
    connection.set_session({**kept, "visit": msgspec.to_builtins(visit)})
    rotate_session(connection)
    return visit
