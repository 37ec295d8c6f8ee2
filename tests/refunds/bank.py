"""A small payment provider in memory: it keeps what it paid by key, and can lose or refuse an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Literal

from returns_app.money import Money
from returns_app.refunds.gateways import (
    Accepted,
    Answer,
    Busy,
    GatewayAway,
    GatewayRefund,
    RefundAttempt,
    RefundStatus,
    Refused,
    Unknown,
)

Fault = Literal["lost_before", "lost_after", "busy", "refused"]


class Bank:
    """One key pays once. `faults` are used up one by one; `away` makes it unreadable."""

    name = "stripe"

    def __init__(self) -> None:
        self.paid: dict[str, tuple[RefundAttempt, RefundStatus]] = {}
        self.asked = 0
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.away = False
        self.first_status: RefundStatus = "succeeded"

    async def body(
        self, *, id: str, payment_reference: str, amount: Money, told: Mapping[str, str]
    ) -> dict[str, Any]:
        return {"payment": payment_reference, "amount": amount.minor}

    async def refund(self, attempt: RefundAttempt) -> Answer:
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else self.always
        match fault:
            case "lost_before":
                return Unknown("the line went dead")
            case "busy":
                return Busy("too many requests")
            case "refused" if attempt.key not in self.paid:
                return Refused("no", "the card was closed")
        self.paid.setdefault(attempt.key, (attempt, self.first_status))
        return Unknown("the line went dead") if fault == "lost_after" else self._said(attempt.key)

    async def find(self, attempt: RefundAttempt) -> Accepted | None:
        if self.away:
            raise GatewayAway("the bank is closed")
        return self._said(attempt.key) if attempt.key in self.paid else None

    def _said(self, key: str) -> Accepted:
        return Accepted(f"re_{key}", self.paid[key][1])

    def tell(self, key: str, status: RefundStatus) -> None:
        """What became of a refund later."""
        self.paid[key] = (self.paid[key][0], status)

    def sums(self) -> dict[str, int]:
        """What each payment gave back, minor units."""
        sums: dict[str, int] = {}
        for attempt, status in self.paid.values():
            if status not in ("failed", "canceled"):
                reference = attempt.payment_reference
                sums[reference] = sums.get(reference, 0) + attempt.amount.minor
        return sums

    def list_since(self, moment: datetime) -> AsyncIterator[GatewayRefund]:
        raise NotImplementedError  # Nobody reconciles with this bank.

    async def close(self) -> None:
        return None
