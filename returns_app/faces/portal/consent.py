"""The sentence a shopper agrees to when money was offered and something else is chosen."""

from __future__ import annotations

from returns_app import wording
from returns_app.returns.weigh import Weighed
from returns_app.returns.wish import Consent
from returns_app.wording import N_, translator

VERSION = "1"
"""Goes up with every change of the words below."""
_WORDS = {
    ("credit",): N_("I choose store credit instead of my money back for %(items)s."),
    ("exchange",): N_("I choose an exchange instead of my money back for %(items)s."),
    ("credit", "exchange"): N_(
        "I choose store credit or an exchange instead of my money back for %(items)s."
    ),
}


def consent_for(weighed: Weighed, locale: str) -> Consent | None:
    """What has to be agreed to; None when nothing else than money was chosen where money was offered.

    Directive 2011/83/EU Art. 13(1).
    """
    instead = [
        line
        for line in weighed.lines
        if line.resolution in ("credit", "exchange")
        and any(offer.resolution == "refund" for offer in line.offers)
    ]
    if not instead:
        return None
    kinds = tuple(sorted({str(line.resolution) for line in instead}))
    items = wording.listed([f"“{line.line.title}”" for line in instead], locale)
    return Consent(translator(locale).gettext(_WORDS[kinds]) % {"items": items}, VERSION)
