"""The A6 label as a printer prints it and a scanner reads it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from urllib.parse import quote

import pypdfium2
import pytest
from msgspec.structs import replace

from returns_app.shipping import fonts
from returns_app.shipping.carriers import LabelAsk
from returns_app.shipping.paper import label_data
from returns_app.shipping.render import DESIGNS, LabelNotRendered, Renderer
from tests.shipping import pictures
from tests.shipping.makers import RMA, SHOPPER, a_nasty_ask, an_ask

ASKS = {
    "plain": an_ask(),
    "english, in a store": an_ask(locale="en", method="store"),
    "own way, few words": an_ask(method="own", order="", send_by=None, items=()),
    "nasty": a_nasty_ask(),
    "nasty, english, in a store": a_nasty_ask(locale="en", method="store"),
}


@pytest.fixture(params=ASKS, ids=list(ASKS))
def ask(request: pytest.FixtureRequest) -> LabelAsk:
    return ASKS[request.param]


async def label(renderer: Renderer, ask: LabelAsk) -> bytes:
    return await renderer.render_pdf("a6", label_data(ask))


def svg_logo(content: str) -> str:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 1'>{content}</svg>"
    return f"data:image/svg+xml,{quote(svg)}"


async def test_one_page_of_exactly_a6(renderer: Renderer, ask: LabelAsk) -> None:
    pdf = await label(renderer, ask)
    assert pictures.pages(pdf) == 1
    assert pictures.size_mm(pdf) == pytest.approx((105, 148), abs=0.1)


async def test_both_codes_are_read_at_203_dpi(renderer: Renderer, ask: LabelAsk) -> None:
    codes = pictures.codes(pictures.printed(await label(renderer, ask)))
    assert {kind: code.text for kind, code in codes.items()} == {"Code128": RMA, "QRCode": RMA}


async def test_bars_are_whole_dots_of_pure_black(renderer: Renderer, ask: LabelAsk) -> None:
    picture = pictures.printed(await label(renderer, ask))
    left, top, right, bottom = pictures.box_of(pictures.codes(picture)["Code128"])
    bars = pictures.runs(picture, (top + bottom) // 2, left - 40, right + 41)
    assert {grey for grey, _ in bars} == {0, 255}, "a bar's edge lies between two dots"
    assert {length % 4 for _, length in bars[1:-1]} == {0}, "modules are not four dots (0.5 mm)"
    assert bars[0][1] >= 40 or bars[0][0] == 255
    assert bars[-1][0] == 255


async def test_quiet_zones_are_free_of_ink(renderer: Renderer, ask: LabelAsk) -> None:
    picture = pictures.printed(await label(renderer, ask))
    codes = pictures.codes(picture)
    left, top, right, bottom = pictures.box_of(codes["Code128"])
    quiet = 10 * 4
    assert not pictures.ink(picture, (left - quiet, top + 4, left - 1, bottom - 4))
    assert not pictures.ink(picture, (right + 2, top + 4, right + quiet, bottom - 4))
    left, top, right, bottom = pictures.box_of(codes["QRCode"])
    quiet = 4 * 7
    for box in (
        (left - quiet, top - quiet, right + quiet, top - 2),
        (left - quiet, bottom + 3, right + quiet, bottom + quiet),
        (left - quiet, top, left - 2, bottom),
        (right + 3, top, right + quiet, bottom),
    ):
        assert not pictures.ink(picture, box)


async def test_three_millimetres_at_the_edges_stay_white(renderer: Renderer, ask: LabelAsk) -> None:
    picture = pictures.printed(await label(renderer, ask))
    width, height = picture.size
    edge = 3 * pictures.DOTS_PER_MM
    for box in (
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ):
        assert not pictures.ink(picture, box)


async def test_fonts_are_embedded(renderer: Renderer, ask: LabelAsk) -> None:
    pdf = await label(renderer, ask)
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        texts = [found for found in page.get_objects() if found.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
        assert texts
        for found in texts:
            font = pypdfium2.raw.FPDFTextObj_GetFont(found.raw)
            assert pypdfium2.raw.FPDFFont_GetIsEmbedded(font) == 1


async def test_viewers_are_asked_not_to_scale_it(renderer: Renderer) -> None:
    with pypdfium2.PdfDocument(await label(renderer, an_ask())) as document:
        assert pypdfium2.raw.FPDF_VIEWERREF_GetPrintScaling(document.raw) == 0


async def test_it_says_all_that_a_person_needs(renderer: Renderer) -> None:
    said = pictures.text(await label(renderer, an_ask()))
    for words in (
        "Retourlabel",
        "Sanne de Vries",
        "Prinsengracht 263-II",
        "Noorderlicht Mode B.V.",
        "3542 AD Utrecht",
        f"{RMA[:4]}-{RMA[4:8]}-{RMA[8:]}",
        "100048213",
        "vr 4 december",
        "Wollen trui, donkerblauw",
        "Plak dit label",
        "Geen vervoerslabel.",
    ):
        assert words in said


async def test_the_last_line_of_every_part_survives_the_longest_texts(renderer: Renderer) -> None:
    said = pictures.text(await label(renderer, a_nasty_ask()))
    for words in ("DUITSLAND", "BELGIË", "en nog 444", "Een pakketpunt neemt", "bewaar je bewijs"):
        assert words in said


@pytest.mark.parametrize("locale", ["en", "nl"])
@pytest.mark.parametrize("method", ["label", "store", "own"])
async def test_no_instruction_is_cut(renderer: Renderer, locale: str, method: str) -> None:
    words = tomllib.loads((DESIGNS / "a6" / "words.toml").read_text())[locale]
    said = pictures.text(await label(renderer, an_ask(locale=locale, method=method)))
    flat = " ".join(said.split())
    for sentence in (words["pack"], words["stick"], words["hand_in"][method]):
        assert sentence in flat
    assert words["use"][method].format(merchant="Noorderlicht") in flat


async def test_markup_in_names_is_printed_not_obeyed(renderer: Renderer) -> None:
    evil = '<script>alert(1)</script><img src="file:///etc/passwd">'
    asked = an_ask(sender=replace(SHOPPER, name=evil), merchant="</style><style>*{display:none}")
    pdf = await label(renderer, asked)
    assert b"root:" not in pdf
    assert "<script>alert(1)</script>" in pictures.text(pdf)
    assert "Sokken" in pictures.text(pdf)


async def test_a_logo_takes_the_place_of_the_name(renderer: Renderer) -> None:
    logo = svg_logo("<rect width='4' height='1'/>")
    picture = pictures.printed(await label(renderer, an_ask(logo=logo)))
    assert pictures.ink(picture, (4 * 8, 6 * 8, 20 * 8, 12 * 8))


async def test_a_logo_cannot_fetch(renderer: Renderer) -> None:
    logo = svg_logo("<image width='4' height='1' href='file:///etc/passwd'/>")
    with pytest.raises(LabelNotRendered, match="may not fetch anything"):
        await label(renderer, an_ask(logo=logo))


def test_every_language_has_every_word() -> None:
    languages = tomllib.loads((DESIGNS / "a6" / "words.toml").read_text())
    assert languages.keys() >= {"en", "nl"}
    shapes = {name: _names(words) for name, words in languages.items()}
    assert all(shape == shapes["en"] for shape in shapes.values())


def _names(words: dict[str, object], before: str = "") -> set[str]:
    found: set[str] = set()
    for name, word in words.items():
        found |= _names(word, f"{name}.") if isinstance(word, dict) else {before + name}
    return found


async def test_without_the_browser_packages_the_systems_fonts_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine where `npm ci` never ran: same paper, same codes, another face."""
    from returns_app.shipping import render

    shutil.copytree(DESIGNS / "a6", tmp_path / "a6")
    monkeypatch.setattr(fonts, "FONTS", tmp_path)
    caches = (fonts.inter, render._fonts, render._font_faces, render._parsed_style)
    for cache in caches:
        cache.cache_clear()
    pdf = render._pdf(render._Request(str(tmp_path), "a6", label_data(a_nasty_ask())))
    for cache in caches:
        cache.cache_clear()
    assert b"Inter" not in pdf
    assert pictures.pages(pdf) == 1
    codes = pictures.codes(pictures.printed(pdf))
    assert {code.text for code in codes.values()} == {RMA}
    assert "DUITSLAND" in pictures.text(pdf)
