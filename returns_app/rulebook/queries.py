"""The policy that decides today, compiled once per process and version."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from uuid import UUID

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
        "SELECT number, hash FROM policy_versions WHERE merchant = $1 ORDER BY number DESC LIMIT 1", merchant
    )
    if row is None:
        raise NoPolicyPublished("This shop has not published its return policy yet.")
    return await by_hash(merchant, row["hash"])


async def versions(merchant: UUID, *, limit: int = 20) -> list[VersionSeen]:
    """The versions published so far, the newest (which decides) first."""
    rows = await database.fetch(
        "SELECT number, hash, title, published_at, published_by FROM policy_versions"
        " WHERE merchant = $1 ORDER BY number DESC LIMIT $2",
        merchant,
        limit,
    )
    return [
        VersionSeen(
            row["number"],
            row["hash"],
            row["title"],
            row["published_at"],
            msgspec.json.decode(row["published_by"], type=Actor),
        )
        for row in rows
    ]


async def text_of(merchant: UUID, number: int) -> str | None:
    """The text of a version exactly as it was published."""
    row = await database.fetch_one(
        "SELECT text FROM policy_versions WHERE merchant = $1 AND number = $2", merchant, number
    )
    return row["text"] if row else None


async def by_hash(merchant: UUID, hash: str) -> Published:
    """The version with this content hash: what an old decision was made by."""
    row = await database.fetch_one(
        "SELECT number, hash, title, text FROM policy_versions"
        " WHERE merchant = $1 AND hash = $2 ORDER BY number DESC LIMIT 1",
        merchant,
        hash,
    )
    if row is None:
        raise NoPolicyPublished(f"no version of the policy has the hash {hash}")
    policy, engine = _compiled(row["text"])
    return Published(row["number"], row["hash"], row["title"], policy, engine)


@lru_cache(maxsize=64)
def _compiled(text: str) -> tuple[Policy, Engine]:
    policy = parse(text, file="policy")
    return policy, compile_policy(policy)
