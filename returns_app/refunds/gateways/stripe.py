"""Stripe: refunds by its SDK, the only place that imports it besides the webhook check.

Facts behind the choices: docs.stripe.com/api/idempotent_requests and docs.stripe.com/refunds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, get_args

import httpx
import stripe

from returns_app import clock
from returns_app.money import Money
from returns_app.refunds.gateways.contract import (
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
from returns_app.refunds.gateways.stripe_amounts import from_stripe, to_stripe

KEY_LIVES = timedelta(hours=23)
"""Stripe may forget a key after 24 hours; from then on a repeated call would pay twice."""

ATTEMPT = "refund"
"""The metadata key that carries our refund's id."""

STATUSES = frozenset[str](get_args(RefundStatus))


class StripeGateway:
    """Talks to Stripe, or to whatever speaks its API at `api`. Close it when done."""

    name = "stripe"

    def __init__(
        self,
        key: str,
        *,
        api: str | None = None,
        retries: int = 2,
        patience: float = 30.0,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`retries` on connection loss, 409 and 5xx, as the SDK paces them; `patience` in seconds."""
        self._now = now
        self._wire = StripeWire(patience, loopback=_is_loopback(api))
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api} if api else {},
            max_network_retries=retries,
            http_client=self._wire,
        )

    async def body(
        self, *, id: str, payment_reference: str, amount: Money, told: Mapping[str, str]
    ) -> dict[str, Any]:
        """A return is never reported as `fraudulent`: Stripe would block the shopper's card."""
        source = "charge" if payment_reference.startswith(("ch_", "py_")) else "payment_intent"
        return {
            source: payment_reference,
            "amount": to_stripe(amount),
            "reason": "requested_by_customer",
            "metadata": {**told, ATTEMPT: id},
        }

    async def refund(self, attempt: RefundAttempt) -> Answer:
        try:
            if self._now() - attempt.created > KEY_LIVES and (found := await self.find(attempt)):
                return found
            made = await self._client.v1.refunds.create_async(
                _steady(attempt.body), {"idempotency_key": attempt.key}
            )
        except GatewayAway:
            return Busy("Stripe could not be read, and its memory of this refund's key may be over.")
        except stripe.StripeError as problem:
            return _answer_to(problem)
        return _listed(made).accepted

    async def find(self, attempt: RefundAttempt) -> Accepted | None:
        source = "charge" if "charge" in attempt.body else "payment_intent"
        async for refund in self._pages({source: attempt.payment_reference}):
            if refund.attempt == attempt.id:
                return refund.accepted
        return None

    def list_since(self, moment: datetime) -> AsyncIterator[GatewayRefund]:
        return self._pages({"created": {"gte": int(moment.timestamp())}})

    async def close(self) -> None:
        await self._wire.close_async()

    async def _pages(self, which: dict[str, Any]) -> AsyncIterator[GatewayRefund]:
        """All refunds of a list, page by page. `charge.refunds` would show only the newest ten."""
        try:
            page = await self._client.v1.refunds.list_async({**which, "limit": 100})  # type: ignore[typeddict-item]  # the filter's name is chosen at run time
            async for refund in page.auto_paging_iter():
                yield _listed(refund)
        except stripe.StripeError as problem:
            raise GatewayAway(_sentence(problem)) from problem


def _steady(body: Any) -> Any:
    """The body with its keys in one order: the database may store them in another."""
    if isinstance(body, dict):
        return {name: _steady(body[name]) for name in sorted(body)}
    return body


def _listed(refund: stripe.Refund) -> GatewayRefund:
    told = refund.to_dict()
    return read_refund(told)


def read_refund(told: Mapping[str, Any]) -> GatewayRefund:
    """A refund object of Stripe's. A status it invents later counts as pending, with its name as reason."""
    status = told["status"]
    known = status in STATUSES
    return GatewayRefund(
        gateway_id=told["id"],
        attempt=(told.get("metadata") or {}).get(ATTEMPT),
        payment_reference=told.get("payment_intent") or told.get("charge") or "",
        amount=from_stripe(told["amount"], told["currency"]),
        status=status if known else "pending",
        failure_reason=told.get("failure_reason"),
        pending_reason=told.get("pending_reason") if known else status,
        created=datetime.fromtimestamp(told["created"], UTC),
    )


def _answer_to(problem: stripe.StripeError) -> Answer:
    """What an error means for the money. 409 and 5xx both arrive as APIError; only the status tells."""
    match problem:
        case stripe.RateLimitError():
            return Busy(_sentence(problem))
        case stripe.AuthenticationError() | stripe.PermissionError():
            return Busy(f"Stripe does not accept our key: {_sentence(problem)}")
        case stripe.IdempotencyError():  # The key was used for something else: somebody must look.
            return Unknown(_sentence(problem))
        case stripe.InvalidRequestError() | stripe.CardError():
            return Refused(problem.code or "invalid_request", _sentence(problem))
        case stripe.APIError() if problem.http_status == 409:
            return Busy(_sentence(problem))
    return Unknown(_sentence(problem))


def _sentence(problem: stripe.StripeError) -> str:
    return " ".join((problem.user_message or type(problem).__name__).split())


def _is_loopback(api: str | None) -> bool:
    return api is not None and httpx.URL(api).host in ("127.0.0.1", "localhost", "::1")


class StripeWire(stripe.HTTPClient):
    """Stripe's requests over one httpx client of ours: bounded waits, and no proxy on the way to loopback."""

    name = "httpx"

    def __init__(self, patience: float, *, loopback: bool) -> None:
        super().__init__()
        timeout = httpx.Timeout(patience, connect=min(5.0, patience))
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=not loopback)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await self._http.request(method, url, headers=dict(headers), content=post_data)
        except httpx.HTTPError as problem:
            _lost(problem)
        return answer.content, answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        await asyncio.sleep(secs)

    async def close_async(self) -> None:
        await self._http.aclose()


def _lost(problem: httpx.HTTPError) -> NoReturn:
    raise stripe.APIConnectionError(
        f"The connection to Stripe was lost ({type(problem).__name__}).", should_retry=True
    ) from problem
