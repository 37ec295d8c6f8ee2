"""The page that follows a return: its label, its money, its credit, its end, in the shopper's language."""

from __future__ import annotations

from uuid import UUID

from litestar import Litestar

from returns_app import database
from returns_app.core.events import Event
from returns_app.faces.portal.places import after_finding
from returns_app.journal.actors import SYSTEM
from returns_app.merchants.queries import Shop
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.returns.request import Requested
from returns_app.settlement.settle import settle
from returns_app.shipping.announce import announce
from returns_app.shipping.carriers import Carrier
from returns_app.shipping.carriers.own_label import OwnLabel
from tests.faces.portal.walking import Walker, led_to, said_on
from tests.makers import AT, a_return, an_order, line_ids, shoe

PDF = b"%PDF-1.7 a label"


async def _printed(template: str, context: object) -> bytes:
    return PDF


async def _labelled(shop: Shop, made: Requested) -> None:
    own: dict[str, Carrier] = {"own": OwnLabel(_printed)}
    await announce(made.id, merchant=shop.id, carriers=own, at=AT)


async def test_the_label_is_waited_for_and_then_the_same_bytes(
    walker: Walker, shop: Shop, order: UUID
) -> None:
    made = await a_return(shop, order, method="label")
    place = f"return/{made.rma}"
    page = await walker.get(place)
    assert 'http-equiv="refresh"' in page.text
    assert led_to(await walker.get(f"{place}/label.pdf")) == place
    tired = await walker.get(f"{place}?waited=20")
    assert 'http-equiv="refresh"' not in tired.text
    assert "Look again" in said_on(tired)
    await _labelled(shop, made)
    page = await walker.get(place)
    assert 'http-equiv="refresh"' not in page.text
    assert "Print label" in said_on(page)
    for _ in range(2):
        label = await walker.get(f"{place}/label.pdf")
        assert (label.content, label.headers["content-type"]) == (PDF, "application/pdf")
        assert label.headers["content-disposition"].startswith("inline")


async def test_the_number_is_read_however_it_is_typed(walker: Walker, shop: Shop, order: UUID) -> None:
    made = await a_return(shop, order)
    typed = f"{made.rma[:4]}-{made.rma[4:8]}-{made.rma[8:]}".lower()
    for place in (f"return/{typed}", f"follow/{made.rma}"):
        assert (await walker.get(place)).status_code == 200


async def test_credit_that_came_is_shown_with_its_code_and_what_differs(app: Litestar, shop: Shop) -> None:
    order = await an_order(shop, shoe(42, quantity=2), number="1002", reference="pi_2")
    made = await a_return(shop, order, "credit", quantity=2)
    [line] = (await return_seen(shop.id, made.id)).lines
    counted = {line.id: Count(received=1, missing=1)}
    await receive(made.id, counted, step="1", merchant=shop.id, actor=SYSTEM, at=AT)
    await settle(made.id, merchant=shop.id, at=AT)
    walker = await Walker(app, shop, order).enter()
    page = said_on(await walker.get(f"return/{made.rma}"))
    row = await database.fetch_one("SELECT code FROM credits")
    assert row is not None
    assert "-".join(row["code"][start : start + 4] for start in range(0, 16, 4)) in page
    assert "Your store credit € 88.00" in page
    assert "€ 8.00 of it is extra." in page
    assert "Trail shoe: 1 counted, 2 announced." in page
    assert "Trail shoe: € 80.00 for the items instead of € 160.00." in page
    assert "Cancel return" not in page


async def test_a_parcel_on_its_way_cannot_be_cancelled_any_more(
    walker: Walker, shop: Shop, order: UUID
) -> None:
    made = await a_return(shop, order, method="label")
    await _labelled(shop, made)
    await database.fetch("UPDATE parcels SET state = 'in_transit'")
    await database.fetch(
        "INSERT INTO journal_events (merchant, return_id, kind, at, actor, data)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        shop.id,
        made.id,
        Event.PARCEL_MOVED,
        AT,
        '{"kind": "carrier"}',
        '{"state": "in_transit"}',
    )
    page = said_on(await walker.get(f"return/{made.rma}"))
    assert "Your parcel is on its way" in page
    assert "Cancel return" not in page
    late = await walker.post(f"return/{made.rma}/cancel", {})
    assert late.status_code == 409
    assert "This return can't be cancelled any more" in said_on(late)


async def test_the_wanted_page_follows_only_when_it_is_of_that_order(shop: Shop, order: UUID) -> None:
    made = await a_return(shop, order)
    other = await an_order(shop, shoe(42), number="1002", reference="pi_2")
    wanted = f"/returns/winkel/return/{made.rma}"
    assert await after_finding(shop, order, wanted) == wanted
    assert await after_finding(shop, other, wanted) == "/returns/winkel/choose"
    assert await after_finding(shop, order, "/returns/winkel/check") == "/returns/winkel/check"
    for elsewhere in (
        "",
        "//evil.example/x",
        "/console",
        "/returns/winkel/return/../../console",
        wanted + "/x",
    ):
        assert await after_finding(shop, order, elsewhere) == "/returns/winkel/choose"


async def test_every_step_speaks_dutch(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    said = [said_on(await walker.get("choose", "nl"))]
    await walker.choose(line)
    said.append(said_on(await walker.get("decide", "nl")))
    await walker.decide(line, "credit")
    said.append(said_on(await walker.get("send", "nl")))
    await walker.send("send", {"method": "label"})
    said.append(said_on(await walker.get("check", "nl")))
    rma = led_to(await walker.confirm(consent="yes")).removeprefix("done/")
    said += [said_on(await walker.get(f"{place}/{rma}", "nl")) for place in ("done", "return")]
    page = " ".join(said)
    for words in (
        "Dit artikel kun je tot en met zo 31 januari terugsturen.",
        "Dat is € 8,00 meer.",
        "Terugsturen is gratis.",
        "Tegoed levert 10% extra op, hoogstens € 40,00 per retour: € 8,00.",
        "Dit bieden we aan omdat het dit soort artikel is en je “Te klein” koos.",
        "Extra omdat je tegoed kiest",
        "Ik kies voor tegoed in plaats van mijn geld terug voor “Trail shoe”.",
        "Lever het uiterlijk vr 4 december in.",
        "€ 88,00 als tegoed",
    ):
        assert words in page, words
    for english in (" You ", " your ", " Sending ", " Together", " the "):
        assert english not in page, english
