"""Webhooks to the app: kept until it answers 2xx, sent again with growing pauses, in no promised order."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
import sqlite3
import time
from collections.abc import Callable
from urllib.parse import urljoin

import httpx
import msgspec

from returns_app.practice.state import State

GIVE_UP_AFTER = 3 * 24 * 60 * 60
LONGEST_PAUSE = 60.0
AT_ONCE = 8
PATIENCE = 10.0


def stripe_secret(secret: str) -> str:
    """The signing secret of the app's Stripe webhook endpoint in the practice world."""
    return f"whsec_{secret}"


def stamped_signature(body: str, secret: str, stamp: int) -> str:
    """Stripe's scheme: HMAC-SHA256 over "stamp.body" (docs.stripe.com/webhooks/signature)."""
    mac = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


Signer = Callable[[str, str], dict[str, str]]

SIGNED: dict[str, Signer] = {
    "stripe": lambda body, secret: {
        "stripe-signature": stamped_signature(body, stripe_secret(secret), int(time.time()))
    },
    "practice-carrier": lambda body, secret: {
        "practice-signature": stamped_signature(body, secret, int(time.time()))
    },
}


class Waiting(msgspec.Struct, frozen=True):
    """A webhook to the app: "waiting", "delivered" or "given up", and what went wrong last."""

    name: str
    type: str
    attempts: int
    outcome: str
    problem: str


def newest(state: State, limit: int = 200) -> list[Waiting]:
    rows = state.rows("SELECT * FROM hook ORDER BY position DESC LIMIT ?", limit)
    return [
        Waiting(row["name"], _type(row["body"]), row["attempts"], row["outcome"], row["problem"])
        for row in rows
    ]


class Delivery:
    """Sends what `State.queue_hook` promised. `run()` works until cancelled."""

    def __init__(self, state: State, secret: str) -> None:
        self.state = state
        self.secret = secret
        self.sending: set[int] = set()
        self.client = httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, trust_env=False)

    async def run(self) -> None:
        while True:
            self.state.hooks_waiting.clear()
            await asyncio.gather(*(self._send(hook) for hook in self._due()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.state.hooks_waiting.wait(), self._pause())

    async def now(self, positions: list[int]) -> None:
        """Try these at once, whatever their turn."""
        for position in positions:
            hook = self.state.row("SELECT * FROM hook WHERE position = ?", position)
            if hook is not None and hook["outcome"] == "waiting" and position not in self.sending:
                await self._send(hook)

    async def close(self) -> None:
        await self.client.aclose()

    def _due(self) -> list[sqlite3.Row]:
        """Some of what is due, shuffled: nobody may rely on the order of events."""
        if held(self.state) or not self.state.setting("webhook_url"):
            return []
        due = self.state.rows(
            "SELECT * FROM hook WHERE outcome = 'waiting' AND due <= ? ORDER BY due LIMIT ?",
            time.time(),
            AT_ONCE,
        )
        random.shuffle(due)
        return [hook for hook in due if hook["position"] not in self.sending]

    def _pause(self) -> float | None:
        """Seconds until the next is due; None waits for news."""
        if held(self.state) or not self.state.setting("webhook_url"):
            return None
        row = self.state.row("SELECT min(due) AS due FROM hook WHERE outcome = 'waiting'")
        return None if row is None or row["due"] is None else max(0.0, row["due"] - time.time())

    async def _send(self, hook: sqlite3.Row) -> None:
        self.sending.add(hook["position"])
        try:
            problem = await self._problem(hook)
        finally:
            self.sending.discard(hook["position"])
        attempts = hook["attempts"] + 1
        if not problem:
            outcome, due = "delivered", hook["due"]
        else:
            outcome = "given up" if time.time() > hook["queued"] + GIVE_UP_AFTER else "waiting"
            due = time.time() + min(LONGEST_PAUSE, 0.25 * 2 ** min(attempts, 10)) * random.uniform(0.5, 1)
        self.state.run(
            "UPDATE hook SET attempts = ?, outcome = ?, due = ?, problem = ? WHERE position = ?",
            attempts,
            outcome,
            due,
            problem,
            hook["position"],
        )

    async def _problem(self, hook: sqlite3.Row) -> str:
        """POST it; what went wrong, or nothing."""
        try:
            signed = SIGNED.get(hook["name"], lambda body, secret: {})(hook["body"], self.secret)
            answer = await self.client.post(
                hook_url(self.state, hook["name"]),
                content=hook["body"].encode(),
                headers={"content-type": "application/json"} | json.loads(hook["headers"]) | signed,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            return type(problem).__name__
        return "" if answer.is_success else f"HTTP {answer.status_code}"


def hook_url(state: State, name: str) -> str:
    """Where the app listens for `name`: /hooks/<name> at the app's address."""
    return urljoin(state.setting("webhook_url"), f"/hooks/{name}")


def held(state: State) -> bool:
    return state.setting("webhooks_held") == "yes"


def hold(state: State) -> None:
    """Keep webhooks back until `release`."""
    state.keep_setting("webhooks_held", "yes")


def release(state: State) -> None:
    state.keep_setting("webhooks_held", "no")
    state.hooks_waiting.set()


def _type(body: str) -> str:
    told = json.loads(body)
    named = (told.get(name) for name in ("type", "status", "action")) if isinstance(told, dict) else ()
    return next((str(name) for name in named if name), "")
