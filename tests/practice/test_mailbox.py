"""The practice mail server, spoken to by the app's own SMTP library."""

from __future__ import annotations

from email.message import EmailMessage

import aiosmtplib
import pytest

from returns_app.practice.client import PracticeClient
from returns_app.practice.process import PracticeProcess


def letter(to: str, subject: str = "Je retour is aangemeld · € 88,00") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Winkel <returns@example.com>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = "<m1@example.com>"
    mail.set_content("Hallo Zoë\n.\n..punt\n")
    mail.add_alternative("<p>Hallo <b>Zoë</b></p>", subtype="html")
    mail.add_attachment(b"%PDF-1.7 label", maintype="application", subtype="pdf", filename="label.pdf")
    return mail


async def send(world: PracticeProcess, mail: EmailMessage) -> None:
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=world.ready.smtp_port, start_tls=False)


async def test_a_mail_is_kept_whole(world: PracticeProcess, practice: PracticeClient) -> None:
    await send(world, letter("zoe@example.com"))
    mail = await practice.wait_for_mail("ZOE@example.com", "aangemeld")
    assert (mail.sender, mail.recipients) == ("returns@example.com", ["zoe@example.com"])
    assert (mail.subject, mail.message_id) == ("Je retour is aangemeld · € 88,00", "<m1@example.com>")
    assert mail.text.splitlines() == ["Hallo Zoë", ".", "..punt"]
    assert mail.html == "<p>Hallo <b>Zoë</b></p>\n"
    assert [(one.name, one.type) for one in mail.attachments] == [("label.pdf", "application/pdf")]
    assert await practice.attachment(mail.id, 0) == b"%PDF-1.7 label"
    assert await practice.mail(mail.id) == mail


async def test_mail_is_found_by_its_whole_recipient(world: PracticeProcess, practice: PracticeClient) -> None:
    await practice.empty_mailbox()
    await send(world, letter("an@example.com"))
    await send(world, letter("jan@example.com"))
    assert [mail.recipients for mail in await practice.mails("an@example.com")] == [["an@example.com"]]
    assert len(await practice.mails()) == 2


async def test_a_refused_mail_is_not_kept_and_the_next_one_is(
    world: PracticeProcess, practice: PracticeClient
) -> None:
    await practice.fault("refuse_mail")
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await send(world, letter("refused@example.com"))
    assert refused.value.code == 451
    assert await practice.mails("refused@example.com") == []
    await send(world, letter("refused@example.com"))
    assert len(await practice.mails("refused@example.com")) == 1


async def test_a_mail_can_be_accepted_without_saying_so(
    world: PracticeProcess, practice: PracticeClient
) -> None:
    await practice.fault("drop_after_data")
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(world, letter("dropped@example.com"))
    assert len(await practice.mails("dropped@example.com")) == 1
