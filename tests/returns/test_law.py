"""Law and promises at work: what a shopper may choose, what is stored, and what the bench may do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from returns_app import database
from returns_app.journal.tasks import open_tasks
from returns_app.merchants.create import update_settings
from returns_app.merchants.queries import Shop
from returns_app.merchants.settings import MerchantSettings, SettingsRefused, check
from returns_app.money import Money
from returns_app.returns.consider import choices
from returns_app.returns.queries import DecisionSeen, decisions, return_seen
from returns_app.returns.refusals import LineClosed
from returns_app.returns.weigh import situation, weigh
from returns_app.rulebook.law import law_packs
from returns_app.rulebook.publish import publish
from tests.makers import AT, OWNER, SETTINGS, a_return, a_wish, an_order, shoe
from tests.settlement.shops import HOUSE, a_shop_that_says, box, judge, rule
from tests.settlement.test_steps import ONE

EARLIER = datetime(2026, 11, 1, 12, tzinfo=UTC)
FINAL: dict[str, str] = {"accept": '"no"', "fee": '"25%"', "evidence": '"photo"', "shipping_refund": '"none"'}


def delivered(day: str, **said: Any) -> dict[str, Any]:
    """An order delivered on a day (of which the day before it was ordered)."""
    return {f"{event}_at": f"{day}T10:00:00+01:00" for event in ("ordered", "dispatched", "delivered")} | said


async def choice(shop: Shop, order: UUID) -> Any:
    _, situated = await situation(shop.id, order, at=AT)
    [found] = choices(situated, {"too-small": "return"})
    return found


async def decided(shop: Shop, return_id: UUID) -> DecisionSeen:
    return (await decisions(shop.id, return_id))[-1]


# Withdrawal ------------------------------------------------------------------------------------------


async def test_a_final_sale_can_be_withdrawn_from_and_the_shopper_reads_why(db: str) -> None:
    shop = await a_shop_that_says(**FINAL)
    order = await an_order(shop, total="85.00", shipping={"amount": "5.00"})
    found = await choice(shop, order)
    assert (found.closed, str(found.until)) == (None, "2026-11-30")  # W7: day 14 is Sunday 29 November
    asked = await a_return(shop, order)
    seen = await return_seen(shop.id, asked.id)
    assert (seen.status, seen.quote.refund) == ("approved", Money(8500, "EUR"))
    told = await decided(shop, asked.id)
    [raised] = told.explanation.questions["accept"].raised
    assert (raised.side, raised.article) == ("law/eu", "CRD Art. 9(1)")
    assert told.answers.note is not None
    assert "Volgens de wet" in told.answers.note.in_("nl")


async def test_the_hashes_of_all_that_decided_are_stored(db: str) -> None:
    shop = await a_shop_that_says(**FINAL)
    asked = await a_return(shop, await an_order(shop))
    explanation = (await decided(shop, asked.id)).explanation
    packs = {pack.name: pack.policy.hash for pack in law_packs()}
    assert {side.name: side.hash for side in explanation.sides} == {
        "merchant": explanation.policy,
        "law/eu": packs["law/eu"],
    }
    assert explanation.calendar.startswith("holidays ")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (delivered("2026-10-20"), shoe()),
        ({"buyer": "business"}, shoe()),
        ({}, shoe(tags=["withdrawal-exception:c"])),
    ],
    ids=["W3: after fourteen days", "a business buyer", "Art. 16(c): made to measure"],
)
async def test_where_the_law_is_silent_the_shop_s_no_stands(
    db: str, said: dict[str, Any], line: dict[str, Any]
) -> None:
    shop = await a_shop_that_says(**FINAL)
    order = await an_order(shop, line, **said)
    assert (await choice(shop, order)).closed is not None
    with pytest.raises(LineClosed):
        await a_return(shop, order)


@pytest.mark.parametrize(
    ("tag", "delivery", "day", "fact"),
    [
        ("", "2026-11-15", AT, "open"),
        ("", "2026-11-06", AT, "open"),  # W3, W8: the fourteenth day, by the moment of the request
        ("", "2026-11-05", AT, "closed"),
        ("", "2026-11-07", datetime(2026, 11, 23, 12, tzinfo=UTC), "open"),  # W7: day 14 is a Saturday
        ("", "2026-11-07", datetime(2026, 11, 24, 12, tzinfo=UTC), "closed"),
        ("withdrawal-exception:c", "2026-11-15", AT, "excepted"),
        ("withdrawal-exception:e", "2026-11-15", AT, "open"),  # until the bench sees a broken seal
        ("withdrawal-exception:z", "2026-11-15", AT, "open"),
    ],
)
async def test_the_right_of_withdrawal_by_its_days_and_exceptions(
    db: str, tag: str, delivery: str, day: datetime, fact: str
) -> None:
    shop = await a_shop_that_says()
    order = await an_order(shop, shoe(tags=[tag] if tag else []), **delivered(delivery))
    weighed = await weigh(shop.id, await a_wish(shop, order, at=day), at=day)
    assert weighed.lines[0].considered.facts["withdrawal"] == fact


async def test_w10_without_proof_of_delivery_the_right_is_open(db: str) -> None:
    shop = await a_shop_that_says(**FINAL)
    order = await an_order(
        shop, ordered_at="2026-06-01T10:00:00+02:00", dispatched_at=None, delivered_at=None
    )
    assert (await choice(shop, order)).closed is None
    assert (await return_seen(shop.id, (await a_return(shop, order)).id)).status == "approved"


async def test_w1_a_reason_that_wants_a_photo_wants_none_while_withdrawal_is_open(db: str) -> None:
    shop = await a_shop_that_says(evidence='"photo"')
    reasons = tuple(msgspec.structs.replace(each, photo="required") for each in SETTINGS.reasons)
    await update_settings(shop.id, msgspec.structs.replace(SETTINGS, reasons=reasons))
    asked = await a_return(shop, await an_order(shop))
    assert (await return_seen(shop.id, asked.id)).status == "approved"


async def test_w15_what_the_bench_would_refuse_a_person_may_deduct_from(db: str) -> None:
    shop = await a_shop_that_says(rule("Spoilt", {"verdict": '"refuse"'}, '{ grade = "D" }'))
    asked = await a_return(shop, await an_order(shop))
    await box(shop, asked.id, first=ONE)
    await judge(shop, asked.id, first="D")
    [line] = (await return_seen(shop.id, asked.id)).lines
    assert (line.decision, line.verdict) == ("accepted", "deduct")
    assert "deduction.proposed" in [task.kind for task in await open_tasks(shop.id)]


async def test_a_broken_seal_that_was_flagged_is_refused(db: str) -> None:
    from returns_app.returns.grade import Judged, grade

    shop = await a_shop_that_says(rule("Hygiene", {"verdict": '"refuse"'}, "{ sealed = false }"))
    asked = await a_return(shop, await an_order(shop, shoe(tags=["withdrawal-exception:e"])))
    await box(shop, asked.id, first=ONE)
    [line] = (await return_seen(shop.id, asked.id)).lines
    judged = {line.id: Judged(grade="B", disposition="restock", sealed=False)}
    await grade(asked.id, judged, step=str(uuid4()), merchant=shop.id, actor=OWNER, at=AT)
    assert (await return_seen(shop.id, asked.id)).lines[0].decision == "rejected"


# Claims ----------------------------------------------------------------------------------------------


async def test_g3_where_no_replacement_can_be_had_money_is_next(db: str) -> None:
    shop = await a_shop_that_says(rule("Faulty", {"offers": '["credit"]'}, '{ ground = "claim" }'))
    there = await an_order(shop, shoe(), **delivered("2026-10-25"))
    weighed = await weigh(shop.id, await a_wish(shop, there, reason="damaged"), at=AT)
    assert [offer.resolution for offer in weighed.lines[0].offers] == ["credit", "replace"]
    gone = await an_order(shop, shoe(45, stock=0), number="1002", reference="pi_2", **delivered("2026-10-25"))
    weighed = await weigh(shop.id, await a_wish(shop, gone, reason="damaged"), at=AT)
    [line] = weighed.lines
    assert [offer.resolution for offer in line.offers] == ["credit", "refund"]
    assert line.considered.decision.explanation.questions["offers"].raised[-1].article == "SGD Art. 13(4)"


# Promises --------------------------------------------------------------------------------------------


async def changed_since(then: dict[str, str], now: dict[str, str]) -> Shop:
    """A shop whose policy on 1 November said one thing, and says another since 20 November."""
    shop = await a_shop_that_says(**now)
    text = 'title = "Then"\ncurrency = "EUR"\n' + rule("Then", {**HOUSE, **then})
    await publish(text, file="then.toml", merchant=shop.id, actor=OWNER, at=EARLIER)
    text = 'title = "Now"\ncurrency = "EUR"\n' + rule("Now", {**HOUSE, **now})
    await publish(text, file="now.toml", merchant=shop.id, actor=OWNER, at=AT)
    return shop


BUSINESS = {"buyer": "business", "delivered_at": None, "dispatched_at": None}


async def test_what_was_promised_at_the_order_is_kept(db: str) -> None:
    shop = await changed_since(
        {"window": '"90 days from order"', "fee": "0", "credit_bonus": '"10%"'},
        {"window": '"5 days from order"', "fee": '"5.00"', "credit_bonus": '"20%"'},
    )
    order = await an_order(shop, **BUSINESS)
    assert str((await choice(shop, order)).until) == "2027-02-08"
    asked = await a_return(shop, order)
    told = await decided(shop, asked.id)
    assert (await return_seen(shop.id, asked.id)).quote.refund == Money(8000, "EUR")
    assert [raised.side for raised in told.explanation.questions["fee"].raised] == ["promise"]
    assert told.explanation.questions["credit_bonus"].raised == ()
    assert [side.name for side in told.explanation.sides] == ["merchant", "promise"]


async def test_an_order_from_before_any_policy_goes_by_today_s(db: str) -> None:
    shop = await changed_since({"window": '"90 days from order"'}, {"window": '"5 days from order"'})
    order = await an_order(shop, ordered_at="2026-10-20T10:00:00+02:00", **BUSINESS)
    assert (await choice(shop, order)).closed == "window"


@pytest.mark.parametrize(
    ("promises", "refund"),
    [({}, 8000), ({"fee": "today"}, 7500), ({"fee": "order"}, 8000), ({"fee": "better"}, 8000)],
)
async def test_a_merchant_chooses_per_question(db: str, promises: dict[str, Any], refund: int) -> None:
    shop = await changed_since({"fee": "0"}, {"fee": '"5.00"'})
    await update_settings(shop.id, msgspec.structs.replace(SETTINGS, promises=promises))
    order = await an_order(shop, buyer="business")
    weighed = await weigh(shop.id, await a_wish(shop, order), at=AT)
    assert weighed.quote is not None
    assert weighed.quote.refund.minor == refund


async def test_the_better_of_money_and_percent_is_told_by_the_case(db: str) -> None:
    shop = await changed_since({"fee": '"10%"'}, {"fee": '"5.00"'})
    dear = await an_order(shop, buyer="business")
    cheap = await an_order(shop, shoe(unit_price="20.00"), number="1002", reference="pi_2", buyer="business")
    for order, fee, taken in ((dear, 500, Money(500, "EUR")), (cheap, 200, None)):
        weighed = await weigh(shop.id, await a_wish(shop, order), at=AT)
        assert weighed.quote is not None
        [line] = weighed.quote.lines
        assert line.fee.minor == fee
        assert taken is None or line.fee_by == taken


async def test_a_promise_lifts_a_no_but_not_a_review(db: str) -> None:
    shop = await changed_since({}, {"accept": '"no"'})
    order = await an_order(shop, buyer="business")
    assert (await return_seen(shop.id, (await a_return(shop, order)).id)).status == "approved"


async def test_today_s_review_stays_one(db: str) -> None:
    shop = await changed_since({}, {"accept": '"review"'})
    order = await an_order(shop, buyer="business")
    assert (await return_seen(shop.id, (await a_return(shop, order)).id)).status == "in_review"


@pytest.mark.parametrize("promises", [{"fees": "order"}, {"pay_on": "better"}])
def test_a_promise_that_means_nothing_is_refused(promises: dict[str, Any]) -> None:
    with pytest.raises(SettingsRefused):
        check(MerchantSettings(promises=promises))


# The last day to pay ---------------------------------------------------------------------------------


async def test_w13_the_last_day_to_pay_is_known_once_the_goods_are_on_their_way(db: str) -> None:
    from returns_app.settlement.settle import settle

    shop = await a_shop_that_says(pay_on='"inspection"')
    asked = await a_return(shop, await an_order(shop))
    await settle(asked.id, merchant=shop.id, at=AT)
    assert (await return_seen(shop.id, asked.id)).pay_by is None
    await box(shop, asked.id, first=ONE)
    await settle(asked.id, merchant=shop.id, at=AT)
    assert str((await return_seen(shop.id, asked.id)).pay_by) == "2026-12-04"
    assert await database.fetch("SELECT 1 FROM refunds") == []
