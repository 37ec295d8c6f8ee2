"""A case shows everything, and each action happens once, whoever clicks."""

from __future__ import annotations

import asyncio

from litestar import Litestar

from returns_app.faces.console.case import explained
from returns_app.merchants.queries import Shop
from returns_app.returns.queries import decisions, return_seen
from tests.faces.browser import Browser
from tests.faces.console.conftest import in_review, signed_in, words
from tests.makers import a_return, a_shop, an_order
from tests.settlement.shops import a_shop_that_says


async def test_a_case_says_what_happened_and_why(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    page = await desk.get(f"/console/returns/{seen.rma}")
    assert page.status_code == 200
    text = words(page.text)
    assert "Business buyers return by agreement" in text
    assert "Approve return" in text
    assert "Waits for a person to decide" in text


async def test_approving_happens_once(desk: Browser, app: Litestar, shop: Shop) -> None:
    seen = await in_review(shop)
    agent = await signed_in(app, shop, "bo", "agent")
    path = f"/console/returns/{seen.rma}/approve"
    answers = await asyncio.gather(desk.post(path, {}), agent.post(path, {}))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "Somebody has decided on this return already." in late.text
    assert (await return_seen(shop.id, seen.id)).status == "approved"


async def test_rejecting_needs_words_and_gives_them_to_the_shopper(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    path = f"/console/returns/{seen.rma}/reject"
    assert (await desk.post(path, {"reason": "  "})).status_code == 422
    assert (await return_seen(shop.id, seen.id)).status == "in_review"
    preview = await desk.post(f"{path}/preview", {"reason": "The sole is <b>worn</b>."})
    assert "The sole is &lt;b&gt;worn&lt;/b&gt;." in preview.text
    done = await desk.post(path, {"reason": "The sole is worn."})
    assert done.headers["location"] == f"/console/returns/{seen.rma}?done=rejected"
    after = await return_seen(shop.id, seen.id)
    assert (after.status, after.lines[0].decided_because) == ("rejected", "The sole is worn.")


async def test_a_rejection_that_comes_too_late_keeps_its_words(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    await desk.post(f"/console/returns/{seen.rma}/approve", {})
    late = await desk.post(f"/console/returns/{seen.rma}/reject", {"reason": "Too late"})
    assert late.status_code == 409
    assert (await return_seen(shop.id, seen.id)).status == "approved"


async def test_another_shops_return_is_not_there(desk: Browser, shop: Shop) -> None:
    other = await a_shop("elders")
    seen = await in_review(other)
    assert (await desk.get(f"/console/returns/{seen.rma}")).status_code == 404
    for action in ("approve", "reject", "cancel", "note", "deduction", "retry", "payout"):
        answer = await desk.post(f"/console/returns/{seen.rma}/{action}", {"reason": "x"})
        assert answer.status_code == 404
    assert (await return_seen(other.id, seen.id)).status == "in_review"


async def test_what_the_law_made_kinder_is_told_with_its_article(db: str) -> None:
    """The merchant's own rule is not shown as the one that gave it."""
    shop = await a_shop_that_says(fee='"25%"')
    asked = await a_return(shop, await an_order(shop))
    [told] = explained(await decisions(shop.id, asked.id), "nl")
    [withdrawal] = [each for each in told.lifted if each.article == "CRD Art. 9(1)"]
    assert ("Kosten", "niets") in withdrawal.answers
    assert withdrawal.rules == ("House",)
    assert "Kosten" not in {name for rule in told.rules for name, _ in rule.answers}
