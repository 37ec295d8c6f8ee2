"""One return label: ours, warm and whole (asking the child process included), beside the naive ways.

Naive is what a first try does in the web process: a fresh document, its own font configuration,
the style sheet parsed again, the default fetcher; once with a system font and once with our font.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from returns_app.shipping import fonts, render
from returns_app.shipping.carriers import Address, AskItem, LabelAsk
from returns_app.shipping.paper import label_data

ROUNDS = 15
AIM = 100.0
"""Milliseconds a shopper would not notice on the confirmation page."""
DESIGN = render.DESIGNS / "a6"

ASK = LabelAsk(
    id="6d1c2a52-4a0e-4a2b-9f0e-0a4c1f2b3d4e",
    asked_at=datetime(2026, 11, 22, tzinfo=UTC),
    rma="RK7QM4XRZ92H",
    method="own",
    sender=Address(
        name="Sanne de Vries",
        street="Prinsengracht",
        house_number="263-II",
        postal_code="1016 GV",
        city="Amsterdam",
        country="NL",
    ),
    receiver=Address(
        name="Retouren",
        street="Industrieweg",
        house_number="14",
        postal_code="3542 AD",
        city="Utrecht",
        country="NL",
    ),
    weight=1200,
    items=(AskItem(name="Wollen trui, donkerblauw", quantity=1), AskItem(name="Sokken", quantity=3)),
    merchant="Noorderlicht",
    locale="nl",
    order="100048213",
    send_by=date(2026, 12, 4),
)


def run() -> list[dict[str, Any]]:
    """Milliseconds per label (median), and how long the web process stands still meanwhile."""
    page, style = render._filled(DESIGN, label_data(ASK)), (DESIGN / "page.css").read_text()
    with_system_font = _median(lambda: _naive(page, style.replace('Inter, "Inter Ext", ', "")))
    with_our_font = _median(lambda: _naive(page, _font_faces() + style))
    ours, pause = asyncio.run(_ours())
    return [
        _result("label, beside naive with a system font", ours, with_system_font),
        _result("label, beside naive with our font", ours, with_our_font),
        _result("longest pause of the event loop during a label", pause, with_system_font, aim=20.0),
    ]


def _result(name: str, value: float, beside: float, aim: float = AIM) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "ms",
        "beside": round(beside, 1),
        "aim": aim,
        "ok": value <= aim and value < beside,
    }


async def _ours() -> tuple[float, float]:
    renderer, data, times, pauses = render.Renderer(), label_data(ASK), [], []
    try:
        await renderer.render_pdf("a6", data)
        for _ in range(ROUNDS):
            watch = asyncio.create_task(_longest_pause())
            await asyncio.sleep(0)
            start = time.perf_counter()
            await renderer.render_pdf("a6", data)
            times.append(_milliseconds_since(start))
            watch.cancel()
            pauses.append(await watch)
    finally:
        renderer.close()
    return statistics.median(times), statistics.median(pauses)


async def _longest_pause() -> float:
    """Milliseconds beyond one that a sleep of one millisecond took at worst, until cancelled."""
    longest = 0.0
    try:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, _milliseconds_since(start) - 1)
    except asyncio.CancelledError:
        return longest


def _median(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(_milliseconds_since(start))
    return statistics.median(times)


def _milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _naive(page: str, style: str) -> bytes | None:
    configuration = FontConfiguration()
    return HTML(string=page).write_pdf(
        stylesheets=[CSS(string=style, font_config=configuration)], font_config=configuration
    )


def _font_faces() -> str:
    names = {"Inter": "inter-latin.woff2", "Inter Ext": "inter-latin-ext.woff2"}
    files = {family: fonts.FONTS / name for family, name in names.items()}
    return "".join(
        f'@font-face{{font-family:"{family}";src:url({file.as_uri()})}}'
        for family, file in files.items()
        if file.exists()
    )


if __name__ == "__main__":
    for result in run():
        print(result)
