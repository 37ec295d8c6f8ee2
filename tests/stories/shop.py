"""The shop of the stories: a policy without seasons, three people, and orders of the last days.

Stories run at the true time, so nothing here may depend on the day they are told.
"""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from returns_app import clock
from returns_app.merchants.create import create_merchant
from returns_app.merchants.queries import Role, Shop
from returns_app.merchants.settings import MerchantSettings
from returns_app.merchants.staff import add_staff
from returns_app.practice.client import PracticeClient
from returns_app.rulebook.publish import publish
from tests.makers import OWNER, POLICIES, SETTINGS, an_order, shoe

PASSWORD = "a password for the stories"
PEOPLE: dict[Role, str] = {"owner": "Olga", "agent": "Amir", "warehouse": "Willem"}
_SEASON = re.compile(r"\b202(?=[67]-)")
_NUMBERS = itertools.count(70001)


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """What a shopper knows of an order, and the payment behind it."""

    order: UUID
    number: str
    email: str
    payment: str


async def open_shop(settings: MerchantSettings = SETTINGS) -> Shop:
    """The shop with its people. The seasons of the fashion policy lie ten years back."""
    at = clock.now() - timedelta(days=100)
    shop = await create_merchant(
        slug="winkel",
        name="Winkel",
        currency="EUR",
        country="NL",
        locale="nl",
        timezone="Europe/Amsterdam",
        settings=settings,
        at=at,
    )
    policy = POLICIES / "fashion.toml"
    text = _SEASON.sub("201", policy.read_text())
    await publish(text, file=policy.name, merchant=shop.id, actor=OWNER, at=at)
    return shop


async def hire(shop: Shop, role: Role) -> str:
    """Let a person of this role sign in with PASSWORD; the answer is their e-mail."""
    email = f"{role}@winkel.example"
    await add_staff(
        shop.id, email=email, name=PEOPLE[role], role=role, password=PASSWORD, at=clock.now(), locale="en"
    )
    return email


async def buy(shop: Shop, practice: PracticeClient, *goods: dict[str, Any], **said: Any) -> Bought:
    """An order delivered five days ago and paid with a practice payment. One shoe of 80 euro unless told."""
    number, lines = str(next(_NUMBERS)), list(goods) or [shoe()]
    email = f"anna-{number}@example.com"
    cents = sum(round(float(line["unit_price"]) * 100) * line["quantity"] for line in lines)
    payment = await practice.seed_payment(number, cents, "EUR")
    order = await an_order(
        shop, *lines, number=number, email=email, reference=payment, **{**days_of_the_order(), **said}
    )
    return Bought(order=order, number=number, email=email, payment=payment)


def days_of_the_order() -> dict[str, str]:
    """Ordered ten days ago, sent eight, delivered five."""
    now = clock.now()
    days = {"ordered_at": 10, "dispatched_at": 8, "delivered_at": 5}
    return {name: (now - timedelta(days=ago)).isoformat() for name, ago in days.items()}
