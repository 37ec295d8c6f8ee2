"""Keys for the shop's own systems: shown once, kept as a hash, revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database

_START = "rk_"
_INSERT = """
INSERT INTO api_keys (id, merchant, name, prefix, key_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_LIST = """
SELECT id, name, prefix, created_at, revoked_at FROM api_keys WHERE merchant = $1 ORDER BY created_at, id
"""


class WrongApiKey(PermissionError):
    """The key is unknown or revoked."""

    status = 401
    code = "wrong_api_key"


class KeyMade(msgspec.Struct, frozen=True):
    """A new key. `secret` is shown to a person now and never again."""

    id: UUID
    secret: str


class KeyHolder(msgspec.Struct, frozen=True):
    """Who asks with a key."""

    id: UUID
    merchant: UUID
    name: str


class KeyOnList(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    prefix: str
    created_at: datetime
    revoked_at: datetime | None


async def make_api_key(merchant: UUID, *, name: str, at: datetime) -> KeyMade:
    """A key with 256 random bits."""
    id, secret = uuid4(), _START + secrets.token_urlsafe(32)
    await database.fetch(
        _INSERT,
        id,
        merchant,
        name,
        secret[:10],
        _hash(secret),
        at,
    )
    return KeyMade(id, secret)


async def revoke_api_key(merchant: UUID, key: UUID, *, at: datetime) -> None:
    """The key stops working now; nothing happens when it was revoked before."""
    await database.fetch(
        "UPDATE api_keys SET revoked_at = $3 WHERE merchant = $1 AND id = $2 AND revoked_at IS NULL",
        merchant,
        key,
        at,
    )


async def check_api_key(secret: str) -> KeyHolder:
    """Raises WrongApiKey. The look-up is by hash, so its time tells nothing about the key."""
    row = await database.fetch_one(
        "SELECT id, merchant, name FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL", _hash(secret)
    )
    if row is None or not secret.startswith(_START):
        raise WrongApiKey("This API key is unknown or was revoked.")
    return KeyHolder(row["id"], row["merchant"], row["name"])


async def api_keys(merchant: UUID) -> list[KeyOnList]:
    return [KeyOnList(*row) for row in await database.fetch(_LIST, merchant)]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
