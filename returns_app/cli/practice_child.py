"""The practice world as a child of the supervisor, kept at the same ports for as long as we run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from returns_app.cli.children import Say, first
from returns_app.practice import sendcloud
from returns_app.practice.process import PracticeProcess, start_practice


class PracticeChild:
    """Keeps its state in `data/practice`. Ends with us, however we end."""

    def __init__(self, folder: Path, webhook_url: str, running: PracticeProcess) -> None:
        self.folder = folder
        self.webhook_url = webhook_url
        self.running = running

    @classmethod
    async def start(cls, data: Path, port: int) -> PracticeChild:
        """Raises PracticeDidNotStart."""
        folder, webhook_url = data / "practice", f"http://127.0.0.1:{port}"
        return cls(folder, webhook_url, await start_practice(folder, webhook_url=webhook_url))

    def environment(self) -> dict[str, str]:
        """What tells the app to use it, in the same variables as the real parties."""
        ready = self.running.ready
        return {
            "RETURNS_PRACTICE_URL": ready.url,
            "RETURNS_PRACTICE_SECRET": ready.secret,
            "STRIPE_SECRET_KEY": ready.stripe_key,
            "STRIPE_API_BASE": ready.url,
            "STRIPE_WEBHOOK_SECRET": ready.stripe_webhook_secret,
            "SMTP_URL": f"smtp://127.0.0.1:{ready.smtp_port}",
            "SENDCLOUD_PUBLIC_KEY": sendcloud.KEY,
            "SENDCLOUD_SECRET_KEY": ready.secret,
            "SENDCLOUD_API_BASE": ready.url + sendcloud.PATH,
        }

    async def keep_running(self, stop: asyncio.Event, say: Say) -> None:
        while not stop.is_set():
            await first(self.running.process.wait(), stop.wait())
            if not stop.is_set():
                say("The practice world ended by itself and starts again.")
                await first(stop.wait(), asyncio.sleep(1))
                await self._start_again()
        await self.running.end()

    async def _start_again(self) -> None:
        ready = self.running.ready
        self.running = await start_practice(
            self.folder,
            http_port=ready.http_port,
            smtp_port=ready.smtp_port,
            webhook_url=self.webhook_url,
            secret=ready.secret,
        )
