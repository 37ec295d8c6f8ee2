"""Sending: once, or at most once more when nobody can know; never in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from returns_app import database
from returns_app.journal.jobs import Job
from returns_app.journal.tasks import open_tasks
from returns_app.merchants.create import update_settings
from returns_app.notifications.addresses import is_address
from returns_app.notifications.channels import MailNotTaken, MailRefused, MailUncertain
from returns_app.notifications.channels.smtp import SmtpAddressWrong, SmtpMailer, read_server
from returns_app.notifications.channels.unconnected import Unconnected
from returns_app.notifications.jobs import on_event, on_send
from returns_app.notifications.queries import messages_of
from returns_app.notifications.send import send_message
from returns_app.notifications.send_waiting import send_waiting
from returns_app.settings import Settings
from tests.makers import AT, SETTINGS
from tests.notifications.occasions import PDF, Occasion, occasion, with_label


@dataclass
class Server:
    """A mail server on the loopback. It answers each mail with the next of `answers`, then with yes.

    "hang up" keeps the mail and closes the connection without a word.
    """

    port: int = 0
    answers: list[str] = field(default_factory=list)
    recipient: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer[0] in "2h":
            mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        if answer == "hang up" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return answer


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[Server]:
    answering = Server()
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(answering, hostname="test", loop=loop, **settings)

    server = await loop.create_server(connection, "127.0.0.1", 0)
    answering.port = server.sockets[0].getsockname()[1]
    try:
        yield answering
    finally:
        server.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as answering:
        yield answering


async def written(settings: Settings, kind: str = "label_ready") -> tuple[Occasion, UUID]:
    staging = await occasion(kind)
    message = await staging.written(settings)
    assert message is not None
    return staging, message


async def state_of(message: UUID) -> tuple[str, int, str]:
    row = await database.fetch_one("SELECT state, tries, problem FROM messages WHERE id = $1", message)
    assert row is not None
    return row["state"], row["tries"], row["problem"]


# What leaves ------------------------------------------------------------------------------------------


async def test_a_mail_arrives_whole(db: str, settings: Settings, server: Server) -> None:
    staging, message = await written(settings)
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    [mail], [row] = server.mails, await messages_of(staging.shop.id, staging.return_id)
    assert (row.state, row.sent_at, row.tries) == ("sent", AT, 1)
    assert mail["Message-ID"] == row.message_id == f"<{message}@winkel.example>"
    assert mail["From"] == "Winkel <retour@winkel.example>"
    assert mail["To"] == "anna@example.com"
    assert mail["Reply-To"] == "Winkel <help@winkel.example>"
    assert mail["Subject"] == row.subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == mail["In-Reply-To"] == f"<return.{staging.return_id}@winkel.example>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == row.text
    assert html.get_content().replace("\r\n", "\n").rstrip() == row.html.rstrip()
    [alternative, attachment] = mail.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html"]
    assert (attachment.get_filename(), attachment.get_content_type()) == ("label.pdf", "application/pdf")
    assert attachment.get_content() == PDF


async def test_the_code_for_the_counter_is_shown_and_attached(
    db: str, settings: Settings, server: Server
) -> None:
    staging = await occasion("approved")
    await database.fetch("UPDATE returns SET method = 'qr'")
    await with_label(staging.shop, staging.return_id, qr=True)
    ready = Occasion("label_ready", staging.shop, staging.return_id, staging.event, {})
    message = await ready.written(settings)
    assert message is not None
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    [attachment] = server.mails[0].iter_attachments()
    assert (attachment.get_filename(), attachment["Content-ID"]) == ("code.png", "<qr>")
    assert attachment.get_content().startswith(b"\x89PNG")
    html = server.mails[0].get_body(("html",))
    assert html is not None
    assert 'src="cid:qr"' in html.get_content()


async def test_mails_of_one_return_make_one_thread(db: str, settings: Settings, server: Server) -> None:
    staging, first = await written(settings)
    second = await staging.written(settings, cause="again")
    assert second is not None
    for message in (first, second):
        await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    one, other = server.mails
    assert one["References"] == other["References"]
    assert one["Message-ID"] != other["Message-ID"]


# Once -------------------------------------------------------------------------------------------------


async def test_an_event_told_twice_or_at_once_writes_one_mail(db: str, settings: Settings) -> None:
    staging = await occasion("requested")
    job = Job(
        name="message.write.requested",
        event=staging.event,
        merchant=staging.shop.id,
        return_id=staging.return_id,
        data=staging.data,
    )
    await asyncio.gather(*(on_event(job, settings=settings, at=AT) for _ in range(4)))
    await on_event(job, settings=settings, at=AT)
    assert len(await messages_of(staging.shop.id, staging.return_id)) == 1
    jobs = await database.fetch("SELECT payload FROM jobs WHERE entrypoint = 'message.send'")
    assert len(jobs) == 1


async def test_a_sent_mail_is_not_sent_again(db: str, settings: Settings, server: Server) -> None:
    _, message = await written(settings)
    for _ in range(3):
        await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert len(server.mails) == 1


class DiesAfterYes:
    """A process that ends between the server's yes and our commit."""

    def __init__(self, url: str) -> None:
        self._mailer = SmtpMailer(url)

    async def send(self, mail: EmailMessage) -> None:
        await self._mailer.send(mail)
        raise KeyboardInterrupt


async def test_a_crash_after_the_yes_repeats_once_under_the_same_id_and_then_asks_a_person(
    db: str, settings: Settings, server: Server
) -> None:
    staging, message = await written(settings)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            await send_message(message, mailer=DiesAfterYes(server.url), settings=settings, at=AT)
    for _ in range(2):
        await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert len(server.mails) == 2
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert (await state_of(message))[0] == "failed"
    [task] = await open_tasks(staging.shop.id)
    assert (task.kind, task.return_id) == ("message.failed", staging.return_id)
    assert "may have arrived" in task.sentence


async def test_one_crash_is_mended_by_the_repeat(db: str, settings: Settings, server: Server) -> None:
    _, message = await written(settings)
    with pytest.raises(KeyboardInterrupt):
        await send_message(message, mailer=DiesAfterYes(server.url), settings=settings, at=AT)
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert (await state_of(message))[0] == "sent"
    assert len(server.mails) == 2


async def test_a_lost_answer_counts_as_a_doubt(db: str, settings: Settings, server: Server) -> None:
    _, message = await written(settings)
    server.answers = ["hang up"]
    with pytest.raises(MailUncertain):
        await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert (await state_of(message))[:2] == ("planned", 1)
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert [mail["Message-ID"] for mail in server.mails] == [server.mails[0]["Message-ID"]] * 2


# Not now, and never -----------------------------------------------------------------------------------


async def test_not_now_is_tried_again_as_often_as_it_takes(
    db: str, settings: Settings, server: Server
) -> None:
    _, message = await written(settings)
    server.answers = ["451 Try again later"] * 5
    for _ in range(5):
        with pytest.raises(MailNotTaken, match="451"):
            await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
        assert (await state_of(message))[:2] == ("planned", 0)
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert (await state_of(message)) == ("sent", 1, "")
    assert len(server.mails) == 1


@pytest.mark.parametrize("refuse", ["recipient", "mail"])
async def test_never_is_a_task_at_once(db: str, settings: Settings, server: Server, refuse: str) -> None:
    staging, message = await written(settings)
    if refuse == "recipient":
        server.recipient = "550 No such mailbox"
    else:
        server.answers = ["554 Not wanted"]
    for _ in range(2):
        await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    state, _, problem = await state_of(message)
    assert (state, problem[:2]) == ("failed", "55")
    [task] = await open_tasks(staging.shop.id)
    assert "anna@example.com was not delivered: 55" in task.sentence
    events = await database.fetch("SELECT data FROM journal_events WHERE kind = 'message.failed'")
    assert len(events) == 1
    assert server.mails == []


async def test_a_server_that_is_away_loses_nothing(db: str, settings: Settings) -> None:
    _, message = await written(settings)
    with pytest.raises(MailNotTaken):
        await send_message(message, mailer=SmtpMailer("smtp://127.0.0.1:1"), settings=settings, at=AT)
    assert (await state_of(message))[:2] == ("planned", 0)


async def test_a_long_wait_is_one_task_for_the_merchant_and_ends_by_itself(
    db: str, settings: Settings, server: Server
) -> None:
    """A mail server that is away for a day makes neither held jobs nor a task for each mail."""
    staging, message = await written(settings)
    job = Job(name="message.send", merchant=staging.shop.id, data={"message": str(message)})
    with pytest.raises(MailNotTaken):
        await on_send(job, mailer=Unconnected(), settings=settings, at=AT + timedelta(seconds=20))
    await on_send(job, mailer=Unconnected(), settings=settings, at=AT + timedelta(hours=2))
    for _ in range(3):
        assert await send_waiting(at=AT + timedelta(hours=2)) == 1
    assert len(await database.fetch("SELECT 1 FROM jobs WHERE entrypoint = 'message.send'")) == 1
    [task] = await open_tasks(staging.shop.id)
    assert task.kind == "mail.waiting"
    assert "set SMTP_URL" in task.sentence
    await on_send(job, mailer=SmtpMailer(server.url), settings=settings, at=AT + timedelta(hours=3))
    assert await send_waiting(at=AT + timedelta(hours=3)) == 0
    assert await open_tasks(staging.shop.id) == []


async def test_no_address_is_a_task_with_the_words_to_say(db: str, settings: Settings) -> None:
    staging = await occasion("requested")
    await database.fetch("UPDATE orders SET email = NULL")
    for _ in range(2):
        assert await staging.written(settings) is None
    assert await messages_of(staging.shop.id, staging.return_id) == []
    [task] = await open_tasks(staging.shop.id)
    assert task.kind == "message.no_address"
    assert task.sentence.startswith("Anna de Vries has no e-mail address")
    assert "Havenstraat 12" in task.data["mail_text"]


# Names that would be headers --------------------------------------------------------------------------

EVIL = "Winkel\r\nBcc: all@example.com\r\n\r\nHello"


async def test_no_name_begins_a_header(db: str, settings: Settings, server: Server) -> None:
    staging = await occasion("label_ready")
    await database.fetch("UPDATE merchants SET name = $1", EVIL)
    await database.fetch(
        "UPDATE orders SET number = $1 WHERE number = '1001'", "1001\r\nBcc: all@example.com"
    )
    await database.fetch("UPDATE shoppers SET name = $1", EVIL)
    message = await staging.written(settings)
    assert message is not None
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    [mail] = server.mails
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].display_name == "Winkel Bcc: all@example.com Hello"
    assert mail["Subject"] == "Je retourlabel voor bestelling 1001 Bcc: all@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.com\r\nBcc: all@example.com",
        "anna@example.com,all@example.com",
        "anna@example.com all@example.com",
        "Anna <anna@example.com>",
        '"a b"@example.com',
        "anna@exa..mple.com",
        "anna",
        "@example.com",
        "anna@",
        "",
        "a" * 250 + "@example.com",
    ],
)
async def test_what_is_not_one_plain_address_gets_no_mail(db: str, settings: Settings, address: str) -> None:
    assert not is_address(address)
    staging = await occasion("approved")
    await database.fetch("UPDATE orders SET email = $1", address[:254])
    assert await staging.written(settings) is None
    assert [task.kind for task in await open_tasks(staging.shop.id)] == ["message.no_address"]


async def test_markup_in_names_is_words(db: str, settings: Settings) -> None:
    staging = await occasion("requested")
    await database.fetch("UPDATE order_lines SET title = '<img src=x onerror=alert(1)> & \"co\"'")
    await staging.written(settings)
    [message] = await messages_of(staging.shop.id, staging.return_id)
    assert "<img src=x" not in message.html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &#34;co&#34;" in message.html
    assert '<img src=x onerror=alert(1)> & "co"' in message.text


async def test_a_mail_that_cannot_be_made_is_a_task(db: str, settings: Settings, server: Server) -> None:
    staging, message = await written(settings)
    await database.fetch("UPDATE messages SET \"to\" = 'not an address'")
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert (await state_of(message))[0] == "failed"
    assert [task.kind for task in await open_tasks(staging.shop.id)] == ["message.failed"]


async def test_without_a_support_address_there_is_no_reply_to(
    db: str, settings: Settings, server: Server
) -> None:
    staging, message = await written(settings)
    await update_settings(staging.shop.id, msgspec.structs.replace(SETTINGS, support_email=""))
    await send_message(message, mailer=SmtpMailer(server.url), settings=settings, at=AT)
    assert server.mails[0]["Reply-To"] is None


# The server's address, passwords and encryption --------------------------------------------------------


def test_a_server_is_read_from_its_address() -> None:
    read = read_server("smtp://us%40er:p%3Aw@mail.example:2525")
    assert (read.host, read.port, read.username, read.password) == ("mail.example", 2525, "us@er", "p:w")
    assert (read.use_tls, read.start_tls) == (False, True)
    assert (read_server("smtps://mail.example").port, read_server("smtp://mail.example").port) == (465, 587)
    assert read_server("smtps://mail.example").use_tls
    assert read_server("smtp://127.0.0.1:25").start_tls is None
    assert read_server("smtp://relay.internal?starttls=no").start_tls is False


@pytest.mark.parametrize(
    "url",
    ["", "mail.example", "http://mail.example", "smtp://", "smtp://a:b:c@x:99999", "smtp://x?starttls=maybe"],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SmtpAddressWrong):
        read_server(url)


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "anna@example.com", "Hallo"
    mail.set_content("Hallo Zoë")
    return mail


async def test_a_password_is_used_and_a_wrong_one_is_not_the_mails_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"right")

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate("localhost")))
    tls = encrypting(certificate("localhost"))
    async with serving(
        tls_context=tls, require_starttls=True, authenticator=check, auth_required=True
    ) as server:
        with pytest.raises(MailNotTaken, match="did not let us in"):
            await SmtpMailer(f"smtp://us:wrong@localhost:{server.port}").send(a_mail())
        await SmtpMailer(f"smtp://us:right@localhost:{server.port}").send(a_mail())
        assert len(server.mails) == 1


async def test_a_server_without_encryption_gets_nothing_when_it_is_a_must(server: Server) -> None:
    with pytest.raises(MailNotTaken):
        await SmtpMailer(f"{server.url}?starttls=yes").send(a_mail())
    assert server.mails == []


async def test_a_silent_server_does_not_hold_us_for_ever() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    deaf = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = deaf.sockets[0].getsockname()[1]
    try:
        with pytest.raises(MailNotTaken):
            await SmtpMailer(f"smtp://127.0.0.1:{port}", timeout=0.3).send(a_mail())
    finally:
        deaf.close()


def certificate(host: str) -> Path:
    """A self-signed certificate with its key, made for these tests and trusted nowhere else."""
    return Path(__file__).parent / "certificates" / f"{host}.pem"


def encrypting(certificate: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize(
    ("host", "trusted"), [("localhost", True), ("localhost", False), ("other.example", True)]
)
async def test_only_a_trusted_certificate_of_the_right_host_will_do(
    monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool
) -> None:
    file = certificate(host)
    monkeypatch.setenv("SSL_CERT_FILE", str(file if trusted else "/dev/null"))
    async with serving(tls_context=encrypting(file), require_starttls=True) as server:
        mailer = SmtpMailer(f"smtp://localhost:{server.port}")
        if host == "localhost" and trusted:
            await mailer.send(a_mail())
            assert len(server.mails) == 1
            return
        with pytest.raises(MailNotTaken, match="certificate"):
            await mailer.send(a_mail())
        assert server.mails == []


async def test_an_address_beyond_ascii_is_refused_in_words(server: Server) -> None:
    mail = a_mail()
    del mail["To"]
    mail["To"] = "zoë@example.com"
    with pytest.raises(MailRefused, match=r"zoë@example\.com"):
        await SmtpMailer(server.url).send(mail)
