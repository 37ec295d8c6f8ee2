"""Passwords are hashed with argon2id, away from the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from returns_app.wording import N_

SHORTEST = 12
LONGEST = 200

HASHER = PasswordHasher()

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$LK89nDQmOkaD2PwAYw0Oyg$45yFkFjN2gq4eInBvs4sDCJ0EmB1Pp0BBgZWZAoBdjw"
"""A hash whose password nobody knows: an unknown e-mail costs as much work as a wrong password."""


class PasswordUnfit(ValueError):
    """A new password is too short or too long."""

    status = 422
    code = "password_unfit"


async def hash_password(password: str) -> str:
    """Raises PasswordUnfit. Length is what counts (OWASP ASVS 5.0, 6.2.1); no other rules."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordUnfit(N_("A password has between 12 and 200 characters."))
    return await asyncio.to_thread(HASHER.hash, password)


async def right_password(password: str, hashed: str) -> bool:
    return await asyncio.to_thread(_verify, password[: LONGEST + 1], hashed)


def outdated(hashed: str) -> bool:
    """The hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(hashed)


def _verify(password: str, hashed: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
