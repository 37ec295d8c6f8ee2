from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from returns_app.shipping import render
from returns_app.shipping.render import LabelNotRendered, Renderer
from tests.shipping import pictures

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def designs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labels")


@pytest.fixture(scope="module")
def press(designs: Path) -> Iterator[Renderer]:
    """A renderer of made-up designs that allows two seconds."""
    made = Renderer(designs=designs, seconds=2)
    yield made
    made.close()


def design(designs: Path, name: str, page: str, css: str = "") -> str:
    folder = designs / name
    folder.mkdir(exist_ok=True)
    (folder / "page.html").write_text(page)
    (folder / "page.css").write_text(css)
    (folder / "words.toml").write_text('[en]\nhello = "Hello"\n[nl]\nhello = "Hallo"\n')
    return name


def surroundings_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_design_gets_its_data_and_words(press: Renderer, designs: Path) -> None:
    page = design(designs, "hello", "{{ words.hello }} {{ name }}")
    assert "Hallo Sanne" in pictures.text(await press.render_pdf(page, {"locale": "nl", "name": "Sanne"}))
    assert "Hello Sanne" in pictures.text(await press.render_pdf(page, {"locale": "fr", "name": "Sanne"}))


async def test_the_same_data_gives_the_same_bytes(press: Renderer, designs: Path) -> None:
    page = design(designs, "same", "<b>{{ name }}</b> łódź")
    first = await press.render_pdf(page, {"name": "Sanne"})
    assert await press.render_pdf(page, {"name": "Sanne"}) == first


async def test_an_edited_design_is_used_at_once(press: Renderer, designs: Path) -> None:
    page = design(designs, "edited", "<p>before", "p { color: black }")
    await press.render_pdf(page, {})
    design(designs, "edited", "<p>after", "p { display: none }")
    assert "before" not in pictures.text(await press.render_pdf(page, {}))


@pytest.mark.parametrize(
    "asking",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="HTTPS://example.com/x.png">',
        '<link rel=attachment href="file:///etc/passwd">',
        '<link rel=stylesheet href="file:///etc/passwd">',
        "<style>@import url(file:///etc/passwd);</style>",
        "<style>p{background:url('http://127.0.0.1:9/')}</style><p>x",
        "<style>@font-face{font-family:x;src:url(file:///etc/passwd)}</style>",
        '<svg xmlns="http://www.w3.org/2000/svg"><image width="9" height="9" href="file:///etc/passwd"/></svg>',
        '<base href="file:///etc/"><img src="passwd">',
        '<object data="ftp://127.0.0.1:9/x"></object>',
    ],
)
async def test_nothing_is_fetched(press: Renderer, designs: Path, asking: str) -> None:
    page = design(designs, "fetching", asking)
    with pytest.raises(LabelNotRendered, match="may not fetch anything"):
        await press.render_pdf(page, {})


async def test_a_picture_in_the_data_is_shown(press: Renderer, designs: Path) -> None:
    page = design(designs, "logo", '<img style="width: 50mm; height: 50mm" src="{{ logo }}">')
    logo = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    picture = pictures.printed(await press.render_pdf(page, {"logo": logo}))
    assert pictures.ink(picture, (0, 0, *picture.size))


async def test_data_cannot_become_markup(press: Renderer, designs: Path) -> None:
    page = design(designs, "escaped", "<p>{{ name }}")
    name = '<script>alert(1)</script><img src="file:///etc/passwd">'
    assert name in pictures.text(await press.render_pdf(page, {"name": name})).replace("\r\n", " ")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("{{ nobody }}", "'nobody' is undefined"),
        ("line one\n{% if %}", "page.html, line 2"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
        ("{% include '../hello/page.html' %}", "hello/page.html"),
        ("{% include '/etc/passwd' %}", "passwd"),
        ("{{ code128('Ünfit', 90, 10) }}", "only printable ASCII"),
        ("{{ code128('a' * 90, 90, 10) }}", "do not fit in 90 mm"),
        ("{{ 'x' * 3000000 }}", "its page is"),
        ("{% for _ in range(40) %}<p style='break-after: page'>x</p>{% endfor %}", "pages"),
        ("{% for _ in range(10000000) %}x{% endfor %}", "Range too big"),
    ],
)
async def test_a_mistake_in_a_design_is_a_sentence(
    press: Renderer, designs: Path, page: str, said: str
) -> None:
    with pytest.raises(LabelNotRendered, match=said):
        await press.render_pdf(design(designs, "wrong", page), {})


@pytest.mark.parametrize("name", ["nowhere", "..", "../labels", "/etc", "."])
async def test_only_folders_of_designs_are_designs(press: Renderer, name: str) -> None:
    with pytest.raises(LabelNotRendered, match="there is no folder"):
        await press.render_pdf(name, {})


async def test_a_hung_design_is_ended_and_the_next_paper_is_made(press: Renderer, designs: Path) -> None:
    hung = design(
        designs, "hung", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )
    with pytest.raises(LabelNotRendered, match=r"took too long \(no answer within 2 seconds\)"):
        await press.render_pdf(hung, {})
    assert await press.render_pdf(design(designs, "after", "fine"), {})


async def test_memory_is_bounded(press: Renderer, designs: Path) -> None:
    greedy = design(designs, "greedy", "{% set x = 'x' * 9000000000 %}")
    with pytest.raises(LabelNotRendered, match="greedy"):
        await press.render_pdf(greedy, {})
    assert await press.render_pdf(design(designs, "after", "fine"), {})


async def test_a_killed_worker_is_replaced(designs: Path) -> None:
    made = Renderer(designs=designs)
    try:
        await made.warm()
        for child in made._press._children:
            child._process.kill()
        page = design(designs, "killed", "fine")
        with pytest.raises(LabelNotRendered, match="the process ended with -9"):
            await made.render_pdf(page, {})
        assert await made.render_pdf(page, {})
    finally:
        made.close()


async def test_the_child_sees_no_secrets(designs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_secret")
    made = Renderer(designs=designs)
    try:
        await made.warm()
        [child] = made._press._children
        surroundings = surroundings_of(child._process.pid)
        assert b"sk_live_secret" not in surroundings
        assert b"SOURCE_DATE_EPOCH" in surroundings
    finally:
        made.close()


async def test_a_child_without_a_parent_ends_and_leaves_nothing(designs: Path) -> None:
    made = Renderer(designs=designs)
    await made.warm()
    [child] = made._press._children
    child._in.close()
    assert await asyncio.to_thread(child._process.wait, 10) == 0
    assert not await asyncio.to_thread(child._words.parent.exists)
    made.close()


async def test_many_at_once_do_not_stop_the_event_loop(renderer: Renderer) -> None:
    from returns_app.shipping.paper import label_data
    from tests.shipping.makers import an_ask

    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    papers = await asyncio.gather(*(renderer.render_pdf("a6", label_data(an_ask())) for _ in range(5)))
    ticking.cancel()
    assert len(set(papers)) == 1
    assert ticks > 5


async def test_too_much_data_is_refused_before_it_is_sent(press: Renderer) -> None:
    with pytest.raises(LabelNotRendered, match="which is too much"):
        await press.render_pdf("hello", {"name": "x" * 600_000})


async def test_missing_libraries_are_said_with_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pango() -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(render, "_fonts", no_pango)
    missing = render._what_is_missing()
    assert "libpango-1.0-0" in missing
    assert "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in missing
    assert render._answer(b"{}", missing) == b"-" + missing.encode()


async def test_missing_fonts_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_system_has_fonts", lambda: False)
    monkeypatch.setattr(render.fonts, "inter", list)
    assert "at least one font" in render._what_is_missing()


async def test_the_shared_renderer_starts_again_after_close() -> None:
    from returns_app.shipping.paper import label_data
    from tests.shipping.makers import an_ask

    first = await render.render_pdf("a6", label_data(an_ask()))
    render.close()
    assert await render.render_pdf("a6", label_data(an_ask())) == first
    render.close()
