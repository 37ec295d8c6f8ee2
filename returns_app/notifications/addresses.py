"""Addresses and ids of mails, such that no name or address can begin a header of its own."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from uuid import UUID

_NAME = r"[^@\s,;:<>()\[\]\"\\\x00-\x1f\x7f-\x9f]"
_ADDRESS = re.compile(rf"{_NAME}{{1,64}}@{_NAME}+")
_LONGEST = 254


def is_address(text: str) -> bool:
    """One plain address, with nothing before, behind or beside it (RFC 5321 without its quoted forms)."""
    if len(text) > _LONGEST or not _ADDRESS.fullmatch(text):
        return False
    try:
        return Address(addr_spec=text).addr_spec == text
    except (ValueError, HeaderParseError):
        return False


def sender(mail_from: str) -> str:
    """The bare address mails come from, which may be given with a name."""
    return parseaddr(mail_from)[1] or mail_from


def domain_of(mail_from: str) -> str:
    """The domain mails come from."""
    return sender(mail_from).rpartition("@")[2] or "localhost"


def message_id(id: UUID, mail_from: str) -> str:
    """The Message-ID of a message, for ever the same (RFC 5322, 3.6.4)."""
    return f"<{id}@{domain_of(mail_from)}>"


def thread_of(return_id: UUID, mail_from: str) -> str:
    """What all mails of a return refer to, so that a mail program shows them together."""
    return f"<return.{return_id}@{domain_of(mail_from)}>"
