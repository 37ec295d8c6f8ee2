"""Everything beyond our own walls that work needs: payment gateways, carriers, the mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec

from returns_app.notifications.channels import Mailer
from returns_app.notifications.channels.smtp import SmtpMailer
from returns_app.notifications.channels.unconnected import Unconnected
from returns_app.refunds.gateways import Gateway, open_gateways
from returns_app.settings import Settings
from returns_app.shipping import render
from returns_app.shipping.carriers import Carrier
from returns_app.shipping.carriers.own_label import OwnLabel
from returns_app.shipping.carriers.sendcloud import BASE, Sendcloud


class Outside(msgspec.Struct, frozen=True):
    """What handlers are given to reach the world with, by the names rows carry."""

    settings: Settings
    gateways: Mapping[str, Gateway]
    carriers: Mapping[str, Carrier]
    mailer: Mailer


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[Outside]:
    """Open what these settings name; all of it is closed at the end."""
    async with AsyncExitStack() as closing:
        gateways = open_gateways(settings)
        for gateway in gateways.values():
            closing.push_async_callback(gateway.close)
        carriers: dict[str, Carrier] = {
            "own": OwnLabel(render.render_pdf, hook_secret=settings.practice_secret)
        }
        closing.callback(render.close)
        if settings.sendcloud_key and settings.sendcloud_secret:
            sendcloud = _sendcloud(settings, settings.sendcloud_key, settings.sendcloud_secret)
            closing.push_async_callback(sendcloud.close)
            carriers["sendcloud"] = sendcloud
        mailer = SmtpMailer(settings.smtp_url) if settings.smtp_url else Unconnected()
        yield Outside(settings, gateways, carriers, mailer)


def _sendcloud(settings: Settings, key: str, secret: str) -> Sendcloud:
    options = settings.sendcloud_options or {"label": "return_label", "qr": "return_qr"}
    return Sendcloud(key, secret, options=options, base=settings.sendcloud_api or BASE)  # pyright: ignore[reportArgumentType]  (names of methods, read from the environment)
