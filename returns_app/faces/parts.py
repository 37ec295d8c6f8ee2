"""The living page of all parts, `/parts`, mounted in practice mode: what a page may be built from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import segno
from barcode.codex import Code128
from litestar import Request, Response, get
from litestar.params import FromQuery
from markupsafe import Markup

from returns_app import wording
from returns_app.assets import address
from returns_app.faces.rendering import choose_locale, render
from returns_app.money import Money
from returns_app.wording import translator

Face = Literal["portal", "warehouse", "console", "plain"]
FACES: tuple[Face, ...] = ("portal", "warehouse", "console", "plain")
_DAY = date(2026, 12, 4)
_WEEKS = (("48", 31), ("49", 44), ("50", 39), ("51", 52), ("52", 71), ("1", 118), ("2", 96), ("3", 63))


@get("/parts")
async def parts(
    request: Request[Any, Any, Any], face: FromQuery[Face] = "portal", toast: FromQuery[bool] = False
) -> Response[str]:
    """Every part with made-up content, in one of the faces."""
    return render(request, "parts.html", **content(face, choose_locale(request)), face=face, show_toast=toast)


def content(face: Face, locale: str) -> dict[str, Any]:
    """What the living page shows."""
    price = Money(8000, "EUR")
    return {
        "layout": "plain.html" if face == "plain" else f"{face}/base.html",
        "faces": [{"label": name, "href": f"/parts?face={name}", "current": name == face} for name in FACES],
        "day": _DAY,
        "price": price,
        "refund": Money(7605, "EUR"),
        "credit": Money(8800, "EUR"),
        "bonus": Money(800, "EUR"),
        "cap": Money(6000, "EUR"),
        "postage": Money(395, "EUR"),
        "pictures": {"shirt": address("parts/shirt.svg"), "bag": address("parts/bag.svg")},
        "rows": _rows(),
        "weeks": _WEEKS,
        "chart": _chart(),
        "qr": Markup(segno.make("R-7K4M-92XD", error="m").svg_inline(border=0, omitsize=True)),
        "barcode": _bars("3SRTRN7K4M92XD"),
        **_example(locale),
    }


def _example(locale: str) -> dict[str, Any]:
    """A sum and a timeline."""
    _ = translator(locale).gettext
    day = wording.date(_DAY, locale)
    return {
        "lines": [
            {"label": _("Linen overshirt"), "amount": Money(8000, "EUR"), "note": _("Sage green, M")},
            {"label": _("Label"), "amount": Money(-395, "EUR")},
            {"label": _("Restocking fee"), "amount": _("Free")},
        ],
        "total": {"label": _("You get back"), "amount": Money(7605, "EUR")},
        "differences": [{"label": _("As store credit"), "amount": Money(1195, "EUR")}],
        "entries": [
            {"title": _("You asked for a return"), "when": day, "state": "done"},
            {"title": _("The shop approved it"), "when": day, "state": "done", "who": "Mila"},
            {"title": _("On its way"), "text": _("Handed in at the post office"), "state": "now"},
            {"title": _("Arrived at our warehouse"), "state": "next"},
            {"title": _("Money on your card"), "text": _("By %(day)s") % {"day": day}, "state": "next"},
        ],
    }


def _rows() -> list[dict[str, Any]]:
    people = ("Anna de Vries", "Jonas Keller", "Sofie Peeters", "Liam O’Connor", "Eva Jansen", "Noor Bakker")
    states = ("in_review", "approved", "settled", "rejected", "requested", "expired")
    return [
        {
            "rma": f"R-7K4M-9{letter}XD",
            "shopper": person,
            "status": state,
            "day": _DAY - timedelta(days=place),
            "amount": Money(3995 + 6400 * place, "EUR"),
        }
        for place, (letter, person, state) in enumerate(zip("ABCDEF", people, states, strict=True))
    ]


def _chart() -> Markup:
    """Bars from zero, the last one in the accent and labelled on the drawing."""
    high = max(count for _, count in _WEEKS)
    bars = [
        Markup(
            '<rect class="{}" x="{}" y="{}" width="44" height="{}" rx="3"/>'
            '<text x="{}" y="196" text-anchor="middle">{}</text>'
        ).format(
            "bar" if place == len(_WEEKS) - 1 else "bar-quiet",
            place * 76 + 16,
            170 - count / high * 140,
            count / high * 140,
            place * 76 + 38,
            week,
        )
        for place, (week, count) in enumerate(_WEEKS)
    ]
    last = Markup('<text class="label-accent" x="570" y="{}" text-anchor="middle">{}</text>').format(
        162 - _WEEKS[-1][1] / high * 140, _WEEKS[-1][1]
    )
    axis = Markup('<line class="axis" x1="0" x2="616" y1="170.5" y2="170.5"/>')
    return Markup('<svg viewBox="0 0 616 204" aria-hidden="true">{}{}{}</svg>').format(
        Markup("").join(bars), last, axis
    )


def _bars(value: str) -> Markup:
    """A Code 128 as bars of whole modules, with the quiet zone of ten modules on each side."""
    modules = Code128(value).build()[0]
    bars = Markup("").join(
        Markup('<rect x="{}" width="1" height="20"/>').format(place + 10)
        for place, module in enumerate(modules)
        if module == "1"
    )
    return Markup(
        '<svg viewBox="0 0 {} 20" preserveAspectRatio="none" shape-rendering="crispEdges" '
        'aria-hidden="true">{}</svg>'
    ).format(len(modules) + 20, bars)
