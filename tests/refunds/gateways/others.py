"""The other side of each gateway, as the contract test needs it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from returns_app import clock
from returns_app.money import Money
from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess
from returns_app.refunds.gateways import Gateway, RefundAttempt
from returns_app.refunds.gateways.stripe import StripeGateway


class OtherSide(Protocol):
    """A provider that can be paid at, and asked what it has given back."""

    async def paid(self, amount: Money) -> str:
        """A payment's reference."""
        ...

    async def given_back(self, payment: str) -> list[int]:
        """Minor units of each refund it has made of the payment, failed ones left out."""
        ...

    async def lose_answers(self, times: int) -> None: ...

    async def end_pending(self) -> None: ...

    def open(self, now: Callable[[], datetime]) -> Gateway: ...


class StripeSide:
    def __init__(self, practice: PracticeClient, world: PracticeProcess) -> None:
        self.practice = practice
        self.world = world

    async def paid(self, amount: Money) -> str:
        return await self.practice.seed_payment(f"G{time.monotonic_ns()}", amount.minor, amount.currency)

    async def given_back(self, payment: str) -> list[int]:
        refunds = await self.practice.refunds(payment)
        return [refund["amount"] for refund in refunds if refund["status"] != "failed"]

    async def lose_answers(self, times: int) -> None:
        await self.practice.fault("lose_answer", times=times)

    async def end_pending(self) -> None:
        await self.practice.fault("end_pending")

    def open(self, now: Callable[[], datetime] = clock.now) -> StripeGateway:
        return stripe_gateway(self.world, now)


SIDES: dict[str, Callable[[PracticeClient, PracticeProcess], OtherSide]] = {"stripe": StripeSide}
"""One for every gateway that is registered; the contract test is red without."""


def stripe_gateway(
    world: PracticeProcess, now: Callable[[], datetime] = clock.now, *, retries: int = 0, patience: float = 10
) -> StripeGateway:
    ready = world.ready
    return StripeGateway(ready.stripe_key, api=ready.url, retries=retries, patience=patience, now=now)


@asynccontextmanager
async def closing(gateway: StripeGateway) -> AsyncIterator[StripeGateway]:
    try:
        yield gateway
    finally:
        await gateway.close()


async def attempt(gateway: Gateway, payment: str, amount: Money, id: str = "") -> RefundAttempt:
    """A refund on its way out, as the issue verb would have stored it."""
    id = id or f"refund-{time.monotonic_ns()}"
    body = await gateway.body(id=id, payment_reference=payment, amount=amount, told={"return": "RMA1"})
    return RefundAttempt(id, f"refund:{id}", payment, amount, body, clock.now())
