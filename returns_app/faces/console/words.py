"""What happened and what waits, in the words of the people who work on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from returns_app import wording
from returns_app.core.events import Event
from returns_app.journal.actors import Actor
from returns_app.journal.queries import Happened
from returns_app.journal.tasks import OpenTask
from returns_app.money import Money
from returns_app.wording import N_, translator

EVENTS: Mapping[Event, str] = {
    Event.RETURN_REQUESTED: N_("Return asked for"),
    Event.RETURN_IN_REVIEW: N_("Waits for a person to decide"),
    Event.RETURN_APPROVED: N_("Return approved"),
    Event.RETURN_REJECTED: N_("Return rejected"),
    Event.RETURN_RECONSIDERED: N_("Rejection taken back"),
    Event.RETURN_CHANGED: N_("Return changed"),
    Event.RETURN_CANCELLED: N_("Return cancelled"),
    Event.RETURN_EXPIRED: N_("Return expired: nothing was sent in time"),
    Event.RETURN_REOPENED: N_("Return opened again: a parcel is on its way"),
    Event.RETURN_RECEIVED: N_("Parcel counted at the bench"),
    Event.RETURN_GRADED: N_("Items graded"),
    Event.RETURN_SETTLING: N_("Settling: what is due was worked out again on what came"),
    Event.RETURN_SETTLED: N_("Everything due was given"),
    Event.RETURN_UNSETTLED: N_("Something given came undone"),
    Event.RETURN_CLOSED: N_("Return closed"),
    Event.RETURN_NOTED: N_("Note"),
    Event.LINE_ACCEPTED: N_("Item accepted"),
    Event.LINE_REJECTED: N_("Item rejected"),
    Event.LINE_REFUSED: N_("Item refused at the bench"),
    Event.LINE_WITHDRAWN: N_("The shopper keeps this item"),
    Event.DEDUCTION_PROPOSED: N_("Deduction proposed"),
    Event.DEDUCTION_CONFIRMED: N_("Deduction confirmed"),
    Event.DEDUCTION_DROPPED: N_("Deduction dropped"),
    Event.DEDUCTION_OBJECTED: N_("The shopper objected to the deduction"),
    Event.UNIT_RESTOCKED: N_("Item back in stock"),
    Event.LABEL_REQUESTED: N_("Label asked of the carrier"),
    Event.LABEL_READY: N_("Label ready"),
    Event.LABEL_FAILED: N_("The carrier made no label"),
    Event.LABEL_VOIDED: N_("Label taken back"),
    Event.PARCEL_MOVED: N_("News of the parcel"),
    Event.PARCEL_UNANNOUNCED: N_("Unannounced return arrived"),
    Event.PARCEL_UNDELIVERED: N_("Parcel came back refused or not collected"),
    Event.PARCEL_MATCHED: N_("Box given to this return"),
    Event.REFUND_PLANNED: N_("Refund planned"),
    Event.REFUND_SENT: N_("Refund sent to the payment provider"),
    Event.REFUND_PENDING: N_("Refund accepted by the payment provider"),
    Event.REFUND_UNKNOWN: N_("The answer about a refund was lost; it is being looked up"),
    Event.REFUND_SUCCEEDED: N_("Refund paid"),
    Event.REFUND_FAILED: N_("Refund failed"),
    Event.REFUND_CANCELLED: N_("Refund called off"),
    Event.REFUND_FOUND: N_("A refund made outside this app was found"),
    Event.PAYOUT_DUE: N_("Money to be paid by hand"),
    Event.PAYOUT_RECORDED: N_("Payment recorded"),
    Event.DISPUTE_OPENED: N_("The payment is disputed"),
    Event.DISPUTE_CLOSED: N_("The dispute ended"),
    Event.CREDIT_ISSUED: N_("Store credit issued"),
    Event.CREDIT_RESTORED: N_("Store credit put back"),
    Event.CREDIT_HELD: N_("Store credit set aside for an order"),
    Event.CREDIT_SPENT: N_("Store credit spent"),
    Event.CREDIT_LET_GO: N_("Store credit no longer set aside"),
    Event.CREDIT_FROZEN: N_("Store credit frozen"),
    Event.CREDIT_TAKEN_BACK: N_("Store credit taken back"),
    Event.CREDIT_EXPIRED: N_("Store credit expired"),
    Event.EXCHANGE_OFFERED: N_("The shopper chooses another item"),
    Event.EXCHANGE_RESERVED: N_("Other item set aside"),
    Event.EXCHANGE_RENEWED: N_("Other item set aside for longer"),
    Event.EXCHANGE_PAYMENT_ASKED: N_("The shopper was asked to pay the difference"),
    Event.EXCHANGE_PAID: N_("The difference was paid"),
    Event.EXCHANGE_RELEASED: N_("Other item ready to be sent"),
    Event.EXCHANGE_SENT: N_("Order for the other item placed"),
    Event.EXCHANGE_SHIPPED: N_("Other item on its way"),
    Event.EXCHANGE_FELL_THROUGH: N_("The exchange fell through"),
    Event.CREDIT_NOTE_ISSUED: N_("Credit note issued"),
    Event.REMINDER_DUE: N_("Reminder: the label lies unused"),
    Event.PAYMENT_OVERDUE: N_("The law's last day to pay is near or past"),
    Event.MESSAGE_FAILED: N_("A message could not be delivered"),
}
_WENT_WRONG = frozenset(
    {
        Event.RETURN_REJECTED,
        Event.LINE_REJECTED,
        Event.LINE_REFUSED,
        Event.LABEL_FAILED,
        Event.REFUND_FAILED,
        Event.RETURN_UNSETTLED,
        Event.DISPUTE_OPENED,
        Event.EXCHANGE_FELL_THROUGH,
        Event.MESSAGE_FAILED,
    }
)

_PEOPLE: Mapping[str, str] = {
    "shopper": N_("Shopper"),
    "staff": N_("Staff"),
    "shop": N_("Shop system"),
    "carrier": N_("Carrier"),
    "provider": N_("Payment provider"),
    "system": N_("Automatic"),
}


class Entry(msgspec.Struct, frozen=True):
    """An event as the timeline shows it."""

    title: str
    state: Literal["done", "failed"]
    when: str
    who: str
    text: str


def entry(event: Happened, titles: Mapping[str, str], locale: str, zone: str) -> Entry:
    """`titles` names the items by their return line's id."""
    known = EVENTS.get(Event(event.kind)) if event.kind in list(Event) else None
    return Entry(
        title=translator(locale).gettext(known) if known else event.kind,
        state="failed" if event.kind in _WENT_WRONG else "done",
        when=wording.when(event.at, locale, zone),
        who=who(event.actor, locale),
        text=" · ".join(_details(event.data, titles, locale)),
    )


def who(actor: Actor, locale: str) -> str:
    """Who did it: a person's name, else what kind of hand it was."""
    _ = translator(locale).gettext
    if actor.kind == "staff" and actor.name:
        return _("%(name)s, for the shopper") % {"name": actor.name} if actor.on_behalf else actor.name
    return _(_PEOPLE[actor.kind])


def _details(data: Mapping[str, Any], titles: Mapping[str, str], locale: str) -> list[str]:
    details = [titles[data["line"]]] if data.get("line") in titles else []
    details += [wording.money(amount, locale) for amount in _amounts(data)]
    if data.get("state") in wording.PARCEL_STATUS:
        details.append(wording.parcel_status(data["state"], locale, "staff"))
    details += [
        str(data[name]) for name in ("reason", "note", "reference", "problem") if _said(data.get(name))
    ]
    return details


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _amounts(data: Mapping[str, Any]) -> list[Money]:
    currency = data.get("currency")
    found = [data.get(name) for name in ("amount", "refund", "credit")]
    if not isinstance(currency, str):
        return []
    return [Money(minor, currency) for minor in found if isinstance(minor, int) and minor]


class TaskWords(msgspec.Struct, frozen=True):
    """What a kind of task is called, and what is safe to do about it."""

    title: str
    advice: str


TASKS: Mapping[str, TaskWords] = {
    "refund.failed": TaskWords(
        N_("A refund failed"),
        N_("Try it again, or pay another way and record it. Nothing has been paid twice."),
    ),
    "refund.no_gateway": TaskWords(
        N_("A refund can't be sent"),
        N_("The way it was paid is not connected. Pay another way and record it here."),
    ),
    "refund.too_much": TaskWords(
        N_("A refund was paid after all"),
        N_("It had failed before. Look whether it was paid another way too."),
    ),
    "refund.elsewhere": TaskWords(
        N_("A refund was made outside this app"),
        N_("It is counted already. Look whether a return would pay it again."),
    ),
    "payout.due": TaskWords(
        N_("Money has to be paid by hand"),
        N_("Pay it, then record the reference here."),
    ),
    "dispute.open": TaskWords(
        N_("A payment is disputed"),
        N_("No refund is made on it until the dispute is over."),
    ),
    "deduction.proposed": TaskWords(
        N_("A deduction is proposed"),
        N_("Confirm it, change it or drop it. Nothing is paid for this item until then."),
    ),
    "return.short": TaskWords(
        N_("Paid before it came, and something is missing"),
        N_("Money is never taken back by itself. Write to the shopper, then decide."),
    ),
    "return.came_late": TaskWords(
        N_("It came in after the return had ended"),
        N_("Its items are in another return now. Look at both."),
    ),
    "label.failed": TaskWords(
        N_("The carrier made no label"),
        N_("Correct the address, or send the shopper a label by hand."),
    ),
    "exchange.sold_out": TaskWords(
        N_("The other item is sold out"),
        N_("Ask the shopper to choose again."),
    ),
    "parcel.unannounced": TaskWords(
        N_("A box without a return"),
        N_("Find out whose it is, and give it to their return."),
    ),
    "parcel.undelivered": TaskWords(
        N_("A parcel came back refused or not collected"),
        N_("Ask the shopper what they would like, or give it to their return."),
    ),
    "job.failed": TaskWords(
        N_("A step keeps failing"),
        N_("Look at the reason, then run it again. Running it again is harmless."),
    ),
}
_OTHER_TASK = TaskWords(N_("Something needs a person"), N_("Read what happened and decide."))


_OWN_ADVICE = (
    " Retry it, or pay another way and record it.",
    " Connect it, or pay another way and record it.",
    " Check what else was paid.",
    " Confirm it, change it or drop it; nothing is paid for this item until then.",
    " Decide what to do.",
    " Correct the address or send one by hand.",
    " Ask the shopper to choose again.",
)
"""How the stored sentences end; the console says it in the reader's language instead."""


def happened(task: OpenTask) -> str:
    """What happened, without the advice that stands beside it."""
    tail = next((tail for tail in _OWN_ADVICE if task.sentence.endswith(tail)), "")
    return task.sentence.removesuffix(tail)


def task_title(task: OpenTask, locale: str) -> str:
    return translator(locale).gettext(TASKS.get(task.kind, _OTHER_TASK).title)


def task_advice(task: OpenTask, locale: str) -> str:
    return translator(locale).gettext(TASKS.get(task.kind, _OTHER_TASK).advice)
