"""Countries as shops write them, in English and Dutch, to ISO 3166-1."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from babel.core import Locale

_OTHER_NAMES = {
    "eire": "IE",
    "ireland": "IE",
    "uk": "GB",
    "great britain": "GB",
    "groot-brittannië": "GB",
    "engeland": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "usa": "US",
    "united states of america": "US",
    "holland": "NL",
    "the netherlands": "NL",
    "nederland": "NL",
    "rsa": "ZA",
    "korea": "KR",
    "czech republic": "CZ",
    "hong kong": "HK",
    "turkey": "TR",
}


def country_code(name: str) -> str | None:
    """The code of a country's name or code; None when there is no such country."""
    return _codes().get(name.strip().casefold())


def nearest_country(name: str) -> str:
    """“; did you mean Germany?” for a name that is nearly one."""
    near = get_close_matches(
        name.strip().casefold(), [one for one in _codes() if len(one) > 2], n=1, cutoff=0.75
    )
    return f"; did you mean {near[0].title()}?" if near else ""


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for language in ("nl", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "XA", "XB"):
                codes |= {name.casefold(): code, code.casefold(): code}
    return codes | _OTHER_NAMES
