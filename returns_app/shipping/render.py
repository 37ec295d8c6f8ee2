"""Designs become PDFs here: the only place that sees WeasyPrint, and it does so in a child process.

A design is a folder under labels/: page.html (Jinja), page.css and words.toml, which merchants may
edit. It can read nothing but its data: no address is fetched, no file opened.
"""

from __future__ import annotations

import base64
import tomllib
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from returns_app.shipping import barcodes, fonts, press
from returns_app.shipping.fit import fit

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

DESIGNS = Path(__file__).parents[2] / "labels"
APT = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
WORKERS = 1
SECONDS = 10.0
LARGEST_REQUEST = 512 * 1024
LARGEST_PAGE = 2 * 1024 * 1024
MOST_PAGES = 30


class LabelNotRendered(RuntimeError):
    """A paper could not be made. The message says why and what to do; nothing was stored."""

    status = 503
    code = "label_not_rendered"


class NothingIsFetched(Exception):
    """A design asked for an address."""


class _Request(msgspec.Struct):
    folder: str
    design: str
    data: dict[str, Any]


class Renderer:
    """Makes PDFs in its own child processes. Close it, or they live as long as we do."""

    def __init__(self, *, designs: Path = DESIGNS, workers: int = WORKERS, seconds: float = SECONDS) -> None:
        self._designs = designs
        self._press = press.Press("returns_app.shipping.render:work", workers=workers, seconds=seconds)

    async def render_pdf(self, design: str, data: Mapping[str, Any]) -> bytes:
        """The PDF of `labels/<design>/` filled with `data` (what JSON can hold). Raises LabelNotRendered."""
        request = msgspec.json.encode(_Request(str(self._designs), design, dict(data)))
        if len(request) > LARGEST_REQUEST:
            raise LabelNotRendered(f"The {design} paper was given {len(request)} bytes, which is too much.")
        try:
            answer = await self._press.ask(request)
        except press.ChildTooSlow as slow:
            raise LabelNotRendered(f"Making the {design} paper took too long ({slow}).") from None
        except press.ChildLost as lost:
            raise LabelNotRendered(f"Making the {design} paper failed: the process {lost}.") from None
        except press.PressBusy as busy:
            raise LabelNotRendered(f"The {design} paper has to wait: {busy}. Try again soon.") from None
        if answer[:1] == b"-":
            raise LabelNotRendered(answer[1:].decode())
        return answer[1:]

    async def warm(self) -> None:
        """Start a child and load its fonts, so that the first label is as quick as the second."""
        await self._press.ask(b"")

    def close(self) -> None:
        self._press.close()


_renderer: Renderer | None = None


def renderer() -> Renderer:
    """The one this process shares; started at the first call."""
    global _renderer
    if _renderer is None:
        _renderer = Renderer()
    return _renderer


async def render_pdf(design: str, data: Mapping[str, Any]) -> bytes:
    """See Renderer.render_pdf; with the renderer this process shares."""
    return await renderer().render_pdf(design, data)


def close() -> None:
    """End the shared renderer's children. A later call starts anew."""
    global _renderer
    if _renderer is not None:
        _renderer.close()
    _renderer = None


# From here on: the child.


def work() -> None:
    """The child's whole life: bound itself, load WeasyPrint and the fonts, then render what is asked."""
    press.limit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        missing = _what_is_missing()
    press.serve(lambda request: _answer(request, missing), job_seconds=int(SECONDS) + 5)
    press.tidy()


def _what_is_missing() -> str:
    try:
        _fonts()
    except (OSError, ImportError) as problem:
        return f"Labels need system libraries that are missing here ({problem}). Install them with: {APT}"
    if not _system_has_fonts() and not fonts.inter():
        return f"Labels need at least one font, and this system has none. Install one with: {APT}"
    return ""


def _answer(request: bytes, missing: str) -> bytes:
    if missing:
        return b"-" + missing.encode()
    if not request:
        return b"+"
    wanted = msgspec.json.decode(request, type=_Request)
    try:
        return b"+" + _pdf(wanted)
    except NothingIsFetched as asked:
        return f"-The {wanted.design} design asks for {asked}, and papers may not fetch anything.".encode()
    except (TemplateError, tomllib.TOMLDecodeError, OSError) as problem:
        return f"-The {wanted.design} design has a mistake: {_place(problem)}{problem}".encode()
    except (barcodes.BarcodeTooWide, barcodes.BarcodeTextUnfit, TooMuch) as problem:
        return f"-The {wanted.design} paper cannot be made: {problem}.".encode()
    except Exception as problem:  # The design is a merchant's: whatever it broke, the answer is a sentence.
        return f"-The {wanted.design} paper cannot be made: {type(problem).__name__}: {problem}".encode()


def _place(problem: Exception) -> str:
    line = getattr(problem, "lineno", None)
    return f"{getattr(problem, 'name', None) or 'page.html'}, line {line}: " if line else ""


class TooMuch(Exception):
    """The filled design is larger than any paper should be."""


def _pdf(wanted: _Request) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    folder = _design_folder(Path(wanted.folder), wanted.design)
    page = _filled(folder, wanted.data)
    if len(page) > LARGEST_PAGE:
        raise TooMuch(f"its page is {len(page)} characters long")
    fetcher = _fetcher()
    fetcher.refused.clear()
    try:
        html = HTML(string=page, url_fetcher=fetcher)
        document = html.render(font_config=_fonts(), stylesheets=[_font_faces(), _style(folder / "page.css")])
        if len(document.pages) > MOST_PAGES:
            raise TooMuch(f"it has {len(document.pages)} pages")
        pdf = document.write_pdf(finisher=_print_as_it_is) or b""
    except FatalURLFetchingError as refused:
        raise NothingIsFetched(str(refused)) from None
    # Inside an SVG picture WeasyPrint swallows even fatal errors.
    if fetcher.refused:
        raise NothingIsFetched(fetcher.refused[0])
    return pdf


def _print_as_it_is(document: Any, pdf: Any) -> None:
    """Ask viewers to print without fitting to the page: scaled bars lie between the printer's dots."""
    import pydyf

    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"PrintScaling": "/None"})


def _design_folder(designs: Path, design: str) -> Path:
    folder = (designs / design).resolve()
    if folder.parent != designs.resolve() or not folder.is_dir():
        raise OSError(f"there is no folder labels/{design}")
    return folder


def _filled(folder: Path, data: dict[str, Any]) -> str:
    words = _words(folder, str(data.get("locale", "en")))
    return _environment(folder).get_template("page.html").render(words=words, **data)


def _words(folder: Path, locale: str) -> dict[str, Any]:
    languages = tomllib.loads((folder / "words.toml").read_text())
    return languages.get(locale[:2], languages["en"])


@cache
def _environment(folder: Path) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(
        code128=lambda text, width, height: Markup(barcodes.code128(text, width, height)),
        qr=lambda text, size: Markup(barcodes.qr(text, size)),
        fit=fit,
    )
    return environment


def _style(file: Path) -> CSS:
    return _parsed_style(file, file.stat().st_mtime_ns)


@cache
def _parsed_style(file: Path, changed: int) -> CSS:
    from weasyprint import CSS

    return CSS(string=file.read_text(), font_config=_fonts(), url_fetcher=_fetcher())


@cache
def _fonts() -> FontConfiguration:
    """Reading the system's font list takes longer than a label: once per child."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _system_has_fonts() -> bool:
    from weasyprint.text.ffi import fontconfig

    assert fontconfig is not None  # _fonts() would have failed before.
    return fontconfig.FcConfigGetFonts(_fonts()._config, fontconfig.FcSetSystem).nfont > 0


@cache
def _font_faces() -> CSS:
    from weasyprint import CSS

    faces = [
        f'@font-face{{font-family:"{family}";{weight}src:url(data:font/ttf;base64,'
        f"{base64.b64encode(font).decode()})}}"
        for family, weight, font in fonts.inter()
    ]
    return CSS(string="".join(faces), font_config=_fonts(), url_fetcher=_fetcher())


@cache
def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class DataOnly(URLFetcher):
        """Refuses every address that is not the data itself; the refusal ends the rendering."""

        refused: ClassVar[list[str]] = []

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if not url.lower().startswith("data:"):
                self.refused.append(url[:200])
                raise FatalURLFetchingError(url[:200])
            return super().fetch(url, headers)

    return DataOnly(allowed_protocols=["data"], allow_redirects=False)
