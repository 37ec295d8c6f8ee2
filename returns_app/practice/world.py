"""The running practice world: its parts in one hand, for the routers that serve them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from litestar.di import NamedDependency

from returns_app.practice import faults, mailbox
from returns_app.practice.carrier import Announce, announce_own
from returns_app.practice.hooks import Delivery
from returns_app.practice.sendcloud import announce_sendcloud
from returns_app.practice.state import State
from returns_app.practice.stripe_api import PracticeStripe

ANNOUNCE: dict[str, Announce] = {"own": announce_own, "sendcloud": announce_sendcloud}


@dataclass(frozen=True)
class World:
    state: State
    secret: str
    """Opens the admin API and signs the hooks."""
    delivery: Delivery
    stripe: PracticeStripe
    announce: dict[str, Announce]
    """How each carrier on the board tells the app of a move."""


Here = NamedDependency[World]
"""How a handler of the practice process asks for its world."""


def open_world(folder: Path, *, secret: str = "", webhook_url: str = "") -> World:
    """The world kept in `folder`, made there the first time. Without a secret the kept one holds."""
    state = State(folder)
    state.ensure(faults.SCHEMA)
    state.ensure(mailbox.SCHEMA)
    if secret:
        state.keep_setting("secret", secret)
    if webhook_url:
        state.keep_setting("webhook_url", webhook_url)
    kept = state.kept_setting("secret", lambda: secrets.token_hex(16))
    delivery = Delivery(state, kept)
    return World(state, kept, delivery, PracticeStripe(state, delivery.now), ANNOUNCE)
