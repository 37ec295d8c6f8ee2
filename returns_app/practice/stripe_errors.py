"""Stripe's refusals: the status and the error object its clients know them by."""

from __future__ import annotations

from typing import Any


class StripeRefusal(Exception):
    """A request Stripe would refuse. `stored` says whether its idempotency key replays the refusal:
    only answers of requests whose work began are kept (docs.stripe.com/api/idempotent_requests)."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        stored: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        details = {"code": code, "doc_url": doc_url(code), "message": message, "param": param, "type": type}
        self.error: dict[str, Any] = {name: value for name, value in details.items() if value is not None}


def doc_url(code: str | None) -> str | None:
    return f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}" if code else None


def invalid(
    message: str, *, code: str | None = None, param: str | None = None, stored: bool = False
) -> StripeRefusal:
    """A 400. Not stored unless said: most are found before the work begins."""
    return StripeRefusal(400, message, code=code, param=param, stored=stored)


def missing(noun: str, id: str, param: str, *, status: int = 404) -> StripeRefusal:
    return StripeRefusal(status, f"No such {noun}: '{id}'", code="resource_missing", param=param)


def unauthorized(message: str) -> StripeRefusal:
    return StripeRefusal(401, message, stored=False)


def rate_limited() -> StripeRefusal:
    return StripeRefusal(429, "Too many requests hit the API too quickly.", code="rate_limit", stored=False)


def key_in_use(key: str) -> StripeRefusal:
    return StripeRefusal(
        409,
        f"There is currently another in-progress request using this Idempotent Key: {key}.",
        code="idempotency_key_in_use",
        stored=False,
    )


def key_reused(key: str) -> StripeRefusal:
    return StripeRefusal(
        400,
        "Keys for idempotent requests can only be used with the same parameters they were first used with."
        f" Try using a key other than '{key}' if you meant to execute a different request.",
        type="idempotency_error",
        stored=False,
    )


def internal() -> StripeRefusal:
    return StripeRefusal(500, "An unknown error occurred", type="api_error")
