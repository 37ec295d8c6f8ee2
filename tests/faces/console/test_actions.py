"""Each action does what it says, once, and refuses in a sentence."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
from litestar import Litestar

from returns_app import database
from returns_app.journal.queries import timeline
from returns_app.journal.tasks import open_tasks_of
from returns_app.merchants.queries import Shop
from returns_app.refunds.queries import refunds_of
from returns_app.returns.grade import Judged, grade
from returns_app.returns.queries import ReturnSeen, return_seen
from returns_app.returns.receive import Count, receive
from returns_app.settlement.settle import settle
from tests.faces.browser import Browser
from tests.faces.console.conftest import in_review, signed_in, words
from tests.makers import AT, OWNER, a_return, an_order
from tests.notifications.occasions import move_refunds


async def at_the_bench(shop: Shop, condition: str = "A") -> ReturnSeen:
    """A refund whose item is here and judged."""
    asked = await a_return(shop, await an_order(shop))
    [line] = (await return_seen(shop.id, asked.id)).lines
    by = {"merchant": shop.id, "actor": OWNER, "at": AT}
    await receive(asked.id, {line.id: Count(received=1)}, step=str(uuid4()), **by)
    judged = {line.id: Judged(grade=condition, disposition="restock")}
    await grade(asked.id, judged, step=str(uuid4()), **by)
    return await return_seen(shop.id, asked.id)


async def failed(shop: Shop) -> ReturnSeen:
    """A return whose refund came back."""
    seen = await at_the_bench(shop)
    await settle(seen.id, merchant=shop.id, at=AT)
    await move_refunds(shop, seen.id, "send")
    await move_refunds(shop, seen.id, "fail")
    return await return_seen(shop.id, seen.id)


async def does(desk: Browser, seen: ReturnSeen, action: str, **said: str) -> httpx.Response:
    return await desk.post(f"/console/returns/{seen.rma}/{action}", said)


async def test_cancelling_frees_the_items_until_something_moves(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    assert (await does(desk, seen, "cancel")).headers["location"].endswith("?done=cancelled")
    assert (await return_seen(shop.id, seen.id)).status == "cancelled"
    here = await at_the_bench(shop)
    refused = await does(desk, here, "cancel")
    assert refused.status_code == 409
    assert "can't be cancelled any more" in words(refused.text).replace("&#39;", "'")


async def test_a_deduction_is_changed_confirmed_or_dropped_once(desk: Browser, shop: Shop) -> None:
    seen = await at_the_bench(shop, "C")
    line = str(seen.lines[0].id)
    for amount in ("lots", "-1", "NaN", "1e99", "80.01", ""):
        refused = await does(desk, seen, "deduction", line=line, amount=amount, reason="Worn")
        assert refused.status_code == 422, amount
    done = await does(desk, seen, "deduction", line=line, amount="12,50", reason="Worn")
    assert done.status_code == 303
    assert (await return_seen(shop.id, seen.id)).lines[0].deduction.minor == 1250
    assert (await does(desk, seen, "deduction", line=line, verdict="drop")).status_code == 409
    assert (await does(desk, seen, "deduction", line="not an id", verdict="drop")).status_code == 409


async def test_a_failed_refund_is_tried_again_once(desk: Browser, app: Litestar, shop: Shop) -> None:
    seen = await failed(shop)
    [refund] = await refunds_of(shop.id, seen.id)
    assert "Try refund again" in (await desk.get(f"/console/returns/{seen.rma}")).text
    agent = await signed_in(app, shop, "bo", "agent")
    answers = await asyncio.gather(
        *(does(each, seen, "retry", refund=str(refund.id)) for each in (desk, agent))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert [each.state for each in await refunds_of(shop.id, seen.id)] == ["failed", "planned"]
    assert (await does(desk, seen, "retry", refund=str(uuid4()))).status_code == 404


async def test_a_payment_by_hand_is_recorded_once_with_its_reference(
    desk: Browser, app: Litestar, shop: Shop
) -> None:
    seen = await failed(shop)
    [task] = await open_tasks_of(shop.id, seen.id)
    assert (await does(desk, seen, "payout", task=str(task.id), reference=" ")).status_code == 422
    agent = await signed_in(app, shop, "bo", "agent")
    said = {"task": str(task.id), "reference": "Bank 2026-118"}
    answers = await asyncio.gather(*(does(each, seen, "payout", **said) for each in (desk, agent)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    recorded = [each for each in await timeline(shop.id, seen.id) if each.kind == "payout.recorded"]
    assert [each.data["reference"] for each in recorded] == ["Bank 2026-118"]
    assert (await return_seen(shop.id, seen.id)).status == "settled"
    assert (await does(desk, seen, "retry", refund=recorded[0].data["instead_of"])).status_code == 409


async def test_a_task_of_another_return_is_not_paid_here(desk: Browser, shop: Shop) -> None:
    seen = await failed(shop)
    [task] = await open_tasks_of(shop.id, seen.id)
    other = await in_review(shop)
    assert (await does(desk, other, "payout", task=str(task.id), reference="x")).status_code == 409
    assert len(await open_tasks_of(shop.id, seen.id)) == 1


async def test_a_note_is_for_colleagues(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    assert (await does(desk, seen, "note", note=" ")).status_code == 422
    await does(desk, seen, "note", note="Called; she sends a photo <script>")
    page = await desk.get(f"/console/returns/{seen.rma}?done=noted")
    assert "Called; she sends a photo &lt;script&gt;" in page.text
    assert "The note was added." in page.text


async def test_a_form_from_elsewhere_or_without_its_token_does_nothing(desk: Browser, shop: Shop) -> None:
    seen = await in_review(shop)
    path = f"/console/returns/{seen.rma}/approve"
    assert (await desk.post(path, {}, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await desk.http.post(path, data={}, headers={"sec-fetch-site": "same-origin"})).status_code == 403
    assert (await return_seen(shop.id, seen.id)).status == "in_review"


async def test_only_the_desk_enters(app: Litestar, desk: Browser, shop: Shop) -> None:
    stranger, bench = Browser(app), await signed_in(app, shop, "wim", "warehouse")
    for path in ("/console", "/console/returns", "/console/returns.csv", "/console/settings"):
        assert (await stranger.get(path)).headers["location"].startswith("/sign-in")
        assert (await bench.get(path)).headers["location"] == "/warehouse"
    agent = await signed_in(app, shop, "bo", "agent")
    assert (await agent.get("/console")).status_code == 200
    for path in ("/console/settings", "/console/policy/new", "/console/returns.json"):
        assert (await agent.get(path)).status_code == 403
    for path in (
        "/console/settings",
        "/console/settings/people",
        "/console/settings/keys",
        "/console/policy/new",
    ):
        assert (await agent.post(path, {"name": "x"})).status_code == 403
    row = await database.fetch_one("SELECT name FROM merchants WHERE id = $1", shop.id)
    assert row is not None
    assert row["name"] == shop.name
