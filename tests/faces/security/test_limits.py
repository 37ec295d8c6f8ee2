"""Limits hold exactly, over several processes of the app, and say when to come back."""

import asyncio
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency

from returns_app import database
from returns_app.app import WITHOUT_SESSION
from returns_app.faces.security import guards, limits
from returns_app.merchants.api_keys import make_api_key, revoke_api_key
from returns_app.merchants.attempts import Limit
from returns_app.merchants.queries import Shop, StaffMember
from tests.faces.browser import Browser, app_for_tests
from tests.faces.conftest import LONG_AGO


async def test_thirty_at_once_over_two_apps_get_exactly_the_limit(tmp_path: Path, shop: Shop) -> None:
    apps = [app_for_tests(tmp_path), app_for_tests(tmp_path)]
    visitors = [Browser(apps[i % 2], address=f"203.0.113.{i}") for i in range(30)]
    for visitor in visitors:
        await visitor.get("/returns/lotus/")
    answers = await asyncio.gather(
        *(
            visitor.post("/returns/lotus/", {"order": "1001", "email": f"a{i}@x.example"})
            for i, visitor in enumerate(visitors)
        )
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(303) == limits.LOOK_UP_PER_ORDER.most
    assert statuses.count(429) == 30 - limits.LOOK_UP_PER_ORDER.most
    asked = await database.fetch("SELECT 1 FROM kept_values WHERE namespace = 'look-up'")
    assert len(asked) == limits.LOOK_UP_PER_ORDER.most


@pytest.mark.parametrize("fixed", ["email", "address"])
async def test_look_ups_are_counted_by_email_and_address_too(tmp_path: Path, shop: Shop, fixed: str) -> None:
    app = app_for_tests(tmp_path)
    most = limits.LOOK_UP_PER_EMAIL.most if fixed == "email" else limits.LOOK_UP_PER_ADDRESS.most
    for i in range(most + 1):
        visitor = Browser(app, address="203.0.113.1" if fixed == "address" else f"203.0.113.{i}")
        email = "a@x.example" if fixed == "email" else f"a{i}@x.example"
        answer = await visitor.post("/returns/lotus/", {"order": str(i), "email": email})
        assert answer.status_code == (303 if i < most else 429)


async def test_sign_ins_are_counted_by_email_whoever_tries(tmp_path: Path, sanne: StaffMember) -> None:
    app = app_for_tests(tmp_path)
    for i in range(limits.SIGN_IN_PER_EMAIL.most + 1):
        visitor = Browser(app, address=f"203.0.113.{i}")
        answer = await visitor.post("/sign-in", {"email": sanne.email, "password": "guess"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 15 * 60 + 1
    assert "A little slower, please" in answer.text


async def test_an_address_is_a_household_in_ipv6(tmp_path: Path, shop: Shop) -> None:
    app = app_for_tests(tmp_path)
    for i in range(limits.LOOK_UP_PER_ADDRESS.most + 1):
        visitor = Browser(app, address=f"2001:db8::{i + 1:x}")
        answer = await visitor.post("/returns/lotus/", {"order": str(i), "email": f"a{i}@x.example"})
    assert answer.status_code == 429


@pytest.fixture
def api(app: Litestar) -> Browser:
    api_merchant = guards.DEPENDENCIES["api_merchant"]

    @get("/api/v1/whoami", opt=WITHOUT_SESSION, dependencies={"api_merchant": api_merchant})
    async def whoami(api_merchant: NamedDependency[Shop]) -> str:
        return api_merchant.slug

    app.register(whoami)
    return Browser(app)


async def test_a_key_opens_its_own_shop_until_revoked(api: Browser, shop: Shop) -> None:
    made = await make_api_key(shop.id, name="Shop", at=LONG_AGO)
    bearer = {"authorization": f"Bearer {made.secret}"}
    answer = await api.get("/api/v1/whoami", headers=bearer)
    assert (answer.text, "set-cookie" in answer.headers) == ("lotus", False)
    await revoke_api_key(shop.id, made.id, at=LONG_AGO)
    refused = await api.get("/api/v1/whoami", headers=bearer)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["code"] == "wrong_api_key"


async def test_a_key_has_its_own_limit(api: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "API_PER_KEY", Limit("api.key", 2, limits.API_PER_KEY.per))
    keys = [await make_api_key(shop.id, name="Shop", at=LONG_AGO) for _ in range(2)]
    for key, statuses in zip(keys, ([200, 200, 429], [200]), strict=True):
        for status in statuses:
            answer = await api.get("/api/v1/whoami", headers={"authorization": f"Bearer {key.secret}"})
            assert answer.status_code == status
    problem = await api.get("/api/v1/whoami", headers={"authorization": f"Bearer {keys[0].secret}"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "too_many_attempts"
    assert int(problem.headers["retry-after"]) >= 1
