"""The practice world's pages in the app: mailbox, carrier board, Stripe board and mishaps, at /practice."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import msgspec
import nh3
from litestar import Request, Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from returns_app.faces.rendering import choose_locale, render
from returns_app.faces.security.typed import typed
from returns_app.practice.carrier import Move
from returns_app.practice.client import PracticeAway, PracticeClient, PracticeRefused
from returns_app.practice.faults import KINDS, REFUND
from returns_app.practice.mailbox import Mail
from returns_app.practice.sendcloud import ANNOUNCE
from returns_app.wording import translator

AnyRequest = Request[Any, Any, Any]
Verdict = Literal["won", "lost"]
Outcome = Literal["succeeded", "failed", "requires_action"]

MOVES: tuple[Move, ...] = get_args(Move)
SAFE_TAGS = {
    "a", "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "hr", "i", "img", "li", "ol", "p", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
FRAME = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none';"
        " style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""A mail lives by its inline styles, so it is shown in a frame that may do nothing else."""


def practice_router() -> Router:
    """Everything under /practice; the app mounts it in practice mode and holds the client in its state."""
    return Router(
        "/practice",
        route_handlers=[
            front,
            mailbox,
            one_mail,
            mail_as_page,
            attachment,
            empty_mailbox,
            carrier_board,
            move_parcel,
            stripe_board,
            end_refund,
            open_dispute,
            end_dispute,
            mishaps,
            arm,
            disarm,
            hold_or_release,
        ],
        exception_handlers={PracticeAway: _away, PracticeRefused: _refused},
    )


@get("/")
async def front() -> Redirect:
    return Redirect("/practice/mail")


@get("/mail")
async def mailbox(request: AnyRequest, to: FromQuery[str] = "") -> Response[str]:
    """Every mail the app has sent, the newest first; of one person with `to`."""
    mails = await _practice(request).mails(to.strip())
    return render(request, "practice/mailbox.html", mails=mails, to=to, arrived=_arrived)


@get("/mail/{id:int}")
async def one_mail(request: AnyRequest, id: FromPath[int]) -> Response[str]:
    """One mail: its headers, its text, and a frame with what its HTML looks like."""
    mail = await _mail(request, id)
    return render(request, "practice/mail.html", mail=mail, arrived=_arrived)


@get("/mail/{id:int}/page", media_type="text/html")
async def mail_as_page(request: AnyRequest, id: FromPath[int]) -> Response[str]:
    """The HTML of a mail, cleaned of everything that acts or loads, for the frame of its page."""
    mail = await _mail(request, id)
    pictures = await _pictures(request, mail)
    return Response(_page(_harmless(mail.html, pictures)), media_type="text/html", headers=FRAME)


@get("/mail/{id:int}/attachments/{number:int}")
async def attachment(request: AnyRequest, id: FromPath[int], number: FromPath[int]) -> Response[bytes]:
    """Handed over as a download: what came by mail is never shown as a page of ours."""
    mail = await _mail(request, id)
    if not 0 <= number < len(mail.attachments):
        raise NotFoundException(f"This mail has no attachment {number}.")
    content = await _practice(request).attachment(id, number)
    headers = {"content-disposition": f'attachment; filename="{_file_name(mail.attachments[number].name)}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@post("/mail/empty", status_code=303)
async def empty_mailbox(request: AnyRequest) -> Redirect:
    await _practice(request).empty_mailbox()
    return Redirect("/practice/mail", status_code=303)


@get("/carrier")
async def carrier_board(request: AnyRequest) -> Response[str]:
    """Every parcel, with the buttons of a parcel's life."""
    parcels = await _practice(request).parcels()
    return render(request, "practice/carrier.html", parcels=parcels, moves=_moves(choose_locale(request)))


@post("/carrier/{tracking:str}/{status:str}", status_code=303)
async def move_parcel(request: AnyRequest, tracking: FromPath[str], status: FromPath[Move]) -> Redirect:
    """The app is told by the carrier's webhook, as by a real one."""
    await _practice(request).move_parcel(tracking, status)
    return Redirect("/practice/carrier", status_code=303)


@get("/stripe")
async def stripe_board(request: AnyRequest) -> Response[str]:
    """Payments with their refunds, and what may still become of them."""
    payments = await _practice(request).payments()
    return render(request, "practice/stripe.html", payments=payments)


@post("/stripe/refunds/{id:str}/{outcome:str}", status_code=303)
async def end_refund(request: AnyRequest, id: FromPath[str], outcome: FromPath[Outcome]) -> Redirect:
    await _practice(request).end_refund(id, outcome)
    return Redirect("/practice/stripe", status_code=303)


@post("/stripe/payments/{intent:str}/dispute", status_code=303)
async def open_dispute(request: AnyRequest, intent: FromPath[str]) -> Redirect:
    await _practice(request).dispute(intent)
    return Redirect("/practice/stripe", status_code=303)


@post("/stripe/disputes/{id:str}/{verdict:str}", status_code=303)
async def end_dispute(request: AnyRequest, id: FromPath[str], verdict: FromPath[Verdict]) -> Redirect:
    await _practice(request).end_dispute(id, verdict)
    return Redirect("/practice/stripe", status_code=303)


@get("/mishaps")
async def mishaps(request: AnyRequest) -> Response[str]:
    """What shall go wrong next, and which webhooks are on their way."""
    practice, locale = _practice(request), choose_locale(request)
    return render(
        request,
        "practice/mishaps.html",
        armed=await practice.faults(),
        hooks=await practice.hooks(),
        kinds=_kinds(locale),
        calls=_calls(locale),
    )


@post("/mishaps", status_code=303)
async def arm(request: AnyRequest) -> Redirect:
    form = await request.form()
    kind, call, times = (typed(form, name) for name in ("kind", "call", "times"))
    if kind in KINDS and call in (REFUND, ANNOUNCE) and times in ("1", "2", "3", "5"):
        await _practice(request).fault(kind, call=call, times=int(times))
    return Redirect("/practice/mishaps", status_code=303)


@post("/mishaps/none", status_code=303)
async def disarm(request: AnyRequest) -> Redirect:
    await _practice(request).disarm()
    return Redirect("/practice/mishaps", status_code=303)


@post("/hooks/{order:str}", status_code=303)
async def hold_or_release(request: AnyRequest, order: FromPath[Literal["hold", "release"]]) -> Redirect:
    practice = _practice(request)
    await (practice.hold_hooks() if order == "hold" else practice.release_hooks())
    return Redirect("/practice/mishaps", status_code=303)


def _practice(request: AnyRequest) -> PracticeClient:
    return request.app.state.practice


async def _mail(request: AnyRequest, id: int) -> Mail:
    try:
        return await _practice(request).mail(id)
    except PracticeRefused:
        raise NotFoundException(f"There is no mail {id}.") from None


async def _pictures(request: AnyRequest, mail: Mail) -> list[str]:
    """The pictures that came with a mail, as data: addresses, in their order."""
    return [
        f"data:{each.type};base64,{b64encode(await _practice(request).attachment(mail.id, number)).decode()}"
        for number, each in enumerate(mail.attachments)
        if each.type in ("image/png", "image/jpeg")
    ]


def _harmless(html: str, pictures: list[str]) -> str:
    """The mail's words, styles, links and own pictures, without forms, scripts or anything from elsewhere."""
    waiting = iter(pictures)
    own = re.sub(r'src="cid:[^"]*"', lambda _: f'src="{next(waiting, "")}"', html)
    return nh3.clean(
        own,
        tags=SAFE_TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes={
            "a": {"href"},
            "img": {"src", "alt", "width"},
            "table": {"width", "cellpadding", "cellspacing"},
            "td": {"colspan", "align"},
            "th": {"colspan", "align"},
            "*": {"style"},
        },
        attribute_filter=lambda tag, name, value: (
            value if (tag, name) != ("img", "src") or value.startswith("data:image/") else None
        ),
        url_schemes={"http", "https", "mailto", "data"},
    )


def _page(body: str) -> str:
    return (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>-</title><base target="_top"><body style="margin:0;background:#f3f4f6">{body}'
    )


def _arrived(mail: Mail) -> datetime:
    return datetime.fromtimestamp(mail.arrived, UTC)


def _file_name(name: str) -> str:
    """Safe within a header's quotes."""
    kept = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in " ._-"))
    return kept.strip() or "attachment"


def _away(request: AnyRequest, problem: PracticeAway) -> Response[str]:
    return render(request, "practice/away.html", status=problem.status)


def _refused(request: AnyRequest, problem: PracticeRefused) -> Response[str]:
    return render(request, "practice/refused.html", status=problem.status, sentence=_sentence(problem))


def _sentence(problem: PracticeRefused) -> str:
    """The practice world's own words, out of its JSON."""
    try:
        told = msgspec.json.decode(str(problem))
        return str(told.get("detail") or told["error"]["message"])
    except (msgspec.DecodeError, AttributeError, KeyError, TypeError):
        return str(problem)


def _moves(locale: str) -> list[tuple[Move, str]]:
    _ = translator(locale).gettext
    words: dict[Move, str] = {
        "dropped_off": _("Drop off"),
        "in_transit": _("In transit"),
        "delivered": _("Delivered"),
    }
    return [(move, words[move]) for move in MOVES]


def _calls(locale: str) -> list[tuple[str, str]]:
    _ = translator(locale).gettext
    return [(REFUND, _("refund at Stripe")), (ANNOUNCE, _("announcement at Sendcloud"))]


def _kinds(locale: str) -> dict[str, str]:
    _ = translator(locale).gettext
    return {
        "lose_answer": _("Do the work, then close the connection without an answer"),
        "slow": _("Take two seconds before the work is done"),
        "slow_answer": _("Do the work, then wait two seconds before the answer"),
        "webhook_first": _("Deliver the webhook before the answer"),
        "webhook_twice": _("Deliver the webhook twice"),
        "stored_500": _("Do nothing, answer 500 and replay it"),
        "stored_500_after_work": _("Do the work, answer 500 and replay it"),
        "conflict": _("Answer 409: the key is in use"),
        "rate_limit": _("Answer 429: too many requests"),
        "end_pending": _("Leave the refund pending"),
        "refuse_mail": _("Refuse the mail for now"),
        "drop_after_data": _("Accept the mail, then hang up without saying so"),
    }
