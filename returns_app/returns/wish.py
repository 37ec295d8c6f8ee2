"""What somebody wants to send back, as a form tells it, complete or not yet."""

from __future__ import annotations

from uuid import UUID

import msgspec


class LineWish(msgspec.Struct, frozen=True, kw_only=True):
    """One order line. Empty fields are not yet answered."""

    order_line: UUID
    quantity: int = 1
    reason: str | None = None
    answers: dict[str, str] = {}
    note: str = ""
    resolution: str | None = None
    product: UUID | None = None
    """The variant wanted instead, for an exchange."""


class Consent(msgspec.Struct, frozen=True):
    """The shopper's own choice of credit or goods over money: the words that stood there, and when.

    Directive 2011/83/EU Art. 13(1): another means than the original needs express agreement.
    """

    words: str
    version: str


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A whole return. `key` is the form's own id: the same form sent twice is one return."""

    key: str
    order: UUID
    lines: tuple[LineWish, ...] = ()
    method: str | None = None
    locale: str = "en"
    consent: Consent | None = None
    agreed: str | None = None
    """Fingerprint of the quote the shopper saw last."""
