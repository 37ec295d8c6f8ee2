"""Mishaps on command: which call meets which one, and how many more calls will."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from returns_app.practice.state import State

Kind = Literal[
    "lose_answer",
    "slow",
    "slow_answer",
    "webhook_first",
    "webhook_twice",
    "stored_500",
    "stored_500_after_work",
    "conflict",
    "rate_limit",
    "end_pending",
    "refuse_mail",
    "drop_after_data",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

SCHEMA = """
CREATE TABLE IF NOT EXISTS fault (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, call TEXT NOT NULL, left INTEGER NOT NULL, seconds REAL NOT NULL, made REAL NOT NULL);
"""

REFUND = "POST /v1/refunds"
MAIL = "SMTP"
ANY_CALL = "*"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` befalls the next `times` calls of `call` ("POST /v1/refunds", "SMTP" or "*")."""

    kind: Kind
    call: str = REFUND
    times: int = 1
    seconds: float = 2.0
    """How long the slow ones last."""


def set_fault(state: State, fault: Fault) -> None:
    """Arm it; a second of the same kind and call adds to the first."""
    call = MAIL if fault.kind in ("refuse_mail", "drop_after_data") else fault.call
    state.run(
        "INSERT INTO fault (kind, call, left, seconds, made) VALUES (?, ?, ?, ?, ?)",
        fault.kind,
        call,
        fault.times,
        fault.seconds,
        time.time(),
    )


def armed(state: State) -> list[Fault]:
    return [
        Fault(kind=row["kind"], call=row["call"], times=row["left"], seconds=row["seconds"])
        for row in state.rows("SELECT * FROM fault WHERE left > 0 ORDER BY position")
    ]


def disarm(state: State) -> None:
    state.run("DELETE FROM fault")


def take_faults(state: State, call: str) -> dict[Kind, Fault]:
    """The mishaps this call meets, at most one of each kind, counted down durably."""
    with state.transaction():
        taken = list(_first_of_each_kind(state, call))
        for position, _ in taken:
            state.run("UPDATE fault SET left = left - 1 WHERE position = ?", position)
    return {fault.kind: fault for _, fault in taken}


def _first_of_each_kind(state: State, call: str) -> Iterable[tuple[int, Fault]]:
    seen: set[str] = set()
    for row in state.rows(
        "SELECT * FROM fault WHERE left > 0 AND call IN (?, ?) ORDER BY position", call, ANY_CALL
    ):
        if row["kind"] not in seen:
            seen.add(row["kind"])
            yield row["position"], Fault(kind=row["kind"], call=row["call"], seconds=row["seconds"])
