"""No mail server is named: mails are written and wait, and the reason stands beside them."""

from __future__ import annotations

from email.message import EmailMessage

from returns_app.notifications.channels import MailNotTaken


class Unconnected:
    """Takes no mail, so that none is lost: they go out once SMTP_URL is set."""

    async def send(self, mail: EmailMessage) -> None:
        raise MailNotTaken("no mail server is connected: set SMTP_URL")
