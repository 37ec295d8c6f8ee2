"""Mail by SMTP (RFC 5321), step by step, so that it is known how far a mail had come when it failed."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import msgspec

from returns_app.notifications.channels import MailNotTaken, MailRefused, MailUncertain

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SmtpAddressWrong(ValueError):
    """The address of the mail server cannot be used; the message says why."""


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server. `start_tls` None takes encryption where it is offered."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None


def read_server(url: str) -> Server:
    """The server of smtp://user:password@host:port or smtps://…. Raises SmtpAddressWrong.

    With smtp:// encryption (STARTTLS) is a must, but for this machine's own server; `?starttls=no`
    goes without and `?starttls=yes` insists.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SmtpAddressWrong("SMTP_URL must look like smtp://user:password@host:587 or smtps://host.")
    try:
        port = parts.port
    except ValueError as error:
        raise SmtpAddressWrong(f"SMTP_URL has no usable port: {error}") from error
    encrypted = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=port or (465 if encrypted else 587),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=encrypted,
        start_tls=False if encrypted else _start_tls(parts.hostname, parts.query),
    )


def _start_tls(host: str, query: str) -> bool | None:
    wish = parse_qs(query).get("starttls", [""])[0]
    if wish not in ("", "yes", "no"):
        raise SmtpAddressWrong("SMTP_URL says ?starttls= with neither yes nor no.")
    return {"yes": True, "no": False}.get(wish, None if host in _LOOPBACK else True)


class SmtpMailer:
    """Sends each mail over a connection of its own; `timeout` is in seconds, for each step.

    Raises SmtpAddressWrong.
    """

    def __init__(self, url: str, *, timeout: float = 30) -> None:
        self._server = read_server(url)
        self._timeout = timeout

    async def send(self, mail: EmailMessage) -> None:
        """See Mailer. Certificates are checked against this machine's roots (RFC 7817)."""
        sender, recipient = _address(mail, "From"), _address(mail, "To")
        client = self._client(sender.domain)
        try:
            await self._hand_in(client, sender, recipient, mail.as_bytes(policy=WIRE))
        except aiosmtplib.SMTPNotSupported as error:
            raise MailNotTaken(f"The mail server can't do what it is asked: {error}") from error
        finally:
            await _hang_up(client)

    async def _hand_in(
        self, client: aiosmtplib.SMTP, sender: Address, recipient: Address, content: bytes
    ) -> None:
        try:
            await client.connect()
        except (
            aiosmtplib.SMTPException,
            OSError,
        ) as error:  # a wrong password is mended here, not by the mail
            raise MailNotTaken(
                f"The mail server at {self._server.host} did not let us in: {error}"
            ) from error
        try:
            await client.mail(sender.addr_spec)
            await client.rcpt(recipient.addr_spec)
        except aiosmtplib.SMTPResponseException as error:
            raise _answered(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailNotTaken(f"The mail server went away: {error}") from error
        except UnicodeEncodeError as error:
            raise MailRefused(f"{recipient.addr_spec} is not an address this server can take.") from error
        try:
            await client.data(content)
        except aiosmtplib.SMTPResponseException as error:
            raise _answered(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailUncertain(f"No answer came after the mail was handed over: {error}") from error

    def _client(self, domain: str) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.use_tls,
            start_tls=server.start_tls,
            timeout=self._timeout,
            local_hostname=domain,
        )


async def _hang_up(client: aiosmtplib.SMTP) -> None:
    """The answer is known by now; how the goodbye goes changes nothing."""
    try:
        if client.is_connected:
            await client.quit(timeout=5)
    except (aiosmtplib.SMTPException, OSError):
        pass
    finally:
        client.close()


def _answered(error: aiosmtplib.SMTPResponseException) -> Exception:
    """4xx is "not now", 5xx is "never" (RFC 5321, 4.2.1)."""
    said = f"{error.code} {error.message}"
    return MailRefused(said) if error.code >= 500 else MailNotTaken(said)


def _address(mail: EmailMessage, header: str) -> Address:
    return mail[header].addresses[0]
