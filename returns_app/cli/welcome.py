"""What `returns up` prints: where to go, how to sign in, which orders to try."""

from __future__ import annotations

import msgspec
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from returns_app.settings import Settings


class SignIn(msgspec.Struct, frozen=True):
    """Someone of the demo shop who may sign in."""

    role: str
    email: str
    password: str


class DemoOrder(msgspec.Struct, frozen=True):
    """An order of the demo shop to try a return on."""

    number: str
    email: str
    about: str


class Demo(msgspec.Struct, frozen=True):
    """What there is to try. `returns demo --json` prints this."""

    sign_ins: list[SignIn]
    orders: list[DemoOrder]


def welcome(console: Console, settings: Settings, demo: Demo | None) -> None:
    console.print(Panel(_addresses(settings), title="Returns", expand=False))
    if demo:
        show(console, demo)
    console.print(f"Data and logs are in {settings.data}. Ctrl-C ends everything.")


def show(console: Console, demo: Demo) -> None:
    """The ways in to the demo shop, and orders to try."""
    console.print(_sign_ins(demo), _orders(demo))


def _addresses(settings: Settings) -> Table:
    table = Table.grid(padding=(0, 2))
    pages = {"Shoppers": "/", "Console": "/console", "Warehouse": "/warehouse"}
    if settings.practice:
        pages |= {"Mailbox": "/practice/mail", "Practice boards": "/practice"}
    for name, path in pages.items():
        table.add_row(name, f"[link]{settings.origin}{path}[/link]")
    if settings.practice:
        table.add_row("", "Practice mode: no real money, parcels or mails. See docs/operations.md.")
    elif settings.smtp_url is None:
        table.add_row("", "[yellow]SMTP_URL is not set: no mail reaches anybody.[/yellow]")
    return table


def _sign_ins(demo: Demo) -> Table:
    table = Table("Sign in as", "e-mail", "password", title="Demo shop", title_justify="left")
    for one in demo.sign_ins:
        table.add_row(one.role, one.email, one.password)
    return table


def _orders(demo: Demo) -> Table:
    table = Table("Order to try", "e-mail", "what it shows")
    for one in demo.orders:
        table.add_row(one.number, one.email, one.about)
    return table
