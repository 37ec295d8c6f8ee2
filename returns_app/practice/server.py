"""The practice world as a process: its HTTP and SMTP ports, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import html
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post, route
from litestar.datastructures import State as LitestarState
from litestar.di import Provide
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app.practice.admin import admin_router
from returns_app.practice.hooks import stripe_secret
from returns_app.practice.http import HANG_UP, listen
from returns_app.practice.process import Ready
from returns_app.practice.sendcloud import sendcloud_router
from returns_app.practice.smtp import listen_for_mail
from returns_app.practice.stripe_api import Asked
from returns_app.practice.stripe_board import expire_lapsed, pay_checkout
from returns_app.practice.stripe_checkout import session_named
from returns_app.practice.stripe_errors import StripeRefusal
from returns_app.practice.stripe_refunds import shown
from returns_app.practice.world import Here, World, open_world

HOST = "127.0.0.1"
SWEEP = 5.0
PAGE = (
    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
    "<title>Practice checkout</title><h1>Practice checkout</h1>{body}</html>"
)
Asking = Request[None, None, LitestarState]


async def serve(
    folder: Path,
    *,
    http_port: int = 0,
    smtp_port: int = 0,
    webhook_url: str = "",
    secret: str = "",
    end_with_stdin: bool = False,
) -> None:
    """Run the practice world until SIGTERM, SIGINT or, when asked, the end of standard input."""
    world = open_world(folder, secret=secret, webhook_url=webhook_url)
    web = await listen(practice_app(world), HOST, http_port)
    mail = await listen_for_mail(world.state, HOST, smtp_port)
    ready = _ready(world, web, mail)
    world.state.keep_setting("url", ready.url)
    work = [asyncio.create_task(world.delivery.run()), asyncio.create_task(_sweep(world))]
    ended = _told_to_end(end_with_stdin)
    print(msgspec.json.encode(ready).decode(), flush=True)
    await ended.wait()
    web.close()
    mail.close()
    for task in work:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await world.delivery.close()
    world.state.close()


def practice_app(world: World) -> Litestar:
    """The HTTP side: Stripe's API, its payment page, Sendcloud's API and the admin API."""
    return Litestar(
        route_handlers=[
            stripe_api,
            checkout_page,
            pay_checkout_page,
            admin_router(world),
            sendcloud_router(world.state),
        ],
        dependencies={"world": Provide(lambda: world, sync_to_thread=False)},
        exception_handlers={StripeRefusal: _refused},
        openapi_config=None,
        logging_config=None,
    )


@route("/v1/{path:path}", http_method=["GET", "POST", "DELETE"], status_code=200)
async def stripe_api(world: Here, request: Asking) -> Response[bytes]:
    encoded = await request.body() if request.method == "POST" else request.scope["query_string"]
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = Asked(request.method, request.url.path.rstrip("/"), encoded.decode(), headers)
    reply = await world.stripe.answer(asked)
    if reply.lost:
        hang_up: Any = (request.scope["extensions"] or {})[HANG_UP]
        hang_up()
    return Response(
        reply.body.encode(), status_code=reply.status, headers=reply.headers, media_type=MediaType.JSON
    )


@get("/pay/{id:str}", media_type=MediaType.HTML)
async def checkout_page(world: Here, id: FromPath[str]) -> str:
    """What a shopper sees of the practice checkout."""
    session = session_named(world.state, id)
    if session["status"] == "open":
        amount = shown(session["amount_total"], session["currency"])
        body = f'<form method="post"><button>Pay {html.escape(amount)}</button></form>'
    else:
        body = f"<p>This payment is {html.escape(session['status'])}.</p>"
    return PAGE.format(body=body)


@post("/pay/{id:str}")
async def pay_checkout_page(world: Here, id: FromPath[str]) -> Redirect:
    session = pay_checkout(world.state, id, "card")
    return Redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id), status_code=303)


def _refused(_: Asking, refusal: StripeRefusal) -> Response[dict[str, object]]:
    return Response({"error": refusal.error}, status_code=refusal.status)


async def _sweep(world: World) -> None:
    while True:
        expire_lapsed(world.state)
        await asyncio.sleep(SWEEP)


def _ready(world: World, web: asyncio.Server, mail: asyncio.Server) -> Ready:
    http_port: int = web.sockets[0].getsockname()[1]
    return Ready(
        http_port=http_port,
        smtp_port=mail.sockets[0].getsockname()[1],
        url=f"http://{HOST}:{http_port}",
        secret=world.secret,
        stripe_key=f"sk_test_{world.secret}",
        stripe_webhook_secret=stripe_secret(world.secret),
    )


def _told_to_end(end_with_stdin: bool) -> asyncio.Event:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, ended.set)
    if end_with_stdin:
        threading.Thread(target=_wait_for_stdin, args=(loop, ended), daemon=True).start()
    return ended


def _wait_for_stdin(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """Read until our starter closes the pipe or is gone, so that no practice world outlives it."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    loop.call_soon_threadsafe(ended.set)
