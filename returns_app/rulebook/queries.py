"""The policy that decides today, compiled once per process and version."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.policy import Engine, Policy, compile_policy, parse


class NoPolicyPublished(LookupError):
    """This merchant has no published policy, so nothing can be decided."""

    status = 503
    code = "no-policy"


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
