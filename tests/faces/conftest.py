"""A shop, its people, and the app, for tests of pages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from litestar import Litestar

from returns_app.merchants import passwords
from returns_app.merchants.create import create_merchant
from returns_app.merchants.queries import Role, Shop, StaffMember
from returns_app.merchants.staff import add_staff
from tests.faces.browser import Browser, app_for_tests

PASSWORD = "a long enough password"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm with the least work; tests/merchants uses the real amount."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    return app_for_tests(tmp_path)


@pytest.fixture
async def shop(db: str) -> Shop:
    return await create_merchant("lotus", name="Lotus", at=LONG_AGO)


@pytest.fixture
async def sanne(shop: Shop) -> StaffMember:
    """An owner of the shop."""
    return await person(shop, "sanne", "owner")


async def person(shop: Shop, name: str, role: Role) -> StaffMember:
    return await add_staff(
        shop.id, email=f"{name}@{shop.slug}.example", name=name, role=role, password=PASSWORD, at=LONG_AGO
    )


@pytest.fixture
async def browser(app: Litestar, shop: Shop) -> Browser:
    return Browser(app)
