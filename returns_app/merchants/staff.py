"""The people of a shop: add one, let one in, change a password, say goodbye."""

from __future__ import annotations

import re
from datetime import datetime
from typing import get_args
from uuid import UUID, uuid4

from returns_app import database
from returns_app.merchants import passwords
from returns_app.merchants.queries import STAFF_COLUMNS, Role, StaffMember, staff_from
from returns_app.wording import N_

_INSERT = f"""
INSERT INTO staff (id, merchant, email, name, role, password_hash, locale, active, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8)
ON CONFLICT (email) DO NOTHING RETURNING {STAFF_COLUMNS}
"""
_REHASH = (
    f"UPDATE staff SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING {STAFF_COLUMNS}"
)


class StaffUnfit(ValueError):
    """The e-mail or the role of a new person cannot be used."""

    status = 422
    code = "staff_unfit"


class EmailTaken(ValueError):
    """Someone signs in with this e-mail already."""

    status = 409
    code = "email_taken"


class WrongSignIn(PermissionError):
    """E-mail and password do not belong together. Which of them is wrong is never said."""

    status = 422
    code = "wrong_sign_in"


async def add_staff(
    merchant: UUID, *, email: str, name: str, role: Role, password: str, at: datetime, locale: str = "en"
) -> StaffMember:
    """Let a person sign in. Raises StaffUnfit, EmailTaken or PasswordUnfit."""
    email = tidy_email(email)
    if role not in get_args(Role) or not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise StaffUnfit("A person needs an e-mail address and a role: owner, agent or warehouse.")
    hashed = await passwords.hash_password(password)
    rows = await database.fetch(_INSERT, uuid4(), merchant, email, name, role, hashed, locale, at)
    if not rows:
        raise EmailTaken("Someone signs in with this e-mail already.")
    return staff_from(rows[0])


async def sign_in(email: str, password: str) -> StaffMember:
    """The person, when e-mail and password belong together. Raises WrongSignIn.

    An unknown e-mail costs the same work as a wrong password.
    """
    row = await database.fetch_one(
        f"SELECT {STAFF_COLUMNS}, password_hash, active FROM staff WHERE email = $1", tidy_email(email)
    )
    right = await passwords.right_password(password, row["password_hash"] if row else passwords.NOBODY)
    if row is None or not right or not row["active"]:
        raise WrongSignIn(N_("E-mail and password do not belong together."))
    if passwords.outdated(row["password_hash"]):
        return await _rehash(row["id"], row["password_hash"], password) or staff_from(row)
    return staff_from(row)


async def change_password(staff: UUID, *, current: str, new: str) -> StaffMember:
    """Take a new password; every session but the one that gets the new stamp ends.

    Raises WrongSignIn when `current` is wrong, PasswordUnfit for the new one.
    """
    row = await database.fetch_one("SELECT password_hash FROM staff WHERE id = $1 AND active", staff)
    if row is None or not await passwords.right_password(current, row["password_hash"]):
        raise WrongSignIn(N_("This is not your current password."))
    hashed = await passwords.hash_password(new)
    changed = await database.fetch(_REHASH, staff, row["password_hash"], hashed)
    if not changed:
        raise WrongSignIn(N_("The password was changed a moment ago. Sign in again."))
    return staff_from(changed[0])


async def let_go(merchant: UUID, staff: UUID) -> None:
    """This person may no longer sign in; their sessions end at their next step."""
    await database.fetch("UPDATE staff SET active = false WHERE merchant = $1 AND id = $2", merchant, staff)


def tidy_email(email: str) -> str:
    """An e-mail as we compare it: without spaces around, in small letters."""
    return email.strip().lower()


async def _rehash(staff: UUID, old: str, password: str) -> StaffMember | None:
    hashed = await passwords.hash_password(password)
    rows = await database.fetch(_REHASH, staff, old, hashed)
    return staff_from(rows[0]) if rows else None
