"""Of a wish, what can go on: refused lines are set aside and the rest is weighed without them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from returns_app.returns.weigh import Weighed, WeighedLine, weigh
from returns_app.returns.wish import Wish


class Possible(msgspec.Struct, frozen=True):
    """`weighed` is the return as it can be asked for; without any line when all were refused."""

    weighed: Weighed
    refused: tuple[WeighedLine, ...]


async def possible(merchant: UUID, wish: Wish, *, at: datetime) -> Possible:
    """Weigh a wish without what it can't have. Raises a Refusal for what can't be weighed at all."""
    refused: list[WeighedLine] = []
    while True:
        weighed = await weigh(merchant, wish, at=at)
        hopeless = [line for line in weighed.lines if is_hopeless(line)]
        refused += hopeless
        lines = tuple(line.wish for line in weighed.lines if line not in hopeless)
        if not hopeless:
            return Possible(weighed, tuple(refused))
        if not lines:
            return Possible(msgspec.structs.replace(weighed, lines=(), quote=None), tuple(refused))
        wish = msgspec.structs.replace(wish, lines=lines)


def is_hopeless(line: WeighedLine) -> bool:
    """Refused, or nothing is offered for it that could be carried out here."""
    return line.considered.decision.verdict == "refused" or not line.offers
