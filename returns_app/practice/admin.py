"""The admin API of the practice world: mishaps, buttons and look-ups, as JSON under /_practice."""

from __future__ import annotations

import hmac
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from returns_app.practice import carrier, hooks, mailbox, sendcloud
from returns_app.practice.faults import Fault, armed, disarm, set_fault
from returns_app.practice.mailbox import Mail
from returns_app.practice.state import Document
from returns_app.practice.stripe_api import forget_keys
from returns_app.practice.stripe_board import (
    DashboardRefund,
    Payment,
    Seed,
    decide_dispute,
    decide_refund,
    dispute_payment,
    pay_checkout,
    payments,
    refund_in_dashboard,
    seed_payment,
)
from returns_app.practice.world import Here, World

Kind = Literal["payment_intent", "charge", "refund", "dispute", "event", "checkout.session"]
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Address(msgspec.Struct, frozen=True):
    webhook_url: str


class Outcome(msgspec.Struct, frozen=True):
    outcome: Literal["succeeded", "failed", "requires_action"]
    reason: str = "unknown"


class Verdict(msgspec.Struct, frozen=True):
    status: Literal["won", "lost"]


class Disputed(msgspec.Struct, frozen=True):
    payment_intent: str


class Paid(msgspec.Struct, frozen=True):
    method: str = "card"


@put("/address", status_code=204)
async def set_address(world: Here, data: JSONBody[Address]) -> None:
    world.state.keep_setting("webhook_url", data.webhook_url)
    world.state.hooks_waiting.set()


@get("/faults")
async def list_faults(world: Here) -> list[Fault]:
    return armed(world.state)


@post("/faults", status_code=204)
async def arm_fault(world: Here, data: JSONBody[Fault]) -> None:
    set_fault(world.state, data)


@delete("/faults")
async def disarm_faults(world: Here) -> None:
    disarm(world.state)


@get("/hooks")
async def list_hooks(world: Here) -> list[hooks.Waiting]:
    """The newest 200 webhooks, whether or not they have arrived."""
    return hooks.newest(world.state)


@post("/hooks/{order:str}", status_code=204)
async def hold_or_release(world: Here, order: FromPath[Literal["hold", "release"]]) -> None:
    (hooks.hold if order == "hold" else hooks.release)(world.state)


@get("/stripe/payments")
async def list_payments(world: Here) -> list[Payment]:
    return payments(world.state)


@get("/stripe/objects/{kind:str}")
async def list_objects(world: Here, kind: FromPath[Kind]) -> list[Document]:
    return world.state.all(kind)


@post("/stripe/payments")
async def make_payment(world: Here, data: JSONBody[Seed]) -> Document:
    return seed_payment(world.state, data)


@post("/stripe/refunds")
async def make_dashboard_refund(world: Here, data: JSONBody[DashboardRefund]) -> Document:
    return refund_in_dashboard(world.state, data)


@post("/stripe/refunds/{id:str}", status_code=200)
async def end_refund(world: Here, id: FromPath[str], data: JSONBody[Outcome]) -> Document:
    return decide_refund(world.state, id, data.outcome, data.reason)


@post("/stripe/disputes")
async def make_dispute(world: Here, data: JSONBody[Disputed]) -> Document:
    return dispute_payment(world.state, data.payment_intent)


@post("/stripe/disputes/{id:str}", status_code=200)
async def end_dispute(world: Here, id: FromPath[str], data: JSONBody[Verdict]) -> Document:
    return decide_dispute(world.state, id, data.status)


@post("/stripe/checkout/{id:str}", status_code=200)
async def pay_session(world: Here, id: FromPath[str], data: JSONBody[Paid]) -> Document:
    return pay_checkout(world.state, id, data.method)


@post("/stripe/lapse-keys", status_code=204)
async def lapse_keys(world: Here) -> None:
    forget_keys(world.state)


@get("/mails")
async def list_mails(world: Here, to: FromQuery[str] = "", limit: FromQuery[Count] = 200) -> list[Mail]:
    return mailbox.mails(world.state, to=to, limit=limit)


@get("/mails/{id:int}")
async def one_mail(world: Here, id: FromPath[int]) -> Mail:
    if mail := mailbox.mail_numbered(world.state, id):
        return mail
    raise NotFoundException(f"There is no mail {id}.")


@get("/mails/{id:int}/raw", media_type="message/rfc822")
async def raw_mail(world: Here, id: FromPath[int]) -> bytes:
    if raw := mailbox.raw_mail(world.state, id):
        return raw
    raise NotFoundException(f"There is no mail {id}.")


@get("/mails/{id:int}/attachments/{number:int}")
async def attachment(world: Here, id: FromPath[int], number: FromPath[int]) -> Response[bytes]:
    if found := mailbox.attached(world.state, id, number):
        return Response(found[1], media_type=found[0].type)
    raise NotFoundException(f"Mail {id} has no attachment {number}.")


@delete("/mails")
async def empty_mailbox(world: Here) -> None:
    mailbox.empty_mailbox(world.state)


@get("/carrier/parcels")
async def list_parcels(world: Here) -> list[carrier.Parcel]:
    return carrier.parcels(world.state)


@post("/carrier/parcels")
async def register_parcel(world: Here, data: JSONBody[carrier.Parcel]) -> carrier.Parcel:
    return carrier.register(world.state, data)


@post("/carrier/parcels/{tracking:str}/{status:str}", status_code=200)
async def move_parcel(world: Here, tracking: FromPath[str], status: FromPath[carrier.Move]) -> carrier.Parcel:
    try:
        return carrier.move(world.state, tracking, status, world.announce)
    except carrier.UnknownParcel:
        raise NotFoundException(f"The practice carrier does not know {tracking}.") from None


class Refusal(msgspec.Struct, frozen=True):
    sentence: str


@post("/sendcloud/refusal", status_code=204)
async def refuse_announcement(world: Here, data: JSONBody[Refusal]) -> None:
    """The next announcement at Sendcloud is refused with this sentence."""
    sendcloud.refuse_next(world.state, data.sentence)


def admin_router(world: World) -> Router:
    """Everything under /_practice, opened by `Authorization: Bearer <secret>`."""
    return Router(
        "/_practice",
        route_handlers=[
            set_address,
            list_faults,
            arm_fault,
            disarm_faults,
            list_hooks,
            hold_or_release,
            list_payments,
            list_objects,
            make_payment,
            make_dashboard_refund,
            end_refund,
            make_dispute,
            end_dispute,
            pay_session,
            lapse_keys,
            list_mails,
            one_mail,
            raw_mail,
            attachment,
            empty_mailbox,
            list_parcels,
            register_parcel,
            move_parcel,
            refuse_announcement,
        ],
        dependencies={"world": Provide(lambda: world, sync_to_thread=False)},
        guards=[_knows(world.secret)],
    )


def _knows(secret: str) -> Any:
    """Without it, any page open in the developer's browser could press the buttons."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        given = connection.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
            raise NotAuthorizedException("The practice secret is missing or wrong.")

    return guard
