"""The policy that decides today, compiled once per process and version."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.policy import Engine, Policy, compile_policy, parse


class NoPolicyPublished(LookupError):
    """This merchant has no published policy, so nothing can be decided."""

    status = 503
    code = "no-policy"


class VersionSeen(msgspec.Struct, frozen=True):
    """A published version, without its text."""

    number: int
    hash: str
    title: str
    published_at: datetime
    published_by: Actor


class Published(msgspec.Struct, frozen=True):
    """A policy version with its compiled form."""

    number: int
    hash: str
    title: str
    policy: Policy
    engine: Engine


async def current(merchant: UUID) -> Published:
    """The policy in force. Raises NoPolicyPublished."""
    row = await database.fetch_one(
        "SELECT number, hash, title FROM policy_versions WHERE merchant = $1 ORDER BY number DESC LIMIT 1",
        merchant,
    )
    if row is None:
        raise NoPolicyPublished("This shop has not published its return policy yet.")
    return await _published(merchant, row)


async def promised(merchant: UUID, ordered_at: datetime) -> Published | None:
    """The policy that stood when an order was placed; None when none was published yet."""
    row = await database.fetch_one(
        "SELECT number, hash, title FROM policy_versions WHERE merchant = $1 AND published_at <= $2"
        " ORDER BY number DESC LIMIT 1",
        merchant,
        ordered_at,
    )
    return await _published(merchant, row) if row else None


async def versions(merchant: UUID, *, limit: int = 20) -> list[VersionSeen]:
    """The versions published so far, the newest (which decides) first."""
    rows = await database.fetch(f"{_SEEN} ORDER BY number DESC LIMIT $2", merchant, limit)
    return [_seen(row) for row in rows]


async def version(merchant: UUID, number: int) -> VersionSeen | None:
    """One version by its number; None when there is none."""
    row = await database.fetch_one(f"{_SEEN} AND number = $2", merchant, number)
    return _seen(row) if row else None


_SEEN = "SELECT number, hash, title, published_at, published_by FROM policy_versions WHERE merchant = $1"


def _seen(row: asyncpg.Record) -> VersionSeen:
    by = msgspec.json.decode(row["published_by"], type=Actor)
    return VersionSeen(row["number"], row["hash"], row["title"], row["published_at"], by)


async def text_of(merchant: UUID, number: int) -> str | None:
    """The text of a version exactly as it was published."""
    row = await database.fetch_one(
        "SELECT text FROM policy_versions WHERE merchant = $1 AND number = $2", merchant, number
    )
    return row["text"] if row else None


async def by_hash(merchant: UUID, hash: str) -> Published:
    """The version with this content hash: what an old decision was made by."""
    row = await database.fetch_one(
        "SELECT number, hash, title FROM policy_versions"
        " WHERE merchant = $1 AND hash = $2 ORDER BY number DESC LIMIT 1",
        merchant,
        hash,
    )
    if row is None:
        raise NoPolicyPublished(f"no version of the policy has the hash {hash}")
    return await _published(merchant, row)


async def _published(merchant: UUID, row: asyncpg.Record) -> Published:
    """A text is read and compiled once: its hash says all that decides."""
    policy, engine = _compiled.get(row["hash"]) or await _compile(merchant, row)
    return Published(row["number"], row["hash"], row["title"], policy, engine)


async def _compile(merchant: UUID, row: asyncpg.Record) -> tuple[Policy, Engine]:
    text = await text_of(merchant, row["number"])
    assert text is not None  # the row was just read, and versions are never deleted
    policy = parse(text, file="policy")
    while len(_compiled) >= _MOST_COMPILED:
        del _compiled[next(iter(_compiled))]
    _compiled[row["hash"]] = policy, compile_policy(policy)
    return _compiled[row["hash"]]


_compiled: dict[str, tuple[Policy, Engine]] = {}
_MOST_COMPILED = 64
"""Texts kept compiled in a process; beyond that the one that has been kept longest goes."""
