"""A merchant's settings keep their defaults, and say what does not fit."""

import msgspec
import pytest

from returns_app import wording
from returns_app.merchants.settings import (
    BrandSettings,
    FollowUp,
    MerchantSettings,
    Reason,
    SettingsRefused,
    Warehouse,
    check,
    read,
)


def test_an_empty_document_is_all_defaults() -> None:
    assert read(b"{}") == MerchantSettings()
    assert msgspec.json.encode(MerchantSettings()) == b"{}"


def test_what_is_set_comes_back() -> None:
    settings = MerchantSettings(
        send_back_days=21,
        reasons=(Reason(key="fit", children=(Reason(key="too-small"), Reason(key="too-large"))),),
    )
    assert read(msgspec.json.encode(settings)) == settings
    assert list(settings.all_reasons()) == ["fit", "too-small", "too-large"]


def test_every_default_reason_has_words_in_every_language() -> None:
    for reason in MerchantSettings().all_reasons().values():
        for locale in ("en", "nl"):
            assert reason.words.get(locale) or wording.reason(reason.key, locale)
            assert all(question.words[locale] for question in reason.questions)


def test_the_default_settings_can_be_used() -> None:
    assert check(MerchantSettings()).warehouse().key == "main"
    with pytest.raises(KeyError):
        MerchantSettings().warehouse("nowhere")


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (MerchantSettings(warehouses=()), "warehouses"),
        (MerchantSettings(warehouses=(Warehouse(key="a", name="A"),) * 2), "warehouses"),
        (MerchantSettings(reasons=()), "reasons"),
        (MerchantSettings(reasons=(Reason(key="Not a key"),)), "reasons"),
        (MerchantSettings(reasons=(Reason(key="x", children=(Reason(key="x"),)),)), "reasons"),
        (MerchantSettings(languages=()), "languages"),
        (MerchantSettings(support_email="nobody"), "support_email"),
        (MerchantSettings(brand=BrandSettings(accent="blue")), "brand.accent"),
        (MerchantSettings(policy_url="javascript:alert(1)"), "policy_url"),
        (MerchantSettings(send_back_days=0), "send_back_days"),
        (MerchantSettings(credit_valid_months=0), "credit_valid_months"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(settings: MerchantSettings, field: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        check(settings)
    assert refused.value.field == field


def test_a_document_that_does_not_fit_is_refused_with_its_path() -> None:
    with pytest.raises(SettingsRefused) as refused:
        read(b'{"brand": {"accent": 3}}')
    assert refused.value.field == "brand.accent"


def test_a_follow_up_is_text_unless_said_otherwise() -> None:
    assert FollowUp(key="x", words={}).kind == "text"
