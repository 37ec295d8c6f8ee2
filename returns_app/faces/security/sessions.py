"""Sessions on the server, under ids that we alone choose.

A session begins when something is put into it, never on a mere look. An id that the store does not
know is nothing. Signing in and every gain of rights makes a new id and forgets the old one
(OWASP ASVS 5.0, 7.2.4). When two requests write at once, the last one wins.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware.session.base import BaseBackendConfig, BaseSessionBackend
from litestar.types import Empty, Message, Scopes, ScopeSession

from returns_app import clock
from returns_app.faces.security.store import DatabaseStore

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
_SEEN_AGAIN = timedelta(minutes=1)
_ID = re.compile(r"[0-9a-f]{64}")

Connection = ASGIConnection[Any, Any, Any, Any]


class _Record(msgspec.Struct, frozen=True):
    """A stored session: when it began, when it was last used, and what is in it."""

    since: datetime
    seen: datetime
    data: dict[str, Any]


class _Found(msgspec.Struct, frozen=True):
    id: str
    record: _Record


class SessionBackend(BaseSessionBackend["SessionConfig"]):
    """Loads, keeps, renews and ends sessions."""

    def get_session_id(self, connection: Connection) -> str | None:
        """The id the store knew when the request came in; a new one is made only when it is needed."""
        found = _found(connection)
        return found.id if found else None

    async def load_from_connection(self, connection: Connection) -> dict[str, Any]:
        id = connection.cookies.get(self.config.key, "")
        value = await self.config.store.get(id) if _ID.fullmatch(id) else None
        record = msgspec.json.decode(value, type=_Record) if value else None
        if record is None or clock.now() >= record.since + ABSOLUTE:
            return {}
        connection.state.session_found = _Found(id, record)
        return msgspec.json.decode(msgspec.json.encode(record.data))

    async def store_in_message(
        self, scope_session: ScopeSession, message: Message, connection: Connection
    ) -> None:
        data = {} if scope_session is Empty else cast("dict[str, Any]", scope_session or {})
        found = _found(connection)
        if not data:
            await self._end(found, message)
        elif found is None or connection.state.get("session_renewed"):
            await self._begin(data, found, message, connection)
        else:
            await self._go_on(data, found)

    async def _end(self, found: _Found | None, message: Message) -> None:
        if found is None:
            return
        await self.config.store.delete(found.id)
        self._set_cookie(message, "", timedelta(0))

    async def _begin(
        self, data: dict[str, Any], found: _Found | None, message: Message, connection: Connection
    ) -> None:
        now = clock.now()
        keeps_age = found is not None and connection.state.get("session_renewed") == "rotated"
        since = found.record.since if found and keeps_age else now
        id = secrets.token_hex(32)
        record = _Record(since, now, data)
        await self.config.store.set(id, msgspec.json.encode(record), _left(record))
        if found:
            await self.config.store.delete(found.id)
        self._set_cookie(message, id, since + ABSOLUTE - now)

    async def _go_on(self, data: dict[str, Any], found: _Found) -> None:
        now = clock.now()
        changed = msgspec.json.encode(data) != msgspec.json.encode(found.record.data)
        if changed or now - found.record.seen > _SEEN_AGAIN:
            record = _Record(found.record.since, now, data)
            await self.config.store.replace(found.id, msgspec.json.encode(record), _left(record))

    def _set_cookie(self, message: Message, value: str, age: timedelta) -> None:
        cookie = Cookie(
            key=self.config.key,
            value=value,
            path="/",
            max_age=int(age.total_seconds()),
            secure=self.config.secure,
            httponly=True,
            samesite="lax",
        )
        MutableScopeHeaders.from_message(message).add("Set-Cookie", cookie.to_header(header=""))


@dataclass
class SessionConfig(BaseBackendConfig[SessionBackend]):
    """How sessions are kept; over https the cookie's name binds it to this host alone."""

    _backend_class = SessionBackend

    store: DatabaseStore
    secure: bool
    key: str = "session"
    max_age: int = int(ABSOLUTE.total_seconds())
    path: str = "/"
    domain: str | None = None
    httponly: bool = True
    samesite: Literal["lax", "strict", "none"] = "lax"
    exclude: str | list[str] | None = None
    exclude_opt_key: str = "skip_session"
    scopes: Scopes = frozenset({ScopeType.HTTP})  # pyright: ignore[reportAssignmentType] - only read


def session_config(*, secure: bool) -> SessionConfig:
    return SessionConfig(
        store=DatabaseStore("session"),
        secure=secure,
        key="__Host-session" if secure else "session",
        exclude=["^/static/", "^/brand/", "^/hooks/", "^/api/", "^/healthz$"],
    )


def begin_session(connection: Connection, data: dict[str, Any]) -> None:
    """Start over at sign-in: a new id, a new age, and nothing of what was there before."""
    connection.set_session(data)
    connection.state.session_renewed = "begun"


def rotate_session(connection: Connection) -> None:
    """Go on with what is in the session under a new id: a right was gained."""
    connection.state.session_renewed = "rotated"


def _found(connection: Connection) -> _Found | None:
    return connection.state.get("session_found")


def _left(record: _Record) -> timedelta:
    return min(record.seen + IDLE, record.since + ABSOLUTE) - record.seen
