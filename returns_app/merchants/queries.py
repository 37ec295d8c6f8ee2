"""Reads of the shops and the people who work for them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.merchants.settings import MerchantSettings, read
from returns_app.wording import N_

Role = Literal["owner", "agent", "warehouse"]


class NoSuchMerchant(LookupError):
    """There is no shop at this address."""

    status = 404
    code = "no_such_merchant"


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant with its settings."""

    id: UUID
    slug: str
    name: str
    currency: str
    country: str
    locale: str
    timezone: str
    settings: MerchantSettings


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """A person who signs in. `stamp` changes with the password and ends sessions of the old one."""

    id: UUID
    merchant: UUID
    email: str
    name: str
    role: Role
    locale: str
    stamp: str

    def actor(self, *, on_behalf: bool = False) -> Actor:
        return Actor("staff", self.name, str(self.id), on_behalf)


_SHOP = "SELECT id, slug, name, currency, country, locale, timezone, settings FROM merchants"
_STAMP = "left(encode(sha256(convert_to(password_hash, 'UTF8')), 'hex'), 16)"
STAFF_COLUMNS = f"id, merchant, email, name, role, locale, {_STAMP} AS stamp"


async def merchant(slug: str) -> Shop:
    """The shop at this address. Raises NoSuchMerchant."""
    return _one(await database.fetch_one(f"{_SHOP} WHERE slug = $1", slug))


async def merchant_by_id(id: UUID) -> Shop:
    """Raises NoSuchMerchant."""
    return _one(await database.fetch_one(f"{_SHOP} WHERE id = $1", id))


async def merchants() -> list[Shop]:
    """Every shop of this installation, by name."""
    return [_shop(row) for row in await database.fetch(f"{_SHOP} ORDER BY name, id")]


async def staff_member(id: UUID) -> StaffMember | None:
    """A person who may still sign in."""
    row = await database.fetch_one(f"SELECT {STAFF_COLUMNS} FROM staff WHERE id = $1 AND active", id)
    return staff_from(row) if row else None


async def staff_of(merchant: UUID) -> list[StaffMember]:
    """The people of a shop who may sign in, by name."""
    rows = await database.fetch(
        f"SELECT {STAFF_COLUMNS} FROM staff WHERE merchant = $1 AND active ORDER BY name, id", merchant
    )
    return [staff_from(row) for row in rows]


def staff_from(row: asyncpg.Record) -> StaffMember:
    return StaffMember(**{field: row[field] for field in StaffMember.__struct_fields__})


def _one(row: asyncpg.Record | None) -> Shop:
    if row is None:
        raise NoSuchMerchant(N_("There is no shop at this address."))
    return _shop(row)


def _shop(row: asyncpg.Record) -> Shop:
    return Shop(**{**dict(row), "settings": read(row["settings"])})
