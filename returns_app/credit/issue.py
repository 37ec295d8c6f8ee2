"""Issue store credit: one code, double-entry postings, principal and bonus apart."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.events import Event
from returns_app.core.reference import CREDIT_BITS, credit_code
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.money import Money

CUSTOMER_CREDIT = "customer_credit"
"""What we owe shoppers in credit: a liability, so issuing credits it (negative entries)."""
FROM = {"principal": "refunds_payable", "bonus": "bonus_expense"}


class Issued(msgspec.Struct, frozen=True):
    id: UUID
    code: str


async def issue_credit(
    principal: Money,
    bonus: Money,
    *,
    merchant: UUID,
    return_id: UUID,
    email: str,
    cause: str,
    expires_on: date | None,
    actor: Actor,
    at: datetime,
) -> Issued:
    """Issue credit inside the running transaction, together with what it settles.

    `cause` makes it once: the database refuses a second posting for it.
    """
    credit, code = uuid4(), credit_code(secrets.randbits(CREDIT_BITS))
    worth = principal + bonus
    await database.connection().execute(
        "INSERT INTO credits (id, merchant, return_id, code, email, currency, balance, expires_on, issued_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        credit,
        merchant,
        return_id,
        code,
        email,
        worth.currency,
        worth.minor,
        expires_on,
        at,
    )
    for lot, amount in (("principal", principal), ("bonus", bonus)):
        if amount:
            await _post(credit, lot, amount, merchant=merchant, cause=cause, at=at)
    await append(
        Event.CREDIT_ISSUED,
        merchant=merchant,
        actor=actor,
        at=at,
        return_id=return_id,
        credit=str(credit),
        principal=principal.minor,
        bonus=bonus.minor,
        currency=worth.currency,
    )
    return Issued(credit, code)


async def _post(credit: UUID, lot: str, amount: Money, *, merchant: UUID, cause: str, at: datetime) -> None:
    posting = uuid4()
    here = database.connection()
    await here.execute(
        "INSERT INTO credit_postings (id, merchant, kind, reference, at) VALUES ($1, $2, $3, $4, $5)",
        posting,
        merchant,
        f"issue {lot}",
        cause,
        at,
    )
    await here.executemany(
        "INSERT INTO credit_entries (id, posting, account, credit, lot, amount, currency)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (uuid4(), posting, FROM[lot], None, lot, amount.minor, amount.currency),
            (uuid4(), posting, CUSTOMER_CREDIT, credit, lot, -amount.minor, amount.currency),
        ],
    )
