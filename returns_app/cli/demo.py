"""`returns demo`: a small shop with goods, orders and returns to try everything on, in practice mode only."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console

from returns_app import clock, database, reactions
from returns_app.cli.demo_goods import CATALOGUE, worth
from returns_app.cli.demo_orders import BUSINESS, FITTING, LATE, TO_TRY, Bought
from returns_app.cli.demo_returns import RETURNS, make_returns
from returns_app.cli.surroundings import settings_with_database
from returns_app.cli.welcome import Demo, DemoOrder, SignIn, show
from returns_app.journal.actors import SYSTEM
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.create import create_merchant
from returns_app.merchants.queries import NoSuchMerchant, Role, Shop, merchant, staff_of
from returns_app.merchants.settings import (
    BrandSettings,
    MerchantSettings,
    MethodCarriers,
    PostalAddress,
    Warehouse,
)
from returns_app.merchants.staff import add_staff
from returns_app.orders import queries as orders
from returns_app.orders.products import keep_products
from returns_app.orders.rows import order_rows
from returns_app.orders.scheme import AddressTold, OrderTold
from returns_app.orders.take_in import take_in
from returns_app.practice.client import PracticeClient
from returns_app.rulebook.publish import publish
from returns_app.rulebook.queries import NoPolicyPublished, current
from returns_app.settings import Settings

SLUG = "meadow"
NAME = "Linnenweide"
POLICY = Path(__file__).parents[2] / "policies" / "fashion.toml"
STAFF: tuple[tuple[Role, str, str, str], ...] = (
    ("owner", "Marit Linnen", "owner@meadow.example", "meadow-owner-demo"),
    ("agent", "Joris Kamp", "agent@meadow.example", "meadow-agent-demo"),
    ("warehouse", "Aisha Smit", "warehouse@meadow.example", "meadow-warehouse-demo"),
)
SETTINGS = MerchantSettings(
    warehouses=(
        Warehouse(
            key="main",
            name="Magazijn Enschede",
            address=PostalAddress(
                company="Linnenweide retouren",
                street="Bleekveld",
                house_number="8",
                postal_code="7513 LW",
                city="Enschede",
            ),
        ),
    ),
    support_email="hallo@meadow.example",
    brand=BrandSettings(accent="2f6b57"),
    carriers=MethodCarriers(label="own", qr="sendcloud", store="own", own="own"),
)
DEMO = Demo(
    sign_ins=[SignIn(role, email, password) for role, _, email, password in STAFF],
    orders=[
        DemoOrder(
            FITTING.number,
            FITTING.buyer.email,
            "Delivered 4 days ago: money back, another size, or credit with a bonus",
        ),
        DemoOrder(
            LATE.number,
            LATE.buyer.email,
            "Delivered 120 days ago: too late to change one's mind, not for a defect",
        ),
        DemoOrder(
            BUSINESS.number, BUSINESS.buyer.email, "Bought by a business: someone in the console decides"
        ),
    ],
)


class NotInPracticeMode(RuntimeError):
    """A shop that moves real money gets no demo orders."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def demo(as_json: bool) -> None:
    """Make the demo shop, or show how to sign in to it. Again, it changes nothing."""
    with settings_with_database() as settings:
        made = asyncio.run(_made(settings))
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        show(Console(), made)


async def _made(settings: Settings) -> Demo:
    assert settings.database_url, "settings_with_database() sets it"
    database.use_database(settings.database_url)
    use_reactions(reactions.REACTIONS)
    async with database.pool():
        return await ensure(settings)


async def ensure(settings: Settings) -> Demo:
    """See that the demo shop is there, whole: what an interrupted run left out is made now.

    Raises NotInPracticeMode.
    """
    if settings.practice_url is None:
        raise NotInPracticeMode(
            "The demo shop is for practice mode, and this is not. `make run` without STRIPE_SECRET_KEY "
            "makes the shop and says how to sign in."
        )
    now = clock.now()
    shop = await _shop(now)
    await _staff(shop, now)
    await _policy(shop, now)
    await _catalogue(shop, now)
    practice = PracticeClient(settings.practice_url, settings.practice_secret)
    try:
        await _orders(shop, practice, now)
    finally:
        await practice.close()
    await make_returns(shop, now)
    return DEMO


async def _shop(now: datetime) -> Shop:
    try:
        return await merchant(SLUG)
    except NoSuchMerchant:
        return await create_merchant(SLUG, name=NAME, locale="nl", settings=SETTINGS, at=now)


async def _staff(shop: Shop, now: datetime) -> None:
    there = {member.email for member in await staff_of(shop.id)}
    for role, name, email, password in STAFF:
        if email not in there:
            await add_staff(shop.id, email=email, name=name, role=role, password=password, at=now)


async def _policy(shop: Shop, now: datetime) -> None:
    try:
        await current(shop.id)
    except NoPolicyPublished:
        text = POLICY.read_text("utf-8")
        await publish(text, file=POLICY.name, merchant=shop.id, actor=SYSTEM, at=now)


async def _catalogue(shop: Shop, now: datetime) -> None:
    """Everything that is sold, also what nobody has bought; products are told of by an order's lines."""
    if await orders.products_by_code(shop.id, next(iter(CATALOGUE))):
        return
    lines = tuple(CATALOGUE.values())
    shelf = OrderTold(
        number="catalogue",
        currency="EUR",
        ordered_at=now,
        total=str(worth(lines)),
        ship_to=AddressTold(country="NL"),
        lines=lines,
    )
    async with database.transaction():
        await keep_products(shelf, order_rows(shelf), shop.id)


async def _orders(shop: Shop, practice: PracticeClient, now: datetime) -> None:
    sold = [*TO_TRY, *(sent.order for sent in RETURNS)]
    missing = [each for each in sold if not await orders.by_number(shop.id, each.number)]
    references = await asyncio.gather(*(_paid(practice, each, now) for each in missing))
    for each, reference in zip(missing, references, strict=True):
        await take_in(each.told(now, reference), merchant=shop.id, at=now)


async def _paid(practice: PracticeClient, each: Bought, now: datetime) -> str:
    """The reference of the order's payment: a payment intent, unless somebody else took the money."""
    if not each.by_stripe:
        return f"{each.paid_with} {each.number}"
    [payment] = each.told(now, "").payments
    cents = int(payment.captured.replace(".", ""))
    return await practice.seed_payment(each.number, cents, "EUR", payment.method)
