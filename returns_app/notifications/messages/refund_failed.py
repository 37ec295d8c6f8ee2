"""Money we had said was paid came back: the mail that said so is corrected."""

from __future__ import annotations

from returns_app.notifications.queries import written_before
from returns_app.notifications.told import Letter, Told
from returns_app.refunds.queries import refunds_of


async def refund_failed(told: Told) -> Letter | None:
    """Nothing when no mail had told of this refund yet: then nothing wrong was said."""
    told_at = await written_before("settled", told.shop.id, told.seen.id)
    refunds = await refunds_of(told.shop.id, told.seen.id)
    refund = next((each for each in refunds if str(each.id) == told.data.get("refund")), None)
    if told_at is None or refund is None or refund.planned_at > told_at:
        return None
    return Letter(
        {
            "told_on": told.day(told_at),
            "amount": refund.amount,
        }
    )
