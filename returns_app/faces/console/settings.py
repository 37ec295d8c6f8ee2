"""What the shop sets: name and look, where parcels go, deadlines, carriers; and everything to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect, Stream

from returns_app.faces.brand import NotAColour, kept_as_given
from returns_app.faces.console.desk import OWNER_ONLY, AnyRequest, here, locale_of, page
from returns_app.faces.security.typed import typed
from returns_app.insight.export import returns_as_json
from returns_app.merchants.api_keys import api_keys
from returns_app.merchants.create import rename_shop, update_settings
from returns_app.merchants.queries import Shop, staff_of
from returns_app.merchants.settings import MerchantSettings, MethodCarriers, PostalAddress, SettingsRefused
from returns_app.wording import N_, translator

METHODS = ("label", "qr", "store", "own")
CARRIERS: Mapping[str, tuple[str, ...]] = {
    method: tuple(name for name in get_args(get_args(hint)[0]))
    for method, hint in get_type_hints(MethodCarriers).items()
}
"""The carriers that each way of sending can have, from the type of the setting itself."""
_ADDRESS = ("name", "company", "street", "house_number", "extra", "postal_code", "city", "region", "country")
_NUMBERS = ("label_reminder_days", "send_back_days", "credit_valid_months")
_FAULTS: Mapping[str, str] = {
    "name": N_("A shop needs a name."),
    "support_email": N_("Type an e-mail address such as help@example.com, or nothing."),
    "accent": N_("Type a colour of six digits, such as #2f5fd0."),
    "address_country": N_("Type the two letters of the country, such as NL."),
    "label_reminder_days": N_("Type a number of days from 1 to 365."),
    "send_back_days": N_("Type a number of days from 1 to 365."),
    "credit_valid_months": N_("Type a number of months from 1 to 120, or nothing when credit never expires."),
}


@get("/settings", guards=[OWNER_ONLY])
async def settings_page(request: AnyRequest) -> Response[str]:
    """All settings on one page, with the people and the keys."""
    shop, _ = await here(request)
    return await show_settings(request, _as_typed(shop))


@post("/settings", guards=[OWNER_ONLY], status_code=303)
async def save_settings(request: AnyRequest) -> Response[Any]:
    """Keep what was typed; what cannot be used is said beside its field and nothing is changed."""
    shop, _ = await here(request)
    form = await request.form()
    said = {name: typed(form, name) for name in _as_typed(shop)}
    errors = {name: sentence for name in _FAULTS if (sentence := _fault(name, said, locale_of(request)))}
    if errors:
        return await show_settings(request, said, errors)
    try:
        await update_settings(shop.id, _settings(shop.settings, said))
    except SettingsRefused as refused:
        field = refused.field.removeprefix("brand.")
        return await show_settings(request, said, {field: _sentence(field, locale_of(request))})
    await rename_shop(shop.id, said["name"])
    return Redirect("/console/settings?done=saved", status_code=303)


@get("/returns.json", guards=[OWNER_ONLY])
async def export_json(request: AnyRequest) -> Stream:
    """Everything kept about every return."""
    shop, _ = await here(request)
    name = f'attachment; filename="returns-{shop.slug}.json"'
    return Stream(
        returns_as_json(shop.id), media_type="application/json", headers={"Content-Disposition": name}
    )


HANDLERS = [settings_page, save_settings, export_json]


async def show_settings(
    request: AnyRequest,
    said: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    **more: Any,
) -> Response[str]:
    """The settings page; `more` is what was just made, or typed about a person or a key."""
    shop, _ = await here(request)
    said = said if said is not None else _as_typed(shop)
    context = {"person_typed": {}, "made": None, **more}
    return await page(
        request,
        "settings.html",
        status=422 if errors else 200,
        said=said,
        errors=errors or {},
        accent_kept=_accent_kept(said["accent"]),
        methods=[(method, CARRIERS[method]) for method in METHODS],
        people=await staff_of(shop.id),
        keys=await api_keys(shop.id),
        **context,
    )


def _accent_kept(accent: str) -> bool:
    """Whether words can be read on the colour as it was given."""
    try:
        return kept_as_given(accent)
    except NotAColour:
        return True


def _as_typed(shop: Shop) -> dict[str, str]:
    """The settings as the form has them."""
    settings = shop.settings
    address = settings.warehouse().address
    return {
        "name": shop.name,
        "support_email": settings.support_email,
        "accent": "#" + settings.brand.accent.removeprefix("#"),
        **{f"address_{name}": getattr(address, name) for name in _ADDRESS},
        "label_reminder_days": str(settings.label_reminder_days),
        "send_back_days": str(settings.send_back_days),
        "credit_valid_months": str(settings.credit_valid_months or ""),
        **{f"carrier_{method}": getattr(settings.carriers, method) or "" for method in METHODS},
    }


def _fault(name: str, said: Mapping[str, str], locale: str) -> str | None:
    """What is wrong with a field that msgspec or the settings' own check could not say in words."""
    if name == "name":
        wrong = not said["name"]
    elif name == "address_country":
        country = said["address_country"]
        wrong = not (len(country) == 2 and country.isascii() and country.isalpha())
    elif name in _NUMBERS:
        optional = name == "credit_valid_months" and not said[name]
        wrong = not optional and not (said[name].isascii() and said[name].isdigit() and len(said[name]) < 4)
    else:
        wrong = False
    return _sentence(name, locale) if wrong else None


def _sentence(field: str, locale: str) -> str:
    return translator(locale).gettext(_FAULTS.get(field, N_("This can't be used as it is.")))


def _settings(before: MerchantSettings, said: Mapping[str, str]) -> MerchantSettings:
    place = before.warehouse()
    address = msgspec.structs.replace(place.address, **{name: said[f"address_{name}"] for name in _ADDRESS})
    carriers = {
        method: said[f"carrier_{method}"] if said[f"carrier_{method}"] in CARRIERS[method] else None
        for method in METHODS
    }
    return msgspec.structs.replace(
        before,
        support_email=said["support_email"],
        brand=msgspec.structs.replace(before.brand, accent=said["accent"].removeprefix("#").lower()),
        warehouses=(
            msgspec.structs.replace(place, address=_capital(address)), *before.warehouses[1:],
        ),
        carriers=MethodCarriers(**carriers),  # pyright: ignore[reportArgumentType] - each is one of its own type's values
        label_reminder_days=int(said["label_reminder_days"]),
        send_back_days=int(said["send_back_days"]),
        credit_valid_months=int(said["credit_valid_months"]) if said["credit_valid_months"] else None,
    )  # fmt: skip


def _capital(address: PostalAddress) -> PostalAddress:
    return msgspec.structs.replace(address, country=address.country.upper())
