"""From an approved return to the box on the bench: label, scans, codes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.reference import grouped
from returns_app.journal.actors import Actor
from returns_app.journal.queries import timeline
from returns_app.journal.tasks import open_tasks
from returns_app.journal.wiring import use_reactions
from returns_app.returns.cancel import cancel
from returns_app.shipping.announce import LabelNotSettled, announce
from returns_app.shipping.carriers import (
    Absent,
    Answer,
    Cancelled,
    Found,
    Issued,
    LabelAsk,
    Refused,
    TrackingNews,
    Unknown,
)
from returns_app.shipping.found import keep_undeliverable, match_parcel
from returns_app.shipping.queries import find_scanned, label_pdf, parcels_of
from returns_app.shipping.track import parcel_received, record_tracking
from returns_app.shipping.void import void_labels
from tests.makers import AT, OWNER, a_return, a_shop, an_order
from tests.settlement.test_settle import receive_all


@pytest.fixture(autouse=True)
def _nothing_reacts() -> None:
    use_reactions(dict.fromkeys(Event, ()))


class PaperCarrier:
    """A small carrier with a memory: it keeps what it issued, and can lose its answer or refuse."""

    name = "own"
    methods = frozenset({"label", "own", "store"})

    def __init__(self) -> None:
        self.issued: dict[str, Issued] = {}
        self.asked: list[LabelAsk] = []
        self.lose_next = False
        self.refusal: str | None = None

    async def announce(self, ask: LabelAsk) -> Answer:
        self.asked.append(ask)
        if self.refusal:
            return Refused(sentence=self.refusal)
        assert ask.id not in self.issued, "a label was bought twice"
        self.issued[ask.id] = Issued(
            tracking=f"3S{ask.rma}", carrier_reference=ask.id, pdf=b"%PDF-" + ask.id.encode()
        )
        if self.lose_next:
            self.lose_next = False
            return Unknown(sentence="the line went dead")
        return self.issued[ask.id]

    async def find(self, ask: LabelAsk) -> Found:
        return self.issued.get(ask.id) or Absent()

    async def cancel(self, reference: str) -> Cancelled:
        del self.issued[reference]
        return Cancelled()

    def read_webhook(self, headers: Any, payload: bytes, now: datetime) -> list[TrackingNews]:
        return []


def news(parcel_tracking: str, state: str, minutes: int = 0) -> TrackingNews:
    return TrackingNews(
        event_id=f"{state}-{minutes}",
        tracking=parcel_tracking,
        carrier_reference="",
        state=state,  # pyright: ignore[reportArgumentType]
        at=AT + timedelta(minutes=minutes),
        raw={},
    )


async def test_one_return_has_one_label_with_the_same_bytes(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop), method="label")
    for _ in range(3):
        await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    assert len(carrier.asked) == 1
    assert await label_pdf(shop.id, asked.id) == b"%PDF-" + carrier.asked[0].id.encode()
    [parcel] = await parcels_of(shop.id, asked.id)
    assert (parcel.state, parcel.tracking) == ("label_ready", f"3S{asked.rma}")
    assert (carrier.asked[0].weight, carrier.asked[0].receiver.city) == (900, "Rotterdam")


async def test_a_lost_answer_is_read_and_no_second_label_is_bought(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop), method="label")
    carrier.lose_next = True
    with pytest.raises(LabelNotSettled):
        await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    assert (len(carrier.issued), len(carrier.asked)) == (1, 1)
    assert await label_pdf(shop.id, asked.id)


async def test_a_refusing_carrier_asks_for_a_person_in_its_own_words(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop), method="label")
    carrier.refusal = "Postal code 1234 AB does not exist"
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    [task] = await open_tasks(shop.id)
    assert (task.kind, "1234 AB does not exist" in task.sentence) == ("label.failed", True)


async def test_what_lies_on_the_bench_already_needs_no_label(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop))
    await receive_all(shop, asked.id)
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    assert carrier.asked == []


async def test_another_shops_label_is_nobodys(db: str) -> None:
    shop, other, carrier = await a_shop(), await a_shop("ander"), PaperCarrier()
    asked = await a_return(shop, await an_order(shop))
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    assert await label_pdf(other.id, asked.id) is None
    assert (await find_scanned(other.id, asked.rma)).kind == "nothing"


async def test_scans_move_a_parcel_forward_once_and_never_back(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop))
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    tracking = f"3S{asked.rma}"
    told = [news(tracking, "in_transit", 2), news(tracking, "dropped_off", 1), news(tracking, "delivered", 3)]
    for each in [*told, *told]:
        await record_tracking(each, carrier="own", at=AT)
    [parcel] = await parcels_of(shop.id, asked.id)
    assert parcel.state == "delivered"
    moved = [each.data["state"] for each in await timeline(shop.id, asked.id) if each.kind == "parcel.moved"]
    assert moved == ["in_transit", "delivered"]
    assert len(await database.fetch("SELECT 1 FROM tracking_news")) == 3


async def test_the_same_scan_from_many_sides_at_once_is_one(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop))
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    each = news(f"3S{asked.rma}", "dropped_off")
    moved = await asyncio.gather(*(record_tracking(each, carrier="own", at=AT) for _ in range(8)))
    assert sum(moved) == 1


async def test_the_bench_takes_the_box_even_without_any_scan(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop))
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    for _ in range(2):
        await parcel_received(asked.id, parcel=None, merchant=shop.id, actor=Actor("staff"), at=AT)
    [parcel] = await parcels_of(shop.id, asked.id)
    assert (parcel.state, parcel.received_at) == ("received", AT)


async def test_a_cancelled_return_gives_its_label_back(db: str) -> None:
    shop, carrier = await a_shop(), PaperCarrier()
    asked = await a_return(shop, await an_order(shop))
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    await cancel(asked.id, merchant=shop.id, actor=OWNER, at=AT)
    await void_labels(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    assert (carrier.issued, await label_pdf(shop.id, asked.id)) == ({}, None)


class Coded:
    """A shop with one return, for the codes a bench may scan."""

    def __init__(self, merchant: UUID, return_id: UUID, rma: str) -> None:
        self.merchant, self.return_id, self.rma = merchant, return_id, rma


async def coded() -> Coded:
    shop, carrier = await a_shop(), PaperCarrier()
    order = await an_order(shop, number="NL-1001", outbound_tracking=["3SOUT12345678"])
    asked = await a_return(shop, order)
    await announce(asked.id, merchant=shop.id, carriers={"own": carrier}, at=AT)
    return Coded(shop.id, asked.id, asked.rma)


async def test_every_code_on_the_box_finds_its_return(db: str) -> None:
    one = await coded()
    codes = [
        one.rma,
        grouped(one.rma),
        one.rma.lower(),
        f"]C1{one.rma}",
        f"3S{one.rma}",
        "NL-1001",
        "nl-1001 ",
    ]
    found = [await find_scanned(one.merchant, code) for code in codes]
    assert [each.return_id for each in found] == [one.return_id] * len(codes)


async def test_an_outbound_number_is_a_parcel_that_came_back(db: str) -> None:
    one = await coded()
    found = await find_scanned(one.merchant, "3SOUT12345678")
    assert found.kind == "undeliverable"
    assert found.order is not None
    step = str(uuid4())
    kept = [
        await keep_undeliverable(
            "3SOUT12345678",
            order=found.order,
            number="NL-1001",
            note="refused at the door",
            step=step,
            merchant=one.merchant,
            actor=OWNER,
            at=AT,
        )
        for _ in range(2)
    ]
    assert kept[0]
    assert kept[1] is None
    [task] = await open_tasks(one.merchant)
    assert "NL-1001" in task.sentence
    await match_parcel(kept[0], one.return_id, merchant=one.merchant, actor=OWNER, at=AT)
    assert await open_tasks(one.merchant) == []


@pytest.mark.parametrize("code", ["", "\x00", "💥" * 50, "x" * 10_000, "' OR 1=1 --", "%", "TRAIL-42"])
async def test_no_code_is_a_dead_end(db: str, code: str) -> None:
    one = await coded()
    found = await find_scanned(one.merchant, code)
    assert found.kind == ("item" if code == "TRAIL-42" else "nothing")
