"""Settings are kept as typed, refused beside their field, and only the owner's."""

from __future__ import annotations

import json
import re

from litestar import Litestar

from returns_app.merchants.api_keys import check_api_key
from returns_app.merchants.queries import Shop, merchant_by_id, staff_of
from tests.faces.browser import Browser
from tests.faces.conftest import PASSWORD
from tests.faces.console.conftest import in_review, signed_in, words
from tests.makers import a_shop

TYPED = {
    "name": "Linde & Loom",
    "support_email": "hallo@linde.example",
    "accent": "#ffff00",
    "address_street": "Kade",
    "address_house_number": "3",
    "address_city": "Gent",
    "address_country": "be",
    "label_reminder_days": "7",
    "send_back_days": "21",
    "credit_valid_months": "24",
    "carrier_label": "sendcloud",
    "carrier_qr": "sendcloud",
    "carrier_own": "own",
}


async def test_settings_are_kept(desk: Browser, shop: Shop) -> None:
    answer = await desk.post("/console/settings", TYPED)
    assert answer.headers["location"] == "/console/settings?done=saved"
    kept = await merchant_by_id(shop.id)
    settings = kept.settings
    assert (kept.name, settings.support_email, settings.brand.accent) == (
        "Linde & Loom", "hallo@linde.example", "ffff00",
    )  # fmt: skip
    address = settings.warehouse().address
    assert (address.city, address.country, address.company) == ("Gent", "BE", "")
    assert (settings.label_reminder_days, settings.send_back_days, settings.credit_valid_months) == (
        7,
        21,
        24,
    )
    carriers = settings.carriers
    assert (carriers.label, carriers.qr, carriers.store, carriers.own) == (
        "sendcloud",
        "sendcloud",
        None,
        "own",
    )
    assert settings.reasons == shop.settings.reasons


async def test_a_colour_that_cannot_be_read_is_corrected_and_said(desk: Browser, shop: Shop) -> None:
    assert "used as it is" in (await desk.get("/console/settings")).text
    await desk.post("/console/settings", TYPED)
    assert "could hardly be read" in (await desk.get("/console/settings")).text


async def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_kept(
    desk: Browser, shop: Shop
) -> None:
    wrong = {
        "name": " ",
        "support_email": "nobody",
        "accent": "red",
        "address_country": "Nederland",
        "label_reminder_days": "0",
        "send_back_days": "²",
        "credit_valid_months": "-1",
    }
    for field, value in wrong.items():
        answer = await desk.post("/console/settings", {**TYPED, field: value})
        assert answer.status_code == 422, field
        assert f'id="{field}-error"' in answer.text
    assert await merchant_by_id(shop.id) == shop


async def test_a_person_is_let_in_and_let_go(desk: Browser, app: Litestar, shop: Shop) -> None:
    said = {"person_name": "Bo", "person_email": "bo@x.example", "person_role": "agent"}
    short = await desk.post("/console/settings/people", {**said, "person_password": "short"})
    assert short.status_code == 422
    assert 'value="bo@x.example"' in short.text
    assert (
        await desk.post("/console/settings/people", {**said, "person_password": PASSWORD})
    ).status_code == 303
    taken = await desk.post("/console/settings/people", {**said, "person_password": PASSWORD})
    assert "Someone signs in with this e-mail already." in taken.text
    agent = Browser(app)
    await agent.post("/sign-in", {"email": "bo@x.example", "password": PASSWORD})
    assert (await agent.get("/console")).status_code == 200
    [bo] = [each for each in await staff_of(shop.id) if each.name == "Bo"]
    await desk.post(f"/console/settings/people/{bo.id}/let-go", {})
    assert (await agent.get("/console")).headers["location"].startswith("/sign-in")


async def test_nobody_lets_themselves_or_strangers_go(desk: Browser, app: Litestar, shop: Shop) -> None:
    [olga] = await staff_of(shop.id)
    assert (await desk.post(f"/console/settings/people/{olga.id}/let-go", {})).status_code == 422
    other = await a_shop("elders")
    await signed_in(app, other, "eva", "owner")
    [eva] = await staff_of(other.id)
    await desk.post(f"/console/settings/people/{eva.id}/let-go", {})
    assert [each.id for each in await staff_of(other.id)] == [eva.id]
    assert [each.id for each in await staff_of(shop.id)] == [olga.id]


async def test_a_key_is_shown_once_and_revoked(desk: Browser, shop: Shop) -> None:
    assert (await desk.post("/console/settings/keys", {"key_name": ""})).status_code == 422
    page = await desk.post("/console/settings/keys", {"key_name": "Web shop"})
    found = re.search(r"rk_[\w-]{20,}", page.text)
    assert found
    holder = await check_api_key(found[0])
    assert holder.merchant == shop.id
    assert found[0] not in (await desk.get("/console/settings")).text
    await desk.post(f"/console/settings/keys/{holder.id}/revoke", {})
    assert "revoked" in words((await desk.get("/console/settings")).text)


async def test_everything_can_be_taken_away(desk: Browser, shop: Shop) -> None:
    assert json.loads((await desk.get("/console/returns.json")).text) == []
    await in_review(await a_shop("elders"))
    seen = [await in_review(shop, str(number)) for number in (1, 2)]
    taken = json.loads((await desk.get("/console/returns.json")).text)
    assert {each["rma"] for each in taken} == {each.rma for each in seen}
    assert taken[0]["lines"][0]["decisions"][0]["verdict"] == "review"
    assert taken[0]["events"][0]["kind"] == "return.requested"
