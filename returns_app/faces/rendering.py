"""From a template and its words to a page in the reader's language.

A handler says `return render(request, "portal/choose.html", order=order)`. Every page also knows
`brand`, `practice`, `locale`, `languages`, `path` and `csrf()`. Macros imported from `parts/` know the
language too, because each language has an environment of its own.

The filters are those of `wording`: `{{ amount | money }}`, `{{ day | date }}`,
`{{ moment | when(brand.timezone) }}`, `{{ line.resolution | resolution("staff") }}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.template.base import csrf_token
from markupsafe import Markup, escape

from returns_app import wording
from returns_app.assets import address
from returns_app.faces.brand import Brand
from returns_app.languages import LANGUAGES

TEMPLATES = Path(__file__).parent.parent / "templates"
PLAIN_BRAND = Brand(name="Returns")
LANGUAGE_COOKIE = "lang"
_A_YEAR = 365 * 24 * 3600

_SAYS = (
    wording.money,
    wording.difference,
    wording.percent,
    wording.number,
    wording.date,
    wording.full_date,
    wording.when,
    wording.short_when,
    wording.listed,
    wording.refused,
    wording.return_status,
    wording.line_status,
    wording.parcel_status,
    wording.receipt,
    wording.refund_status,
    wording.exchange_status,
    wording.resolution,
    wording.method,
    wording.ground,
    wording.reason,
    wording.grade,
    wording.disposition,
    wording.verdict,
)


def render(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
    **context: Any,
) -> Response[str]:
    """A page, rendered now, in the language of the reader. `context` may override what every page knows."""
    surroundings = around(request)
    page = environment(surroundings["locale"]).get_template(template).render({**surroundings, **context})
    return Response(
        page,
        media_type=MediaType.HTML,
        status_code=status,
        headers={"Content-Language": surroundings["locale"], **(headers or {})},
        cookies=[*cookies, *_remembered_language(request)],
    )


def around(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every page knows without being told by its handler."""
    brand = request.state.get("brand") or PLAIN_BRAND
    settings = request.app.state.get("settings")
    locale = choose_locale(request, brand)
    return {
        "brand": brand,
        "practice": bool(settings and settings.practice),
        "locale": locale,
        "languages": [_language_link(request, code) for code in LANGUAGES if code != locale],
        "path": request.url.path,
        "csrf": lambda: _csrf_field(request),
    }


def choose_locale(request: Request[Any, Any, Any], brand: Brand = PLAIN_BRAND) -> str:
    """The language asked for by link, else remembered, else the browser's, else the shop's."""
    asked = request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
    wishes = [*asked, *_accepted(request.headers.get("accept-language", "")), brand.locale[:2]]
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


def _accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first (RFC 9110, 12.5.4)."""
    weighed = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def _language_link(request: Request[Any, Any, Any], code: str) -> dict[str, str]:
    query = {**dict(request.query_params), "lang": code}
    return {
        "code": code,
        "name": wording.language_name(code),
        "href": f"{request.url.path}?{urlencode(query)}",
    }


def _remembered_language(request: Request[Any, Any, Any]) -> list[Cookie]:
    asked = request.query_params.get("lang")
    if asked not in LANGUAGES:
        return []
    return [
        Cookie(
            key=LANGUAGE_COOKIE,
            value=asked,
            max_age=_A_YEAR,
            samesite="lax",
            httponly=True,
            secure=request.url.scheme == "https",
        )
    ]


def _csrf_field(request: Request[Any, Any, Any]) -> Markup:
    token = csrf_token({"request": request})
    return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(token)


@lru_cache
def environment(locale: str) -> Environment:
    """The templates in one language. Every value is escaped; a name that is not given is an error."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    pages.policies["ext.i18n.trimmed"] = True
    pages.install_gettext_translations(wording.translator(locale), newstyle=True)  # pyright: ignore[reportAttributeAccessIssue] - added by the i18n extension
    pages.filters.update({says.__name__: _in_language(says, locale) for says in _SAYS})
    pages.filters["attributes"] = attributes
    pages.globals.update(asset=address, page_locale=locale)
    return pages


def _in_language(says: Callable[..., str], locale: str) -> Callable[..., str]:
    @wraps(says)
    def said(value: Any, *more: Any) -> str:
        return says(value, locale, *more)

    return said


def attributes(given: Mapping[str, Any]) -> Markup:
    """HTML attributes from a mapping: `True` stands alone, `None` and `False` are left out."""
    return Markup("").join(
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, escape(value))
        for name, value in given.items()
        if value is not None and value is not False
    )
