"""Shops, people and keys, on a real database."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher

from returns_app import database
from returns_app.merchants import passwords
from returns_app.merchants.api_keys import (
    WrongApiKey,
    api_keys,
    check_api_key,
    make_api_key,
    revoke_api_key,
)
from returns_app.merchants.create import SlugTaken, create_merchant, update_settings
from returns_app.merchants.passwords import PasswordUnfit
from returns_app.merchants.queries import (
    NoSuchMerchant,
    Shop,
    merchant,
    merchant_by_id,
    merchants,
    staff_member,
    staff_of,
)
from returns_app.merchants.settings import MerchantSettings, SettingsRefused
from returns_app.merchants.staff import (
    EmailTaken,
    StaffUnfit,
    WrongSignIn,
    add_staff,
    change_password,
    let_go,
    sign_in,
)

NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@pytest.fixture
async def shop(db: str) -> Shop:
    return await create_merchant("lotus", name="Lotus", at=NOW)


async def test_a_shop_is_read_as_it_was_made(shop: Shop) -> None:
    assert await merchant("lotus") == shop == await merchant_by_id(shop.id)
    assert await merchants() == [shop]


async def test_an_address_is_given_once(shop: Shop) -> None:
    with pytest.raises(SlugTaken):
        await create_merchant("lotus", name="Other", at=NOW)
    assert (await merchant("lotus")).name == "Lotus"


@pytest.mark.parametrize(
    "wrong", [{"currency": "euro"}, {"country": "nl"}, {"timezone": "Mars/Base"}, {"timezone": "../etc"}]
)
async def test_a_shop_has_a_real_currency_country_and_zone(db: str, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused):
        await create_merchant("x", name="X", at=NOW, **wrong)


async def test_settings_change_for_one_shop_only(shop: Shop) -> None:
    other = await create_merchant("other", name="Other", at=NOW)
    await update_settings(shop.id, MerchantSettings(send_back_days=21))
    assert (await merchant("lotus")).settings.send_back_days == 21
    assert (await merchant_by_id(other.id)).settings == MerchantSettings()
    with pytest.raises(NoSuchMerchant):
        await update_settings(uuid4(), MerchantSettings())


async def test_nobody_lives_at_an_unknown_address(db: str) -> None:
    with pytest.raises(NoSuchMerchant):
        await merchant("nowhere")


async def _sanne(shop: Shop) -> UUID:
    person = await add_staff(
        shop.id, email=" Sanne@Lotus.example ", name="Sanne", role="agent", password=PASSWORD, at=NOW
    )
    return person.id


async def test_a_person_signs_in_with_the_right_password_only(shop: Shop) -> None:
    id = await _sanne(shop)
    assert (await sign_in("SANNE@lotus.example", PASSWORD)).id == id
    for email, password in (("sanne@lotus.example", "wrong"), ("nobody@lotus.example", PASSWORD)):
        with pytest.raises(WrongSignIn):
            await sign_in(email, password)


async def test_an_unknown_email_costs_a_hash_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    async def right(password: str, hashed: str) -> bool:
        checked.append(hashed)
        return False

    monkeypatch.setattr(passwords, "right_password", right)
    with pytest.raises(WrongSignIn):
        await sign_in("nobody@lotus.example", PASSWORD)
    assert checked == [passwords.NOBODY]
    assert not passwords.outdated(passwords.NOBODY)


async def test_a_person_let_go_cannot_come_back(shop: Shop) -> None:
    id = await _sanne(shop)
    await let_go(uuid4(), id)
    assert await staff_member(id) is not None
    await let_go(shop.id, id)
    assert await staff_member(id) is None
    assert await staff_of(shop.id) == []
    with pytest.raises(WrongSignIn):
        await sign_in("sanne@lotus.example", PASSWORD)


@pytest.mark.parametrize("length", [passwords.SHORTEST - 1, passwords.LONGEST + 1])
async def test_the_refusal_of_a_password_says_the_true_bounds(length: int) -> None:
    with pytest.raises(PasswordUnfit, match=f"{passwords.SHORTEST} and {passwords.LONGEST}"):
        await passwords.hash_password("x" * length)


async def test_an_email_signs_in_at_one_shop(shop: Shop) -> None:
    await _sanne(shop)
    with pytest.raises(EmailTaken):
        await _sanne(shop)
    with pytest.raises(StaffUnfit):
        await add_staff(shop.id, email="no address", name="", role="agent", password=PASSWORD, at=NOW)
    with pytest.raises(PasswordUnfit):
        await add_staff(shop.id, email="x@y.example", name="", role="agent", password="short", at=NOW)


async def test_a_new_password_makes_a_new_stamp(shop: Shop) -> None:
    id = await _sanne(shop)
    before = await staff_member(id)
    with pytest.raises(WrongSignIn):
        await change_password(id, current="wrong", new="another long password")
    after = await change_password(id, current=PASSWORD, new="another long password")
    assert before is not None
    assert after.stamp != before.stamp
    assert (await sign_in("sanne@lotus.example", "another long password")).stamp == after.stamp


async def test_an_old_hash_is_made_anew_at_sign_in(shop: Shop) -> None:
    id = await _sanne(shop)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await database.fetch("UPDATE staff SET password_hash = $2 WHERE id = $1", id, weak)
    person = await sign_in("sanne@lotus.example", PASSWORD)
    row = await database.fetch_one("SELECT password_hash FROM staff WHERE id = $1", id)
    assert row is not None
    assert not passwords.outdated(row["password_hash"])
    assert await staff_member(id) == person


async def test_a_key_works_until_it_is_revoked(shop: Shop) -> None:
    made = await make_api_key(shop.id, name="Shop", at=NOW)
    assert made.secret.startswith("rk_")
    assert (await check_api_key(made.secret)).merchant == shop.id
    await revoke_api_key(uuid4(), made.id, at=NOW)
    assert (await check_api_key(made.secret)).id == made.id
    await revoke_api_key(shop.id, made.id, at=NOW)
    with pytest.raises(WrongApiKey):
        await check_api_key(made.secret)
    assert [key.revoked_at for key in await api_keys(shop.id)] == [NOW]


async def test_the_database_never_learns_a_key(shop: Shop) -> None:
    made = await make_api_key(shop.id, name="Shop", at=NOW)
    row = await database.fetch_one("SELECT api_keys::text AS all FROM api_keys")
    assert row is not None
    assert made.secret not in row["all"]
    with pytest.raises(WrongApiKey):
        await check_api_key("rk_unknown")
