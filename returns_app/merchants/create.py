"""Open a shop, and change its settings."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from returns_app import database
from returns_app.merchants.queries import NoSuchMerchant, Shop
from returns_app.merchants.settings import MerchantSettings, SettingsRefused, check

_INSERT = """
INSERT INTO merchants (id, slug, name, currency, country, locale, timezone, settings, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (slug) DO NOTHING RETURNING id
"""


class SlugTaken(ValueError):
    """Another shop has this address already."""

    status = 409
    code = "slug_taken"


async def create_merchant(
    slug: str,
    *,
    name: str,
    at: datetime,
    currency: str = "EUR",
    country: str = "NL",
    locale: str = "en",
    timezone: str = "Europe/Amsterdam",
    settings: MerchantSettings | None = None,
) -> Shop:
    """Open a shop at `/returns/{slug}/`. Raises SlugTaken or SettingsRefused."""
    settings = check(settings or MerchantSettings())
    shop = Shop(
        id=uuid4(),
        slug=slug,
        name=name,
        currency=currency,
        country=country,
        locale=locale,
        timezone=timezone,
        settings=settings,
    )
    _check_names(shop)
    body = msgspec.json.encode(settings).decode()
    kept = await database.fetch(_INSERT, shop.id, slug, name, currency, country, locale, timezone, body, at)
    if not kept:
        raise SlugTaken(f"There is a shop at “{slug}” already.")
    return shop


async def update_settings(merchant: UUID, settings: MerchantSettings) -> None:
    """Replace a shop's settings. Raises SettingsRefused or NoSuchMerchant."""
    body = msgspec.json.encode(check(settings)).decode()
    changed = await database.fetch(
        "UPDATE merchants SET settings = $2 WHERE id = $1 RETURNING id", merchant, body
    )
    if not changed:
        raise NoSuchMerchant("There is no such shop.")


async def rename_shop(merchant: UUID, name: str) -> None:
    """Call the shop something else; its address stays. Raises SettingsRefused without a name."""
    if not name.strip():
        raise SettingsRefused("name", "A shop needs a name.")
    await database.fetch("UPDATE merchants SET name = $2 WHERE id = $1", merchant, name.strip()[:120])


def _check_names(shop: Shop) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", shop.slug):
        raise SettingsRefused("slug", "An address has small letters, digits and hyphens.")
    if not re.fullmatch(r"[A-Z]{3}", shop.currency):
        raise SettingsRefused("currency", f"{shop.currency!r} is not a currency such as EUR.")
    if not re.fullmatch(r"[A-Z]{2}", shop.country):
        raise SettingsRefused("country", f"{shop.country!r} is not a country such as NL.")
    try:
        ZoneInfo(shop.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsRefused("timezone", f"{shop.timezone!r} is not a time zone.") from None
