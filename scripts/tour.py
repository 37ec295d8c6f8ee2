"""A walk through the demo shop that stops at every page of the three faces."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from playwright.sync_api import Browser, Page

from returns_app.cli.demo import SLUG
from returns_app.cli.demo_orders import BUSINESS, FITTING, LATE, MARKETPLACE, Bought
from returns_app.cli.demo_returns import RETURNS
from returns_app.cli.welcome import Demo, SignIn

PATIENCE = 120.0
PORTAL = f"/returns/{SLUG}"
WORN, IN_REVIEW, PAID, STRAY = "10385", "10402", "10388", "3SLNWD0009999"


class Stop(NamedTuple):
    """A page to look at. What changes the page's address or data comes after it."""

    name: str
    view: Page


class Machine(NamedTuple):
    url: str
    demo: Demo

    def staff(self, role: str) -> SignIn:
        return next(each for each in self.demo.sign_ins if each.role == role)


@contextmanager
def demo_machine() -> Iterator[Machine]:
    """`returns up` on a folder of its own, with the demo shop. Raises TimeoutError with what it said."""
    with tempfile.TemporaryDirectory(prefix="returns-tour-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), _free_port()
        folder.chmod(0o711)  # PostgreSQL runs as a user of its own when we are root.
        outside = ("DATABASE_URL", "STRIPE_SECRET_KEY", "SMTP_URL", "RETURNS_ORIGIN")
        environment = {key: value for key, value in os.environ.items() if key not in outside}
        with (folder / "said").open("wb") as said:
            running = subprocess.Popen(
                [sys.executable, "-m", "returns_app.cli", "up", "--port", str(port)],
                env={**environment, "RETURNS_DATA": str(folder / "data")},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        try:
            yield Machine(f"http://127.0.0.1:{port}", _demo(folder, running))
        finally:
            running.terminate()
            running.wait(60)


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def _demo(folder: Path, running: subprocess.Popen[bytes]) -> Demo:
    ends = time.monotonic() + PATIENCE
    while "Ctrl-C" not in (said := (folder / "said").read_text(errors="replace")):
        if running.poll() is not None or time.monotonic() > ends:
            raise TimeoutError(f"The demo shop did not come up. It said:\n{said}")
        time.sleep(0.2)
    [kept] = (folder / "data").glob("demo-*.json")
    return msgspec.json.decode(kept.read_bytes(), type=Demo)


def tour(chromium: Browser, machine: Machine) -> Iterator[Stop]:
    """Every page once. Names begin with the face."""
    desk = _signed_in(chromium, machine, "owner")
    yield from _strangers(chromium, machine)
    yield from _shopper(_visitor(chromium, machine), desk)
    for name, bought in (("late", LATE), ("marketplace", MARKETPLACE), ("business", BUSINESS)):
        other = _visitor(chromium, machine)
        _find(other, bought, desk)
        yield Stop(f"portal-choose-{name}", other)
    settled = _visitor(chromium, machine)
    _find(settled, next(sent.order for sent in RETURNS if sent.order.number == PAID), desk)
    settled.locator(".return-list a").first.click()
    yield Stop("portal-return-settled", settled)
    yield from _bench(_signed_in(chromium, machine, "warehouse"))
    yield from _desk(desk)
    yield from _practice(desk)


def _visitor(chromium: Browser, machine: Machine) -> Page:
    return chromium.new_context(base_url=machine.url, locale="en-GB").new_page()


def _signed_in(chromium: Browser, machine: Machine, role: str) -> Page:
    view, person = _visitor(chromium, machine), machine.staff(role)
    view.goto("/sign-in")
    view.get_by_label("E-mail").fill(person.email)
    view.get_by_label("Password").fill(person.password)
    view.get_by_role("button", name="Sign in").click()
    view.get_by_role("button", name="Sign out").first.wait_for(state="attached")
    return view


def _strangers(chromium: Browser, machine: Machine) -> Iterator[Stop]:
    view = _visitor(chromium, machine)
    for name, path in (("sign-in", "/sign-in"), ("error-nothing-here", "/nowhere"), ("parts", "/parts")):
        view.goto(path)
        yield Stop(name, view)


# The shopper ---------------------------------------------------------------------------------------


def _shopper(view: Page, desk: Page) -> Iterator[Stop]:
    view.goto(f"{PORTAL}/")
    yield Stop("portal-find", view)
    _ask(view, FITTING)
    yield Stop("portal-code", view)
    _type_code(view, FITTING, desk)
    yield Stop("portal-choose", view)
    _choose(view, "Does not work")
    yield Stop("portal-details", view)
    view.goto(f"{PORTAL}/choose")
    _choose(view, "Too small")
    view.goto(f"{PORTAL}/decide?look=again")
    yield Stop("portal-decide-missing", view)
    yield from _decided(view)
    view.get_by_role("button", name="Confirm return").click()
    view.get_by_role("link", name="Print label").wait_for()
    yield Stop("portal-done", view)
    view.get_by_role("link", name="Follow your return").click()
    yield Stop("portal-return", view)
    view.get_by_role("link", name="Cancel return").click()
    yield Stop("portal-cancel", view)


def _decided(view: Page) -> Iterator[Stop]:
    view.goto(f"{PORTAL}/decide")
    yield Stop("portal-decide", view)
    _tick(view, "resolution", "refund")
    yield Stop("portal-send", view)
    _tick(view, "method", "label")
    yield Stop("portal-check", view)


def _find(view: Page, bought: Bought, desk: Page) -> None:
    view.goto(f"{PORTAL}/")
    _ask(view, bought)
    _type_code(view, bought, desk)


def _ask(view: Page, bought: Bought) -> None:
    view.get_by_label("Order number").fill(bought.number)
    view.get_by_label("E-mail").fill(bought.buyer.email)
    view.get_by_role("button", name="Mail me a code").click()
    view.get_by_label("Code").wait_for()


def _type_code(view: Page, bought: Bought, desk: Page) -> None:
    """Read in the practice mailbox."""
    mails = desk.get_by_role("link", name=f"is your code for order {bought.number}")
    desk.goto(f"/practice/mail?to={bought.buyer.email}")
    while not mails.count():
        desk.wait_for_timeout(200)
        desk.reload()
    [code] = re.findall(r"^\d{3} ?\d{3}", mails.first.inner_text())
    view.get_by_label("Code").fill(code)
    view.get_by_role("button", name="Open my order").click()
    view.get_by_role("heading", level=1, name="What would you like to send back?").wait_for()


def _choose(view: Page, reason: str) -> None:
    pick = view.locator("input[name=pick]").first
    pick.check(force=True)
    view.locator("select[name^=reason-]").first.select_option(label=reason)
    view.get_by_role("button", name="Go on").last.click()
    view.wait_for_url(lambda url: "/choose" not in url)


def _tick(view: Page, field: str, value: str) -> None:
    """Choose and go on to the next page."""
    before = view.url
    view.locator(f'input[name^="{field}"][value="{value}"]').first.check(force=True)
    view.get_by_role("button", name="Go on").click()
    view.wait_for_url(lambda url: url != before)


# The bench, the desk, the practice world -----------------------------------------------------------


def _bench(view: Page) -> Iterator[Stop]:
    view.goto("/warehouse/")
    yield Stop("warehouse-today", view)
    _scan(view, FITTING.number)
    yield Stop("warehouse-return", view)
    view.get_by_role("button", name="All here", exact=True).click()
    view.get_by_role("button", name="Confirm this box").click()
    view.get_by_role("heading", name="What condition is it in?").wait_for()
    yield Stop("warehouse-condition", view)
    view.locator("input[name^=look-][value=A]").check(force=True)
    view.get_by_role("button", name="Done").click()
    view.get_by_role("link", name="Next box").wait_for()
    yield Stop("warehouse-result", view)
    for name, code in (("unknown", "3SUNKNOWN00001"), ("article", FITTING.goods[0][0]), ("box", STRAY)):
        view.goto("/warehouse/")
        _scan(view, code)
        yield Stop(f"warehouse-{name}", view)


def _scan(view: Page, code: str) -> None:
    before = view.url
    view.locator("#scan").fill(code)
    view.locator("#scan").press("Enter")
    view.wait_for_url(lambda url: url != before)


def _desk(view: Page) -> Iterator[Stop]:
    for name in ("", "returns", "orders", "policy", "policy/new", "settings"):
        view.goto(f"/console/{name}")
        yield Stop(f"console-{name.replace('/', '-') or 'today'}", view)
    for name, number in (("case", WORN), ("case-review", IN_REVIEW), ("case-paid", PAID)):
        view.goto(f"/console/returns?q={number}")
        view.locator("tr[data-row] a").first.click()
        view.get_by_role("heading", name="What happened").wait_for()
        yield Stop(f"console-{name}", view)
    view.goto(f"/console/orders?q={LATE.number}")
    yield Stop("console-order", view)


def _practice(view: Page) -> Iterator[Stop]:
    for name in ("mail", "carrier", "stripe", "mishaps"):
        view.goto(f"/practice/{name}")
        yield Stop(f"practice-{name}", view)
    view.goto("/practice/mail")
    view.get_by_role("link", name="settled").first.click()
    yield Stop("practice-mail-one", view)
