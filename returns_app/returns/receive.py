"""The bench counts what is in the box: received, missing, wrong, or more than was announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.returns.expire import reopen_locked
from returns_app.returns.locked import LockedReturn, lock_return
from returns_app.returns.refusals import AlreadyReceived, NothingCounted


class Count(msgspec.Struct, frozen=True):
    """What one box held of a line, added to what came before."""

    received: int = 0
    missing: int = 0
    wrong: int = 0

    @property
    def units(self) -> int:
        return self.received + self.missing + self.wrong


class Extra(msgspec.Struct, frozen=True):
    """Something nobody announced. `photo` is the id of a stored picture."""

    description: str
    quantity: int = 1
    photo: UUID | None = None


async def receive(
    return_id: UUID,
    counts: Mapping[UUID, Count],
    *,
    extras: Sequence[Extra] = (),
    step: str,
    parcel: UUID | None = None,
    merchant: UUID,
    actor: Actor,
    at: datetime,
) -> bool:
    """Add one box's counts. The same `step` again changes nothing and gives False.

    Raises AlreadyReceived when more would be counted than was announced, NothingCounted for nothing.
    """
    if not extras and not any(count.units for count in counts.values()):
        raise NothingCounted
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        if not await take_step(step, merchant=merchant, at=at):
            return False
        await reopen_locked(locked, actor, at)
        await _count(locked, counts)
        await _keep_extras(locked, extras, actor, at)
        await append(
            Event.RETURN_RECEIVED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=return_id,
            parcel=str(parcel) if parcel else None,
            counts={str(line): msgspec.to_builtins(count) for line, count in counts.items()},
            extras=len(extras),
        )
        return True


async def take_step(step: str, *, merchant: UUID, at: datetime) -> bool:
    """Note a step of a station inside the running transaction; False when it was taken before."""
    taken = await database.connection().fetchval(
        "INSERT INTO bench_steps (merchant, key, result, at) VALUES ($1, $2, '{}', $3)"
        " ON CONFLICT (merchant, key) DO NOTHING RETURNING id",
        merchant,
        step,
        at,
    )
    return taken is not None


_COUNT = """
UPDATE return_lines SET received = received + $3, wrong = wrong + $5,
  missing = missing + $4 - greatest(0, received + missing + wrong + $3 + $4 + $5 - quantity),
  grade = CASE WHEN $3 > 0 THEN NULL ELSE grade END
WHERE id = $1 AND return_id = $2
  AND received + missing + wrong + $3 + $4 + $5 - quantity <= least(missing, $3::integer)
RETURNING id
"""
"""What was missing may lie in the next box; and what comes later is judged again."""


async def _count(locked: LockedReturn, counts: Mapping[UUID, Count]) -> None:
    for line, count in counts.items():
        if min(count.received, count.missing, count.wrong) < 0:
            raise AlreadyReceived
        counted = await database.connection().fetchval(
            _COUNT, line, locked.id, count.received, count.missing, count.wrong
        )
        if counted is None:
            raise AlreadyReceived


async def _keep_extras(locked: LockedReturn, extras: Sequence[Extra], actor: Actor, at: datetime) -> None:
    by = msgspec.json.encode(actor).decode()
    for extra in extras:
        await database.connection().execute(
            "INSERT INTO extra_items (id, return_id, description, quantity, photo, found_at, found_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            uuid4(),
            locked.id,
            extra.description.strip()[:400],
            max(1, extra.quantity),
            extra.photo,
            at,
            by,
        )
