"""Payment gateways: the contract, and one line for each that keeps it."""

from __future__ import annotations

from collections.abc import Callable

from returns_app.refunds.gateways.contract import (
    Accepted,
    AmountNotPayable,
    Answer,
    Busy,
    Gateway,
    GatewayAway,
    GatewayRefund,
    RefundAttempt,
    RefundStatus,
    Refused,
    Unknown,
)
from returns_app.refunds.gateways.stripe import StripeGateway
from returns_app.settings import Settings

__all__ = [
    "GATEWAYS",
    "Accepted",
    "AmountNotPayable",
    "Answer",
    "Busy",
    "Gateway",
    "GatewayAway",
    "GatewayRefund",
    "RefundAttempt",
    "RefundStatus",
    "Refused",
    "Unknown",
    "open_gateways",
]


def _stripe(settings: Settings) -> Gateway | None:
    return StripeGateway(settings.stripe_key, api=settings.stripe_api) if settings.stripe_key else None


GATEWAYS: dict[str, Callable[[Settings], Gateway | None]] = {
    "stripe": _stripe,
}
"""By the name a payment carries; None where the settings do not allow it."""


def open_gateways(settings: Settings) -> dict[str, Gateway]:
    """The gateways these settings allow, by name. Close each when done."""
    opened = {name: make(settings) for name, make in GATEWAYS.items()}
    return {name: gateway for name, gateway in opened.items() if gateway is not None}
