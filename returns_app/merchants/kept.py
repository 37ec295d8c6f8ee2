"""Short-lived values in the database, shared by all processes: sessions, codes, one-time links.

Keys are kept as hashes, so that whoever reads the table can use none of them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import uuid4

from returns_app import database

_KEEP = """
INSERT INTO kept_values (id, namespace, key_hash, value, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (namespace, key_hash) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_CHANGE = """
UPDATE kept_values SET value = $3, expires_at = coalesce($4, expires_at)
WHERE namespace = $1 AND key_hash = $2 RETURNING id
"""
_THERE = "WHERE namespace = $1 AND key_hash = $2 AND (expires_at IS NULL OR expires_at > $3)"


async def keep(namespace: str, key: str, value: bytes, *, until: datetime | None) -> None:
    """Keep a value under a key, in place of what was there."""
    await database.fetch(_KEEP, uuid4(), namespace, _hash(key), value, until)


async def change(namespace: str, key: str, value: bytes, *, until: datetime | None = None) -> bool:
    """Replace a value that is there; False when it is gone, which is then not brought back."""
    return bool(await database.fetch(_CHANGE, namespace, _hash(key), value, until))


async def kept(namespace: str, key: str, *, at: datetime) -> bytes | None:
    """The value, unless it is gone or has expired."""
    row = await database.fetch_one(f"SELECT value FROM kept_values {_THERE}", namespace, _hash(key), at)
    return row["value"] if row else None


async def kept_alone(namespace: str, key: str, *, at: datetime) -> bytes | None:
    """The value, held against everyone else until the running transaction ends."""
    return await database.connection().fetchval(
        f"SELECT value FROM kept_values {_THERE} FOR NO KEY UPDATE", namespace, _hash(key), at
    )


async def take(namespace: str, key: str, *, at: datetime) -> bytes | None:
    """The value, which nobody can take again."""
    row = await database.fetch_one(
        f"DELETE FROM kept_values {_THERE} RETURNING value", namespace, _hash(key), at
    )
    return row["value"] if row else None


async def renew(namespace: str, key: str, *, until: datetime) -> None:
    """Let a value that expires at all expire later."""
    await database.fetch(
        "UPDATE kept_values SET expires_at = $3"
        " WHERE namespace = $1 AND key_hash = $2 AND expires_at IS NOT NULL",
        namespace,
        _hash(key),
        until,
    )


async def kept_until(namespace: str, key: str, *, at: datetime) -> datetime | None:
    """When a value that is there expires; None when it is gone or never does."""
    row = await database.fetch_one(f"SELECT expires_at FROM kept_values {_THERE}", namespace, _hash(key), at)
    return row["expires_at"] if row else None


async def forget(namespace: str, key: str) -> None:
    await database.fetch(
        "DELETE FROM kept_values WHERE namespace = $1 AND key_hash = $2", namespace, _hash(key)
    )


async def forget_all(namespace: str) -> None:
    await database.fetch("DELETE FROM kept_values WHERE namespace = $1", namespace)


async def forget_expired(at: datetime) -> None:
    """Clear what has expired; the schedule's business, and harmless at any time."""
    await database.fetch("DELETE FROM kept_values WHERE expires_at <= $1", at)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
