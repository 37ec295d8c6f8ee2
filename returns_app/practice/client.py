"""The practice world's buttons and look-ups, for pages and tests."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import httpx
import msgspec

from returns_app.practice.carrier import Move, Parcel
from returns_app.practice.faults import REFUND, Fault, Kind
from returns_app.practice.hooks import Waiting
from returns_app.practice.mailbox import Mail
from returns_app.practice.state import Document
from returns_app.practice.stripe_board import Payment


class PracticeAway(ConnectionError):
    """The practice world does not answer."""

    status = 503
    code = "practice-away"


class PracticeRefused(ValueError):
    """The practice world says no; the message is its own."""

    status = 409
    code = "practice-refused"


class PracticeClient:
    """Talks to the admin API at `url`. Raises PracticeAway or PracticeRefused."""

    def __init__(self, url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url
        self._http = httpx.AsyncClient(
            base_url=f"{url}/_practice",
            headers={"authorization": f"Bearer {secret}"},
            transport=transport,
            trust_env=False,
            timeout=10,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def tell_address(self, webhook_url: str) -> None:
        """Where the app listens, when the practice world was started without knowing."""
        await self._ask("PUT", "/address", json={"webhook_url": webhook_url})

    async def fault(self, kind: Kind, *, times: int = 1, call: str = REFUND, seconds: float = 2.0) -> None:
        """Let `kind` befall the next `times` calls of `call`."""
        fault = Fault(kind=kind, call=call, times=times, seconds=seconds)
        await self._ask("POST", "/faults", json=msgspec.to_builtins(fault))

    async def faults(self) -> list[Fault]:
        return msgspec.convert(await self._ask("GET", "/faults"), list[Fault])

    async def disarm(self) -> None:
        await self._ask("DELETE", "/faults")

    async def hooks(self) -> list[Waiting]:
        """The newest 200 webhooks, the newest first."""
        return msgspec.convert(await self._ask("GET", "/hooks"), list[Waiting])

    async def hold_hooks(self) -> None:
        await self._ask("POST", "/hooks/hold")

    async def release_hooks(self) -> None:
        await self._ask("POST", "/hooks/release")

    async def hooks_arrived(self, *, within: float = 10.0) -> None:
        """Wait until no webhook is waiting. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while True:
                if all(hook.outcome != "waiting" for hook in await self.hooks()):
                    return
                await asyncio.sleep(0.05)

    async def seed_payment(self, order_number: str, amount: int, currency: str, method: str = "card") -> str:
        """A paid payment intent's id, the same again for the same order; `amount` in Stripe's unit."""
        seed = {"order_number": order_number, "amount": amount, "currency": currency, "method": method}
        intent = await self._ask("POST", "/stripe/payments", json=seed)
        return intent["id"]

    async def payments(self) -> list[Payment]:
        return msgspec.convert(await self._ask("GET", "/stripe/payments"), list[Payment])

    async def refunds(self, payment_intent: str | None = None) -> list[Document]:
        """Stripe's own refund objects, the newest first."""
        refunds = await self._ask("GET", "/stripe/objects/refund")
        return [one for one in refunds if payment_intent in (None, one["payment_intent"])]

    async def events(self) -> list[Document]:
        return await self._ask("GET", "/stripe/objects/event")

    async def refund_in_dashboard(self, payment_intent: str, amount: int) -> Document:
        wanted = {"payment_intent": payment_intent, "amount": amount}
        return await self._ask("POST", "/stripe/refunds", json=wanted)

    async def end_refund(
        self, id: str, outcome: Literal["succeeded", "failed", "requires_action"], reason: str = "unknown"
    ) -> Document:
        """End a pending refund, or let a succeeded one fail after all."""
        return await self._ask("POST", f"/stripe/refunds/{id}", json={"outcome": outcome, "reason": reason})

    async def dispute(self, payment_intent: str) -> Document:
        return await self._ask("POST", "/stripe/disputes", json={"payment_intent": payment_intent})

    async def end_dispute(self, id: str, status: Literal["won", "lost"]) -> Document:
        return await self._ask("POST", f"/stripe/disputes/{id}", json={"status": status})

    async def pay_checkout(self, session: str, method: str = "card") -> Document:
        return await self._ask("POST", f"/stripe/checkout/{session}", json={"method": method})

    async def lapse_keys(self) -> None:
        """Forget all idempotency keys, as Stripe may after 24 hours."""
        await self._ask("POST", "/stripe/lapse-keys")

    async def mails(self, to: str = "") -> list[Mail]:
        """The newest 200 mails, of one recipient when given."""
        return msgspec.convert(await self._ask("GET", "/mails", params={"to": to}), list[Mail])

    async def mail(self, id: int) -> Mail:
        return msgspec.convert(await self._ask("GET", f"/mails/{id}"), Mail)

    async def wait_for_mail(self, to: str, subject: str = "", *, within: float = 10.0) -> Mail:
        """The newest mail to `to` with `subject` in its subject. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                for mail in await self.mails(to):
                    if subject in mail.subject:
                        return mail
                await asyncio.sleep(0.1)

    async def attachment(self, mail: int, number: int) -> bytes:
        return (await self._answer("GET", f"/mails/{mail}/attachments/{number}")).content

    async def empty_mailbox(self) -> None:
        await self._ask("DELETE", "/mails")

    async def parcels(self) -> list[Parcel]:
        return msgspec.convert(await self._ask("GET", "/carrier/parcels"), list[Parcel])

    async def register_parcel(self, tracking: str, reference: str = "", carrier: str = "own") -> Parcel:
        parcel = Parcel(tracking=tracking, reference=reference, carrier=carrier)
        return msgspec.convert(
            await self._ask("POST", "/carrier/parcels", json=msgspec.to_builtins(parcel)), Parcel
        )

    async def move_parcel(self, tracking: str, status: Move) -> Parcel:
        return msgspec.convert(await self._ask("POST", f"/carrier/parcels/{tracking}/{status}"), Parcel)

    async def refuse_announcement(self, sentence: str) -> None:
        """The next announcement at the practice Sendcloud is refused with this sentence."""
        await self._ask("POST", "/sendcloud/refusal", json={"sentence": sentence})

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = await self._answer(method, path, **more)
        return msgspec.json.decode(answer.content) if answer.content else None

    async def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._http.request(method, path, **more)
        except httpx.TransportError as problem:
            raise PracticeAway(f"The practice world at {self.url} does not answer.") from problem
        if answer.is_error:
            raise PracticeRefused(answer.text)
        return answer
