"""How a message leaves the house. A channel takes a whole mail, and says how it ended by how it fails."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class MailNotTaken(ConnectionError):
    """The other side surely does not have the mail: it said "later", or was never reached. Try again."""


class MailRefused(ValueError):
    """The other side will never take this mail, and says why."""


class MailUncertain(RuntimeError):
    """The whole mail was handed over and no answer came: it may or may not have been taken."""


class Mailer(Protocol):
    async def send(self, mail: EmailMessage) -> None:
        """Return once the mail was taken. Raises MailNotTaken, MailRefused or MailUncertain."""
        ...
