"""Who did it: kept with every event and shown beside it."""

from __future__ import annotations

from typing import Literal

import msgspec

ActorKind = Literal["shopper", "staff", "shop", "carrier", "provider", "system"]


class Actor(msgspec.Struct, frozen=True):
    """A person or system that acts. `id` is empty for shoppers, whose order speaks for them."""

    kind: ActorKind
    name: str = ""
    id: str = ""
    on_behalf: bool = False
    """Staff acting for a shopper, on the phone for instance."""


SYSTEM = Actor("system")
SHOPPER = Actor("shopper")
