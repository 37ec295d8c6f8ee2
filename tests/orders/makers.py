"""A shop and its orders, as small as a test can say them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.orders.scheme import OrderTold

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def a_merchant(slug: str = "shop", currency: str = "EUR") -> UUID:
    merchant = uuid4()
    await database.fetch(
        "INSERT INTO merchants (id, slug, name, currency, country, locale, timezone, settings, created_at) "
        "VALUES ($1, $2, 'Shop', $3, 'NL', 'nl', 'Europe/Amsterdam', '{}', $4)",
        merchant,
        slug,
        currency,
        AT,
    )
    return merchant


def a_line(sku: str = "SHIRT-M", **said: Any) -> dict[str, Any]:
    return {"sku": sku, "title": "Shirt", "quantity": 2, "unit_price": "20.00", "tax_rate": "21", **said}


def an_order(**said: Any) -> dict[str, Any]:
    """As JSON would hold it: 2 × 20.00 + 3.95."""
    return {
        "number": "1001",
        "currency": "EUR",
        "ordered_at": "2026-11-10T10:00:00+01:00",
        "email": "Anna@Example.com",
        "total": "43.95",
        "ship_to": {"name": "Anna de Wit", "street": "Kade", "house_number": "1", "country": "NL"},
        "shipping": {"amount": "3.95", "tax_rate": "21"},
        "lines": [a_line()],
        "payments": [{"method": "ideal", "gateway": "stripe", "reference": "pi_1", "captured": "43.95"}],
        **said,
    }


def told(**said: Any) -> OrderTold:
    return msgspec.convert(an_order(**said), OrderTold)
