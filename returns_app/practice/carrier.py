"""The carrier board: parcels the practice world knows, their moves, and the hook that tells the app.

The hook of an own label is `POST /hooks/practice-carrier` with the body

    {"id": "…", "tracking": "…", "status": "dropped_off", "at": "2026-11-22T10:00:00Z"}

and the header `practice-signature: t=<seconds since 1970>,v1=<hex>`, an HMAC-SHA256 over
"<t>.<body>" under the practice secret. The status is a `Move`; `id` is the same when the hook is sent again.
`shipping/carriers/own_label.py` reads it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from returns_app.practice.state import State

Status = Literal["registered", "dropped_off", "in_transit", "delivered"]
Move = Literal["dropped_off", "in_transit", "delivered"]


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel on the board. `carrier` says who told of it: "own" labels or "sendcloud"."""

    tracking: str
    carrier: str = "own"
    reference: str = ""
    """The return number printed on it."""
    status: Status = "registered"


class UnknownParcel(LookupError):
    """The practice carrier was never told of this tracking number."""


Announce = Callable[[State, Parcel], None]
"""Queues the hook by which a carrier tells the app of a move; runs in the move's transaction."""


def register(state: State, parcel: Parcel) -> Parcel:
    """Put a parcel on the board. Registering it again changes nothing."""
    if known := state.get("parcel", parcel.tracking):
        return msgspec.convert(known, Parcel)
    state.put("parcel", parcel.tracking, msgspec.to_builtins(parcel))
    return parcel


def parcels(state: State) -> list[Parcel]:
    """All of them, the newest first."""
    return [msgspec.convert(parcel, Parcel) for parcel in state.all("parcel")]


def move(state: State, tracking: str, status: Move, announce: dict[str, Announce]) -> Parcel:
    """Press the button: the parcel's new status, and the hook that tells of it, in one commit."""
    with state.transaction():
        known = state.get("parcel", tracking)
        if known is None:
            raise UnknownParcel(tracking)
        parcel = msgspec.structs.replace(msgspec.convert(known, Parcel), status=status)
        state.put("parcel", tracking, msgspec.to_builtins(parcel))
        announce[parcel.carrier](state, parcel)
    return parcel


def announce_own(state: State, parcel: Parcel) -> None:
    body = {
        "id": f"trk_{secrets.token_hex(12)}",
        "tracking": parcel.tracking,
        "status": parcel.status,
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    state.queue_hook("practice-carrier", json.dumps(body))
