"""A small HTTP/1.1 server for ASGI apps that can, on request, hang up instead of answering.

Ordinary servers turn every failure into a proper response; the practice world must also be able to
show a connection lost after the work was done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import h11

HANG_UP = "practice.hang_up"
"""The scope's extension to call so that the client gets a closed connection and no byte of the answer."""

Application = Callable[[Any, Any, Any], Any]


async def listen(app: Application, host: str, port: int) -> asyncio.Server:
    """Serve `app` until the returned server is closed. Port 0 takes a free one."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The server's end cancels what waits for a client; that is no news to anybody.
        with suppress(asyncio.CancelledError):
            await _Connection(app, reader, writer).serve()

    return await asyncio.start_server(connected, host, port)


class _Connection:
    def __init__(self, app: Application, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.app = app
        self.reader = reader
        self.writer = writer
        self.http = h11.Connection(h11.SERVER)
        self.hung_up = False

    async def serve(self) -> None:
        try:
            while await self._answer_one():
                self.http.start_next_cycle()
        except (ConnectionError, h11.RemoteProtocolError):
            pass  # The client went away or spoke no HTTP; there is nobody to tell.
        finally:
            self.writer.close()

    async def _answer_one(self) -> bool:
        """Answer one request; whether the connection may carry another."""
        request = await self._next_event()
        if not isinstance(request, h11.Request):
            return False
        body = await self._body()
        await self.app(self._scope(request), _receiver(body), self._send)
        reusable = self.http.our_state is h11.DONE and self.http.their_state is h11.DONE
        return reusable and not self.hung_up

    async def _next_event(self) -> Any:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(65536))
        return event

    async def _body(self) -> bytes:
        parts = []
        while isinstance(event := await self._next_event(), h11.Data):
            parts.append(bytes(event.data))
        return b"".join(parts)

    def _scope(self, request: h11.Request) -> dict[str, Any]:
        path, _, query = request.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method.decode(),
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": list(request.headers),
            "client": self.writer.get_extra_info("peername"),
            "server": self.writer.get_extra_info("sockname"),
            "extensions": {HANG_UP: self._hang_up},
            "state": {},
        }

    def _hang_up(self) -> None:
        self.hung_up = True

    async def _send(self, message: dict[str, Any]) -> None:
        if self.hung_up:
            return
        if message["type"] == "http.response.start":
            event = h11.Response(status_code=message["status"], headers=list(message.get("headers", [])))
            self.writer.write(self.http.send(event) or b"")
        elif message["type"] == "http.response.body":
            self.writer.write(self.http.send(h11.Data(data=message.get("body", b""))) or b"")
            if not message.get("more_body", False):
                self.writer.write(self.http.send(h11.EndOfMessage()) or b"")
            await self._flush()

    async def _flush(self) -> None:
        try:
            await self.writer.drain()
        except ConnectionError:
            self.hung_up = True  # The client went away before its answer; the work stays done.


def _receiver(body: bytes) -> Callable[[], Any]:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive
