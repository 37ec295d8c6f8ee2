"""What the surroundings tell the app: one frozen struct, read once at start and passed on."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec


class SettingsWrong(ValueError):
    """A setting in the environment cannot be used; the message says which and how to mend it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the environment decides. See docs/operations.md for each variable."""

    data: Path
    """Folder of everything durable: the embedded database, the practice world, handed-out files."""
    database_url: str | None = None
    """PostgreSQL to use; None starts the embedded one in `data`."""
    origin: str = "http://127.0.0.1:8000"
    """Where shoppers reach us, without a closing slash: the start of every link in a mail."""
    secret: str = ""
    """Signs the CSRF cookie and one-time links. Kept in `data/secret` when not given."""
    secure_cookies: bool = False
    trusted_proxies: tuple[str, ...] = ()
    stripe_key: str | None = None
    stripe_api: str | None = None
    """Base address of the Stripe API; the practice world sets its own."""
    stripe_webhook_secrets: tuple[str, ...] = ()
    sendcloud_key: str | None = None
    sendcloud_secret: str | None = None
    sendcloud_api: str | None = None
    sendcloud_options: dict[str, str] = {}
    """Sendcloud's shipping option code per way of sending, such as label=postnl:standard/return."""
    smtp_url: str | None = None
    """smtp://user:password@host:port (starttls) or smtps://…"""
    mail_from: str = "returns@example.com"
    practice_url: str | None = None
    """Admin address of the practice world when it runs."""
    practice_secret: str = ""
    order_webhook: str | None = None
    """Where new exchange orders are posted, besides the file in `data/outgoing-orders`."""
    order_webhook_secret: str = ""
    job_heartbeat: float = 5.0
    """Seconds after which the job of a worker that died is taken up by another."""

    @property
    def practice(self) -> bool:
        """Without a Stripe key of your own nothing here moves real money, and every page says so."""
        return self.practice_url is not None


def _words(value: str | None) -> tuple[str, ...]:
    return tuple(word for word in (value or "").replace(",", " ").split() if word)


def _pairs(value: str | None) -> dict[str, str]:
    told = [word.partition("=") for word in _words(value)]
    wrong = [name for name, sign, code in told if not (name and sign and code)]
    if wrong:
        raise SettingsWrong(f"SENDCLOUD_OPTIONS has {wrong[0]!r}; write it as label=CODE qr=CODE.")
    return {name: code for name, _, code in told}


def _seconds(value: str | None, otherwise: float) -> float:
    try:
        seconds = float(value) if value else otherwise
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 600:
        raise SettingsWrong(f"RETURNS_JOB_HEARTBEAT is {value!r}; it must be a number of seconds, 1 to 600.")
    return seconds


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """Root keeps its data outside any home: the embedded PostgreSQL opens parent folders to its user."""
    if os.geteuid() == 0:
        return Path("/var/lib/returns-app")
    base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "returns-app"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Raises SettingsWrong with the variable's name."""
    env = os.environ if environment is None else environment
    data = Path(env.get("RETURNS_DATA") or default_data_folder(env)).absolute()
    origin = (env.get("RETURNS_ORIGIN") or f"http://127.0.0.1:{env.get('PORT') or 8000}").rstrip("/")
    if not origin.startswith(("http://", "https://")):
        raise SettingsWrong(f"RETURNS_ORIGIN is {origin!r}; it must start with http:// or https://.")
    return Settings(
        data=data,
        database_url=env.get("DATABASE_URL") or None,
        origin=origin,
        secret=env.get("RETURNS_SECRET") or "",
        secure_cookies=origin.startswith("https://"),
        trusted_proxies=_words(env.get("RETURNS_TRUSTED_PROXIES")),
        stripe_key=env.get("STRIPE_SECRET_KEY") or None,
        stripe_api=env.get("STRIPE_API_BASE") or None,
        stripe_webhook_secrets=_words(env.get("STRIPE_WEBHOOK_SECRET")),
        sendcloud_key=env.get("SENDCLOUD_PUBLIC_KEY") or None,
        sendcloud_secret=env.get("SENDCLOUD_SECRET_KEY") or None,
        sendcloud_api=env.get("SENDCLOUD_API_BASE") or None,
        sendcloud_options=_pairs(env.get("SENDCLOUD_OPTIONS")),
        smtp_url=env.get("SMTP_URL") or None,
        mail_from=env.get("MAIL_FROM") or "returns@example.com",
        practice_url=env.get("RETURNS_PRACTICE_URL") or None,
        practice_secret=env.get("RETURNS_PRACTICE_SECRET") or "",
        order_webhook=env.get("RETURNS_ORDER_WEBHOOK") or None,
        order_webhook_secret=env.get("RETURNS_ORDER_WEBHOOK_SECRET") or "",
        job_heartbeat=_seconds(env.get("RETURNS_JOB_HEARTBEAT"), 5.0),
    )


def kept_secret(settings: Settings) -> str:
    """The signing secret: the given one, or one made once and kept readable only by us."""
    if settings.secret:
        return settings.secret
    file = settings.data / "secret"
    if not file.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text().strip()
