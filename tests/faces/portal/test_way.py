"""The whole way: choose, decide, send, check, confirm, follow, cancel."""

from __future__ import annotations

import re
from uuid import UUID

from returns_app import database
from returns_app.merchants.queries import Shop
from tests.faces.portal.walking import Walker, led_to, said_on
from tests.makers import line_ids, product_id


async def test_a_refund_from_the_first_page_to_the_followed_return(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    page = said_on(await walker.get("choose"))
    assert "Trail shoe" in page
    assert "You can send this back until Sun 31 January." in page
    assert led_to(await walker.choose(line)) == "decide"
    page = said_on(await walker.get("decide"))
    assert "Money back € 80.00" in page
    assert "Store credit € 88.00 That is € 8.00 more." in page
    assert led_to(await walker.decide(line, "refund")) == "send"
    assert "Print a label € 3.95" in said_on(await walker.get("send"))
    assert led_to(await walker.send("send", {"method": "label"})) == "check"
    page = said_on(await walker.get("check"))
    assert "Sending it back −€ 3.95" in page
    assert "You get back As money, the way you paid € 76.05" in page
    place = led_to(await walker.confirm())
    rma = place.removeprefix("done/")
    page = await walker.get(f"done/{rma}")
    assert "Your return is confirmed" in said_on(page)
    assert "It is being made" in said_on(page)
    assert f'url=/returns/winkel/done/{rma}?waited=1"></noscript>' in page.text
    followed = said_on(await walker.get(f"return/{rma}"))
    assert "Hand it in by Fri 4 December." in followed
    assert "€ 76.05 back to you" in followed


async def test_credit_is_only_given_to_those_who_tick_that_they_want_it(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    await walker.choose(line)
    assert not re.search('type="radio"[^>]* checked', (await walker.get("decide")).text)
    await walker.decide(line, "credit")
    await walker.send("send", {"method": "own"})
    page = await walker.get("check")
    assert "I choose store credit instead of my money back for “Trail shoe”." in said_on(page)
    assert 'name="consent" value="yes" checked' not in page.text
    refused = await walker.confirm()
    assert refused.status_code == 422
    assert "1 error: Check" in refused.text
    assert led_to(await walker.confirm(consent="yes")).startswith("done/R")
    row = await database.fetch_one("SELECT consent, quote FROM returns")
    assert row is not None
    assert "I choose store credit" in row["consent"]


async def test_an_exchange_shows_sizes_in_stock_and_sold_out_ones_as_such(
    walker: Walker, shop: Shop, order: UUID
) -> None:
    [line] = await line_ids(order)
    await walker.choose(line)
    page = await walker.get("decide")
    assert "44 sold out" in said_on(page)
    assert led_to(await walker.send("decide", {f"resolution-{line}": "refund"})) == "send"
    unchosen = await walker.decide(line, "exchange")
    assert unchosen.status_code == 422
    assert "Choose another size or colour of “Trail shoe”." in said_on(unchosen)
    gone = await walker.decide(line, "exchange", await product_id(shop, "TRAIL-44"))
    assert "was just sold out" in said_on(gone)
    wanted = await product_id(shop, "TRAIL-43")
    assert led_to(await walker.decide(line, "exchange", wanted)) == "send"
    await walker.send("send", {"method": "own"})
    assert "Exchange: 43" in said_on(await walker.get("check"))
    rma = led_to(await walker.confirm(consent="yes")).removeprefix("done/")
    assert "Exchange: 43" in said_on(await walker.get(f"return/{rma}"))
    row = await database.fetch_one("SELECT reserved FROM products WHERE sku = 'TRAIL-43'")
    assert row is not None
    assert row["reserved"] == 1


async def test_it_can_be_cancelled_after_a_second_look(walker: Walker, order: UUID) -> None:
    [line] = await line_ids(order)
    await walker.choose(line)
    await walker.decide(line, "refund")
    await walker.send("send", {"method": "own"})
    rma = led_to(await walker.confirm()).removeprefix("done/")
    assert "Winkel BV Havenstraat 12 3011 AA Rotterdam NL" in said_on(await walker.get(f"return/{rma}"))
    assert "Cancel this return?" in said_on(await walker.get(f"return/{rma}/cancel"))
    assert led_to(await walker.post(f"return/{rma}/cancel", {})) == f"return/{rma}"
    assert "This return is cancelled" in said_on(await walker.get(f"return/{rma}"))
    assert led_to(await walker.get(f"return/{rma}/cancel")) == f"return/{rma}"
    assert led_to(await walker.post(f"return/{rma}/cancel", {})) == f"return/{rma}"
    assert "You can send this back until" in said_on(await walker.get("choose"))
