"""The practice Stripe's front: who may call, which key was seen before, which work a path means."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from returns_app.practice import stripe_errors as errors
from returns_app.practice.faults import Fault, Kind, take_faults
from returns_app.practice.state import Document, State
from returns_app.practice.stripe_calls import Call, new_id
from returns_app.practice.stripe_checkout import create_session, expire_session, session_named
from returns_app.practice.stripe_errors import StripeRefusal
from returns_app.practice.stripe_forms import nested
from returns_app.practice.stripe_lists import expanded, list_of
from returns_app.practice.stripe_payments import (
    cancel_intent,
    capture_intent,
    charge_named,
    confirm_intent,
    create_intent,
    intent_named,
)
from returns_app.practice.stripe_refunds import cancel_refund, create_refund, refund_named, update_refund

KEPT = 24 * 60 * 60
"""Seconds an idempotency key is remembered (docs.stripe.com/api/idempotent_requests)."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    request TEXT NOT NULL, made REAL NOT NULL);
"""

Work = Callable[..., Document]

POSTS: list[tuple[str, Work]] = [
    (r"/v1/payment_intents", create_intent),
    (r"/v1/payment_intents/([^/]+)/confirm", confirm_intent),
    (r"/v1/payment_intents/([^/]+)/capture", capture_intent),
    (r"/v1/payment_intents/([^/]+)/cancel", cancel_intent),
    (r"/v1/refunds", create_refund),
    (r"/v1/refunds/([^/]+)", update_refund),
    (r"/v1/refunds/([^/]+)/cancel", cancel_refund),
    (r"/v1/checkout/sessions", create_session),
    (r"/v1/checkout/sessions/([^/]+)/expire", expire_session),
]
GETS: list[tuple[str, Work]] = [
    (r"/v1/payment_intents/([^/]+)", intent_named),
    (r"/v1/charges/([^/]+)", charge_named),
    (r"/v1/refunds/([^/]+)", refund_named),
    (r"/v1/checkout/sessions/([^/]+)", session_named),
    (r"/v1/events/([^/]+)", lambda state, id: event_named(state, id)),
]
LISTS = {
    "/v1/payment_intents": "payment_intent",
    "/v1/refunds": "refund",
    "/v1/charges": "charge",
    "/v1/events": "event",
}


class Asked(msgspec.Struct, frozen=True):
    """A request as it came over the wire; `encoded` is the form body, or the query of a GET."""

    method: str
    path: str
    encoded: str
    headers: Mapping[str, str]

    @property
    def call(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None


class Reply(msgspec.Struct, frozen=True):
    status: int
    body: str
    headers: dict[str, str] = {}
    lost: bool = False
    """The client is to see a closed connection instead."""


class PracticeStripe:
    """Answers calls one after the other; only faults make one wait."""

    def __init__(self, state: State, deliver_now: Callable[[list[int]], Awaitable[None]]) -> None:
        state.ensure(SCHEMA)
        self.state = state
        self.deliver_now = deliver_now
        self.running: set[str] = set()

    async def answer(self, asked: Asked) -> Reply:
        """The reply, after the mishaps armed for this call. Never raises a refusal."""
        request = new_id("req")
        faults = take_faults(self.state, asked.call)
        twice, pending = "webhook_twice" in faults, "end_pending" in faults
        call = Call(self.state, asked.key, request, deliveries=2 if twice else 1, end_pending=pending)
        try:
            reply = await self._worked(asked, call, faults)
        except StripeRefusal as refusal:
            reply = _refused(refusal)
        if "webhook_first" in faults:
            await self.deliver_now(call.hooks)
        if slow := faults.get("slow_answer"):
            await asyncio.sleep(slow.seconds)
        headers = {"request-id": request} | reply.headers
        return msgspec.structs.replace(reply, headers=headers, lost="lose_answer" in faults)

    async def _worked(self, asked: Asked, call: Call, faults: Mapping[Kind, Fault]) -> Reply:
        _check_key(asked.headers.get("authorization", ""))
        if "rate_limit" in faults:
            raise errors.rate_limited()
        if asked.method != "POST":
            return _reply(self._found(asked))
        if asked.key is None:
            return self._done(asked, call, faults)
        return await self._done_once(asked, call, faults, asked.key)

    async def _done_once(self, asked: Asked, call: Call, faults: Mapping[Kind, Fault], key: str) -> Reply:
        if len(key) > 255:
            raise errors.invalid("The idempotency key is longer than 255 characters.")
        if key in self.running or "conflict" in faults:
            raise errors.key_in_use(key)
        if replayed := self._replayed(asked, key):
            return replayed
        self.running.add(key)
        try:
            if slow := faults.get("slow"):
                await asyncio.sleep(slow.seconds)
            return self._done(asked, call, faults)
        finally:
            self.running.discard(key)

    def _replayed(self, asked: Asked, key: str) -> Reply | None:
        self.state.run("DELETE FROM idempotency WHERE made < ?", time.time() - KEPT)
        row = self.state.row("SELECT * FROM idempotency WHERE key = ?", key)
        if row is None:
            return None
        if row["fingerprint"] != _fingerprint(asked):
            raise errors.key_reused(key)
        headers = {"idempotent-replayed": "true", "original-request": row["request"]}
        return Reply(row["status"], row["body"], headers | _advice(row["status"]))

    def _done(self, asked: Asked, call: Call, faults: Mapping[Kind, Fault]) -> Reply:
        """The work, its events and the stored answer: one commit."""
        try:
            with self.state.transaction():
                if "stored_500" in faults:
                    raise errors.internal()
                form = nested(asked.encoded)
                done = expanded(self.state, self._work(asked, call, form), form)
                reply = _refused(errors.internal()) if "stored_500_after_work" in faults else _reply(done)
                self._store(asked, call, reply)
                return reply
        except StripeRefusal as refusal:
            call.hooks.clear()
            if refusal.stored:
                self._store(asked, call, _refused(refusal))
            raise

    def _work(self, asked: Asked, call: Call, form: dict[str, Any]) -> Document:
        work, names = _routed(POSTS, asked)
        return work(call, *names, form)

    def _found(self, asked: Asked) -> Document:
        query = nested(asked.encoded)
        if kind := LISTS.get(asked.path):
            return list_of(self.state, kind, asked.path, query)
        read, names = _routed(GETS, asked)
        return expanded(self.state, read(self.state, *names), query)

    def _store(self, asked: Asked, call: Call, reply: Reply) -> None:
        if asked.key is not None:
            self.state.run(
                "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?)",
                asked.key,
                _fingerprint(asked),
                reply.status,
                reply.body,
                call.request,
                time.time(),
            )


def event_named(state: State, id: str) -> Document:
    event = state.get("event", id)
    if event is None:
        raise errors.missing("event", id, "id")
    return event


def forget_keys(state: State) -> int:
    """Let every idempotency key lapse as after 24 hours; how many there were."""
    return state.run("DELETE FROM idempotency")


def _check_key(authorization: str) -> None:
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key:
        raise errors.unauthorized("You did not provide an API key.")
    if not key.startswith(("sk_test_", "rk_test_")):
        raise errors.unauthorized(f"Invalid API Key provided: {key[:8]}****")


def _routed(table: list[tuple[str, Work]], asked: Asked) -> tuple[Work, tuple[str, ...]]:
    for pattern, work in table:
        if match := re.fullmatch(pattern, asked.path):
            return work, match.groups()
    raise StripeRefusal(404, f"Unrecognized request URL ({asked.call}).", stored=False)


def _fingerprint(asked: Asked) -> str:
    form = json.dumps(nested(asked.encoded), sort_keys=True)
    return hashlib.sha256(f"{asked.call}\n{form}".encode()).hexdigest()


def _reply(done: Document) -> Reply:
    return Reply(200, json.dumps(done, indent=2))


def _refused(refusal: StripeRefusal) -> Reply:
    return Reply(refusal.status, json.dumps({"error": refusal.error}, indent=2), _advice(refusal.status))


def _advice(status: int) -> dict[str, str]:
    """A 500 under a key would only be replayed, so Stripe advises its clients against trying again."""
    return {"stripe-should-retry": "false"} if status == 500 else {}
