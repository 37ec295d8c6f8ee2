"""What every payment gateway does for us: give money back once per key, and tell what it knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from returns_app.money import Money

RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]


class RefundAttempt(msgspec.Struct, frozen=True):
    """A committed refund row on its way out. Sending it again must use the same `key` and `body`."""

    id: str
    key: str
    """The idempotency key, one per refund action."""
    payment_reference: str
    amount: Money
    body: dict[str, Any]
    """The stored request, as `Gateway.body` made it."""
    created: datetime
    """When it was first sent, or planned: tells whether the provider may have forgotten the key."""


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """The provider has the refund; `status` is what it said last."""

    gateway_id: str
    status: RefundStatus
    failure_reason: str | None = None
    pending_reason: str | None = None


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A final no: nothing was paid, and asking the same again will not help."""

    code: str
    sentence: str


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """It may or may not have been done. Settle it by `Gateway.find`, never by a new key."""

    sentence: str


class Busy(msgspec.Struct, frozen=True, tag="busy"):
    """Not now: this call did nothing. Try the same key later."""

    sentence: str


Answer = Accepted | Refused | Unknown | Busy


class GatewayRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as the provider lists it, ours or one made elsewhere (then `attempt` is None)."""

    gateway_id: str
    attempt: str | None
    """Our `RefundAttempt.id`."""
    payment_reference: str
    amount: Money
    status: RefundStatus
    failure_reason: str | None
    pending_reason: str | None
    created: datetime

    @property
    def accepted(self) -> Accepted:
        return Accepted(self.gateway_id, self.status, self.failure_reason, self.pending_reason)


class GatewayAway(ConnectionError):
    """The provider could not be read just now. Nothing has changed; read again later."""

    status = 503
    code = "gateway-away"


class AmountNotPayable(ValueError):
    """The provider cannot pay this amount in this currency."""

    status = 422
    code = "amount-not-payable"


class Gateway(Protocol):
    """One payment provider. Calls may be repeated; none raises for what the provider answers."""

    name: str

    async def body(
        self, *, id: str, payment_reference: str, amount: Money, told: Mapping[str, str]
    ) -> dict[str, Any]:
        """The request to store before the first call; `told` are short notes for the provider's books.

        Plain JSON, so that it survives the database. Raises AmountNotPayable.
        """
        ...

    async def refund(self, attempt: RefundAttempt) -> Answer:
        """Give the money back. However often it is called, one key pays once."""
        ...

    async def find(self, attempt: RefundAttempt) -> Accepted | None:
        """What became of the attempt, read from the provider. None while it knows of none.

        Raises GatewayAway.
        """
        ...

    def list_since(self, moment: datetime) -> AsyncIterator[GatewayRefund]:
        """Every refund made since, the newest first, for reconciliation. Raises GatewayAway."""
        ...

    async def close(self) -> None: ...
