"""Join the practice world to the real one: own labels appear on the practice carrier's board."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec

from returns_app.outside import Outside, build
from returns_app.practice.client import PracticeClient
from returns_app.settings import Settings
from returns_app.shipping.carriers import Answer, CancelAnswer, Carrier, Found, Issued, LabelAsk, TrackingNews


class OnTheBoard:
    """A carrier whose issued labels can be dropped off and delivered by a button."""

    def __init__(self, carrier: Carrier, practice: PracticeClient) -> None:
        self._carrier, self._practice = carrier, practice
        self.name, self.methods = carrier.name, carrier.methods

    async def announce(self, ask: LabelAsk) -> Answer:
        answer = await self._carrier.announce(ask)
        if isinstance(answer, Issued) and answer.tracking:
            await self._practice.register_parcel(answer.tracking, ask.rma)
        return answer

    async def find(self, ask: LabelAsk) -> Found:
        return await self._carrier.find(ask)

    async def cancel(self, reference: str) -> CancelAnswer:
        return await self._carrier.cancel(reference)

    def read_webhook(self, headers: Any, payload: bytes, now: datetime) -> list[TrackingNews]:
        return self._carrier.read_webhook(headers, payload, now)


@asynccontextmanager
async def build_world(settings: Settings) -> AsyncIterator[Outside]:
    """The outside these settings name, joined to the practice world when that runs."""
    async with build(settings) as outside:
        if settings.practice_url is None:
            yield outside
            return
        practice = PracticeClient(settings.practice_url, settings.practice_secret)
        try:
            own = OnTheBoard(outside.carriers["own"], practice)
            yield msgspec.structs.replace(outside, carriers={**outside.carriers, "own": own})
        finally:
            await practice.close()
