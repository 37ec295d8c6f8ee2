"""The practice mail server: it keeps what it says yes to, and on command forgets to say it."""

from __future__ import annotations

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from returns_app.practice.faults import MAIL, take_faults
from returns_app.practice.mailbox import keep_mail
from returns_app.practice.state import State

LARGEST = 25 * 1024 * 1024


async def listen_for_mail(state: State, host: str, port: int) -> asyncio.Server:
    """Accept mail until the returned server is closed. Port 0 takes a free one."""
    loop = asyncio.get_running_loop()
    handler = _Handler(state)

    def connection() -> SMTP:
        return SMTP(
            handler,
            hostname="practice",
            ident="practice",
            loop=loop,
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST,
        )

    return await loop.create_server(connection, host, port)


class _Handler:
    def __init__(self, state: State) -> None:
        self.state = state

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        faults = take_faults(self.state, MAIL)
        if "refuse_mail" in faults:
            return "451 Try again later"
        raw = envelope.original_content or b""
        keep_mail(self.state, envelope.mail_from or "", envelope.rcpt_tos, raw)
        if "drop_after_data" in faults and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"
