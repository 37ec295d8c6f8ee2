"""The demo shop: whole, the same again, and what it advertises is so."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
import pytest
from click.testing import CliRunner

from returns_app import clock, database, reactions
from returns_app.cli import demo, demo_returns, main
from returns_app.cli.demo import DEMO, SLUG, STAFF, NotInPracticeMode, ensure
from returns_app.cli.demo_goods import CATALOGUE, SOLD_OUT, ean13
from returns_app.cli.demo_orders import (
    BUSINESS,
    CENTS,
    FITTING,
    GIFT,
    LATE,
    MARKETPLACE,
    ON_ITS_WAY,
    TO_TRY,
    Bought,
)
from returns_app.cli.demo_returns import RETURNS
from returns_app.core.lifecycle import ReturnState
from returns_app.journal.tasks import open_tasks
from returns_app.journal.wiring import use_reactions
from returns_app.merchants.queries import Shop, merchant
from returns_app.merchants.staff import sign_in
from returns_app.money import Money
from returns_app.orders import queries as orders
from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from returns_app.returns.consider import Choice, choices
from returns_app.returns.queries import counts_by_status
from returns_app.returns.weigh import Weighed, situation, weigh
from returns_app.returns.wish import LineWish, Wish
from returns_app.settings import Settings
from tests.faces.browser import Browser, app_for_tests
from tests.practice.world import SECRET, admin, practice_world


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeProcess]:
    async with practice_world(tmp_path_factory.mktemp("practice")) as process:
        yield process


@pytest.fixture
async def practice(world: PracticeProcess) -> AsyncIterator[PracticeClient]:
    async with admin(world) as client:
        yield client


@pytest.fixture
def settings(db: str, world: PracticeProcess, tmp_path: Path) -> Settings:
    use_reactions(reactions.REACTIONS)
    return Settings(data=tmp_path, database_url=db, practice_url=world.ready.url, practice_secret=SECRET)


@pytest.fixture
async def shop(settings: Settings) -> Shop:
    await ensure(settings)
    return await merchant(SLUG)


async def test_again_it_changes_nothing(settings: Settings) -> None:
    first = await ensure(settings)
    before = await _everything()
    assert await ensure(settings) == first == DEMO
    assert await _everything() == before


async def test_it_costs_less_than_three_seconds(settings: Settings) -> None:
    """Of our own work, so that a busy machine does not fail it."""
    start = time.process_time()
    await ensure(settings)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("module", "verb", "call"),
    [
        (demo, "add_staff", 2),
        (demo, "publish", 1),
        (demo, "keep_products", 1),
        (demo, "take_in", 9),
        (demo_returns, "request", 4),
        (demo_returns, "reject", 1),
        (demo_returns, "grade", 2),
        (demo_returns, "keep_unannounced", 1),
    ],
)
async def test_an_interrupted_run_is_finished(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, module: ModuleType, verb: str, call: int
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(module, verb, _fails_at(call, getattr(module, verb)))
        with pytest.raises(PowerCut):
            await ensure(settings)
    await ensure(settings)
    counts = {table: len(rows) for table, rows in (await _everything()).items()}
    assert (counts["staff"], counts["policy_versions"], counts["products"]) == (3, 1, len(CATALOGUE))
    assert counts["orders"] == len(TO_TRY) + len(RETURNS)
    assert counts["returns"] == len(RETURNS)
    assert counts["journal_tasks"] == 2


class PowerCut(Exception):
    """Nothing after this was done."""


def _fails_at(call: int, verb: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    calls = count(1)

    async def failing(*given: Any, **named: Any) -> Any:
        if next(calls) == call:
            raise PowerCut
        return await verb(*given, **named)

    return failing


async def test_everybody_may_sign_in(shop: Shop) -> None:
    for (role, _, email, password), told in zip(STAFF, DEMO.sign_ins, strict=True):
        assert (await sign_in(email, password)).role == role
        assert (told.role, told.email, told.password) == (role, email, password)


async def test_orders_are_found_by_number_and_email(shop: Shop) -> None:
    assert len(DEMO.orders) == 3
    for number, email in [
        *((told.number, told.email) for told in DEMO.orders),
        *((sold.number, sold.buyer.email) for sold in TO_TRY),
    ]:
        assert await orders.find_order(shop.id, number, email) is not None


async def test_every_payment_is_at_the_practice_stripe(shop: Shop, practice: PracticeClient) -> None:
    known = {paid.intent: paid for paid in await practice.payments()}
    sold = [*TO_TRY, *(sent.order for sent in RETURNS)]
    for each in (each for each in sold if each.by_stripe):
        [payment] = await orders.payments(shop.id, await _order(shop, each))
        there = known[payment.reference]
        assert (there.method, there.status) == (each.paid_with, "succeeded")
        assert there.description == f"Order {each.number}"
        assert f"{payment.captured.minor / 100:.2f}" in there.amount


async def test_clothes_go_back_for_money_another_size_or_more_credit(shop: Shop) -> None:
    weighed = await _weighed(shop, FITTING, "too-small")
    shoe = weighed.lines[0]
    worth = {offer.resolution: offer.worth for offer in shoe.offers}
    assert worth["refund"] == Money.of("119.95", "EUR")
    assert worth["credit"] > worth["refund"]
    assert all({offer.resolution for offer in line.offers} == set(worth) for line in weighed.lines)
    sizes = {variant.options["size"]: variant.available for variant in shoe.variants}
    assert sizes["43"] > 0
    assert {way.method for way in weighed.methods} == {"label", "qr", "store", "own"}
    assert not weighed.in_review


async def test_one_variant_is_sold_out(shop: Shop) -> None:
    sold_out = [sku for sku, line in CATALOGUE.items() if line.stock == 0]
    assert sold_out == [SOLD_OUT]
    [product] = await orders.products_by_code(shop.id, SOLD_OUT)
    assert product.available == 0


async def test_too_late_is_only_too_late_for_a_change_of_mind(shop: Shop) -> None:
    [choice] = await _choices(shop, LATE)
    assert "changed-mind" not in choice.reasons
    assert "defective" in choice.reasons
    [line] = (await _weighed(shop, LATE, "changed-mind")).lines
    assert line.considered.decision.verdict == "refused"
    [line] = (await _weighed(shop, LATE, "defective")).lines
    assert line.considered.decision.verdict == "accepted"


async def test_a_business_order_waits_for_a_person(shop: Shop) -> None:
    weighed = await _weighed(shop, BUSINESS, "changed-mind")
    assert weighed.in_review
    assert all(line.offers for line in weighed.lines)


async def test_a_gift_goes_back_as_credit_or_another_size_for_nothing(shop: Shop) -> None:
    sweater, card = (await _weighed(shop, GIFT, "too-large", "credit")).lines
    assert {offer.resolution for offer in sweater.offers} == {"exchange", "credit"}
    assert card.considered.decision.verdict == "refused"
    assert (await _weighed(shop, GIFT, "too-large", "credit")).methods


async def test_a_marketplace_settles_its_own(shop: Shop) -> None:
    assert [choice.closed for choice in await _choices(shop, MARKETPLACE)] == ["marketplace"]


async def test_a_parcel_on_its_way_is_known_by_its_number(shop: Shop) -> None:
    [found] = await orders.by_outbound_tracking(shop.id, ON_ITS_WAY.tracking)
    assert (found.number, found.delivered_at) == (ON_ITS_WAY.number, None)


async def test_cents_are_spread_over_two_of_a_kind(shop: Shop) -> None:
    shirts, _ = await orders.lines(shop.id, await _order(shop, CENTS))
    assert shirts.paid.minor % 2 == 1
    seen = await orders.find_order(shop.id, CENTS.number, CENTS.buyer.email)
    assert seen is not None
    assert (seen.discount_code, seen.shipping) == (CENTS.code, Money.of("4.95", "EUR"))


async def test_returns_stand_everywhere_on_the_first_day(shop: Shop) -> None:
    counts = await counts_by_status(shop.id)
    assert sum(counts.values()) == len(RETURNS)
    assert counts[ReturnState.IN_REVIEW] == counts[ReturnState.REJECTED] == 1
    kinds = {task.kind for task in await open_tasks(shop.id)}
    assert kinds >= {"deduction.proposed", "parcel.unannounced"}
    waiting = await database.fetch("SELECT DISTINCT entrypoint FROM jobs")
    assert {row["entrypoint"] for row in waiting} >= {"label.announce", "settle"}


@pytest.mark.parametrize("sku", CATALOGUE)
def test_everything_sold_has_a_picture_a_weight_and_a_right_ean(sku: str) -> None:
    line = CATALOGUE[sku]
    picture = Path(__file__).parents[2] / "returns_app" / "static" / (line.picture or "").lstrip("/")
    assert picture.is_file()
    assert line.weight > 0
    assert line.ean is not None
    assert line.ean == ean13(line.ean[:12])


def test_check_digits_are_those_of_gs1() -> None:
    """The example of the GS1 General Specifications, 7.9."""
    assert ean13("629104150021") == "6291041500213"


def test_no_ean_is_there_twice() -> None:
    assert len({line.ean for line in CATALOGUE.values()}) == len(CATALOGUE)


@pytest.mark.parametrize(
    "picture",
    sorted((Path(__file__).parents[2] / "returns_app/static/demo").glob("*.svg")),
    ids=lambda p: p.stem,
)
def test_a_picture_is_small_and_needs_nothing_else(picture: Path) -> None:
    drawn = picture.read_text("utf-8")
    assert len(drawn.encode()) < 4096
    assert drawn.startswith("<svg ")
    for foreign in ("href", "<style", "style=", "<script", "<image", "<text"):
        assert foreign not in drawn


async def test_a_picture_has_an_address_that_stays(db: str, tmp_path: Path) -> None:
    visitor = Browser(app_for_tests(tmp_path))
    answer = await visitor.get("/demo/mug.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "max-age" in answer.headers["cache-control"]
    for nothing in ("/demo/yacht.svg", "/demo/mug", "/demo/..%2fcss%2fbase.svg"):
        assert (await visitor.get(nothing)).status_code == 404


async def test_real_money_gets_no_demo(db: str, tmp_path: Path) -> None:
    with pytest.raises(NotInPracticeMode, match="practice mode"):
        await ensure(Settings(data=tmp_path, database_url=db, stripe_key="sk_live_x"))
    assert await database.fetch("SELECT 1 FROM merchants") == []


def test_the_command_says_so_in_a_sentence(database_url: str, tmp_path: Path) -> None:
    asked = CliRunner().invoke(
        main,
        ["demo"],
        env={"DATABASE_URL": database_url, "RETURNS_DATA": str(tmp_path), "RETURNS_PRACTICE_URL": ""},
    )
    assert asked.exit_code == 1
    assert "practice mode" in asked.output
    assert "Traceback" not in asked.output


async def _order(shop: Shop, sold: Bought) -> UUID:
    found = await orders.find_order(shop.id, sold.number, sold.buyer.email)
    assert found is not None
    return found.id


async def _choices(shop: Shop, sold: Bought) -> list[Choice]:
    _, situated = await situation(shop.id, await _order(shop, sold), at=clock.now())
    grounds = {key: reason.ground for key, reason in shop.settings.all_reasons().items()}
    return choices(situated, grounds)


async def _weighed(shop: Shop, sold: Bought, reason: str, resolution: str = "refund") -> Weighed:
    order = await _order(shop, sold)
    wished = tuple(
        LineWish(order_line=line.id, quantity=line.quantity, reason=reason, resolution=resolution)
        for line in await orders.lines(shop.id, order)
    )
    return await weigh(shop.id, Wish(key="k", order=order, lines=wished), at=clock.now())


async def _everything() -> dict[str, list[bytes]]:
    """Every row of every table, as it stands."""
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        row["tablename"]: sorted(
            msgspec.json.encode(str(dict(one)))
            for one in await database.fetch(f'SELECT * FROM "{row["tablename"]}"')
        )
        for row in tables
    }
