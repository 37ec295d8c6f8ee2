"""Where a shopper wanted to go before the order had to be found."""

from __future__ import annotations

import re
from uuid import UUID

from returns_app.core.reference import read
from returns_app.faces.portal.way import path_to
from returns_app.merchants.queries import Shop
from returns_app.returns.queries import return_by_rma
from returns_app.returns.refusals import ReturnNotFound

_STEPS = re.compile(r"(?:details|decide|send|check)")
_OF_RETURN = re.compile(r"(?:return|done|follow)/([A-Za-z0-9-]{4,40})(?:/cancel|/label\.pdf|/code\.png)?")


async def after_finding(shop: Shop, order: UUID, wanted: str) -> str:
    """The wanted page when it is one of the order that was found, else the choosing page."""
    place = wanted.removeprefix(path_to(shop, ""))
    of_return = _OF_RETURN.fullmatch(place)
    if _STEPS.fullmatch(place) or (of_return and await _is_of(shop, order, of_return[1])):
        return path_to(shop, place)
    return path_to(shop, "choose")


async def _is_of(shop: Shop, order: UUID, rma: str) -> bool:
    try:
        return (await return_by_rma(shop.id, read(rma).code)).order == order
    except ReturnNotFound:
        return False
