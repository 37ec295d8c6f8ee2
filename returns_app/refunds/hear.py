"""Take in what Stripe tells: about our refunds, about those made elsewhere, about disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from returns_app import database
from returns_app.journal.inbound import mark_worked, read_inbound
from returns_app.journal.tasks import close_task, open_task
from returns_app.money import Money
from returns_app.refunds.gateways import Gateway, GatewayRefund, RefundAttempt
from returns_app.refunds.gateways.stripe_webhook import DisputeNews, RefundNews, StripeNews, read_stored
from returns_app.refunds.move import RefundRow, lock_refund, lock_refund_at
from returns_app.refunds.send import PROVIDER, apply_status


async def hear_stripe(inbound: str, *, gateways: Mapping[str, Gateway], at: datetime) -> None:
    """Work one stored webhook. Any order and any number of times comes to the same end."""
    arrived = await read_inbound(inbound)
    news: StripeNews = read_stored(arrived.payload)
    match news.about:
        case RefundNews(refund):
            await _refund(refund, gateways["stripe"], at)
        case DisputeNews():
            await _dispute(news.about, at)
        case _:
            pass
    await mark_worked(arrived.id, at)


async def _refund(told: GatewayRefund, gateway: Gateway, at: datetime) -> None:
    newest = await _newest(told, gateway)
    async with database.transaction():
        refund = await _ours(newest)
        if refund is None:
            await _made_elsewhere(newest, at)
        else:
            await apply_status(refund, newest.accepted, at)


async def _newest(told: GatewayRefund, gateway: Gateway) -> GatewayRefund:
    """Events come in any order, so the provider is asked how the refund stands now."""
    if told.attempt is None:
        return told
    attempt = RefundAttempt(told.attempt, told.attempt, told.payment_reference, told.amount, {}, told.created)
    now = await gateway.find(attempt)
    if now is None:
        return told
    return msgspec.structs.replace(
        told, gateway_id=now.gateway_id, status=now.status, failure_reason=now.failure_reason
    )


async def _ours(told: GatewayRefund) -> RefundRow | None:
    """By our own id in its notes: the webhook may be here before our own answer was written down."""
    if told.attempt is not None:
        try:
            return await lock_refund(UUID(told.attempt))
        except ValueError:
            return None
    return await lock_refund_at("stripe", told.gateway_id)


_PAYMENT = """
SELECT p.id, o.merchant, o.number FROM payments p JOIN orders o ON o.id = p."order"
WHERE p.gateway = 'stripe' AND p.reference = $1 FOR NO KEY UPDATE OF p
"""


async def _made_elsewhere(told: GatewayRefund, at: datetime) -> None:
    """A refund from the provider's dashboard lowers what we may still give back, and a person is told."""
    row = await database.connection().fetchrow(_PAYMENT, told.payment_reference)
    if row is None:
        return
    booked = await _book_elsewhere(row["id"], told)
    if booked:
        await open_task(
            "refund.elsewhere",
            told.gateway_id,
            merchant=row["merchant"],
            sentence=f"{told.amount} of order {row['number']} was refunded outside this app"
            f" ({told.gateway_id}). It is counted; check that no return pays it again.",
            at=at,
        )


async def _book_elsewhere(payment: UUID, told: GatewayRefund) -> bool:
    """Count it once: the provider's id is kept with what it added, and a failure takes it off again."""
    counts = told.status in ("succeeded", "pending", "requires_action")
    key = f"elsewhere:{told.gateway_id}:{'in' if counts else 'out'}"
    here = database.connection()
    before = f"elsewhere:{told.gateway_id}:in"
    if not counts and not await here.fetchval("SELECT 1 FROM heard_refunds WHERE key = $1", before):
        return False
    new = await here.fetchval(
        "INSERT INTO heard_refunds (id, key) VALUES (gen_random_uuid(), $1)"
        " ON CONFLICT (key) DO NOTHING RETURNING 1",
        key,
    )
    if new is None:
        return False
    sign = 1 if counts else -1
    await here.execute(
        "UPDATE payments SET refunded_elsewhere = refunded_elsewhere + $2 WHERE id = $1",
        payment,
        sign * told.amount.minor,
    )
    return counts


async def _dispute(told: DisputeNews, at: datetime) -> None:
    """While a dispute is open its payment refunds nothing: the bank takes that money already."""
    async with database.transaction():
        row = await database.connection().fetchrow(_PAYMENT, told.payment_reference)
        if row is None or told.state == "warning":
            return
        taken = Money.zero(told.amount.currency) if told.state == "won" else told.amount
        await database.connection().execute(
            "UPDATE payments SET disputed = $2 WHERE id = $1", row["id"], taken.minor
        )
        if told.state == "won":
            await close_task("dispute.open", told.dispute, by=PROVIDER, at=at)
        else:
            await open_task(
                "dispute.open",
                told.dispute,
                merchant=row["merchant"],
                sentence=f"The payment of order {row['number']} is disputed ({told.amount}):"
                " no refund is made on it until the dispute is over.",
                at=at,
            )
