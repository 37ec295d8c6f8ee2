"""From the request to the last cent with the real worker, Stripe's SDK, label and mails: no browser yet."""

from __future__ import annotations

from uuid import UUID, uuid4

from returns_app import clock
from returns_app.credit.queries import credits_of
from returns_app.exchanges.queries import exchanges_of
from returns_app.journal.actors import Actor
from returns_app.merchants.queries import Shop
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import return_seen
from returns_app.returns.receive import Count, receive
from returns_app.shipping.queries import label_pdf
from tests.makers import a_return, product_id, shoe, stock
from tests.stories.shop import Bought
from tests.stories.world import Machine

BENCH = Actor("staff", "Willem")


async def received_and_graded(shop: Shop, return_id: UUID) -> None:
    seen = await return_seen(shop.id, return_id)
    counts = {line.id: Count(received=line.quantity) for line in seen.lines}
    judged = {line.id: Judged(grade="A", disposition="restock") for line in seen.lines}
    at = clock.now()
    await receive(return_id, counts, step=str(uuid4()), merchant=shop.id, actor=BENCH, at=at)
    await grade(return_id, judged, step=str(uuid4()), merchant=shop.id, actor=BENCH, at=at)


async def settled(world: Machine, shop: Shop, return_id: UUID) -> None:
    async def is_settled() -> bool:
        return (await return_seen(shop.id, return_id)).status == "settled"

    await world.until(is_settled)


async def test_a_refund_from_request_to_settled(world: Machine, shop: Shop, bought: Bought) -> None:
    asked = await a_return(shop, bought.order, method="label", at=clock.now())
    label = await world.until(lambda: label_pdf(shop.id, asked.id))
    assert label.startswith(b"%PDF-")
    await received_and_graded(shop, asked.id)
    await settled(world, shop, asked.id)
    [refund] = await world.practice.refunds(bought.payment)
    assert refund["amount"] == 8000 - 395
    await world.quiet()
    mails = await world.practice.mails(bought.email)
    assert len(mails) == 4  # requested, label ready, received, settled
    assert "€ 76,05" in " ".join(mail.text for mail in mails).replace("\xa0", " ")


async def test_credit_from_request_to_settled(world: Machine, shop: Shop, bought: Bought) -> None:
    asked = await a_return(shop, bought.order, "credit", at=clock.now())
    await received_and_graded(shop, asked.id)
    await settled(world, shop, asked.id)
    [credit] = await credits_of(shop.id, asked.id)
    assert credit.balance.minor == 8800
    await world.quiet()
    mails = await world.practice.mails(bought.email)
    assert any("88,00" in mail.text for mail in mails)


async def test_an_exchange_goes_out_at_the_carriers_scan(world: Machine, shop: Shop, bought: Bought) -> None:
    await stock(shop, shoe(43))
    other = await product_id(shop, "TRAIL-43")
    asked = await a_return(shop, bought.order, "exchange", product=other, method="label", at=clock.now())
    await world.until(lambda: label_pdf(shop.id, asked.id))
    await world.practice.move_parcel(asked.rma, "dropped_off")
    await settled(world, shop, asked.id)
    [exchange] = await exchanges_of(shop.id, asked.id)
    assert exchange.state == "sent_out"
    [written] = (world.folder / "outgoing-orders").glob("*.json")
    assert '"sku": "TRAIL-43"' in written.read_text()
