"""What the follow page says of a return: where it is, what comes next and by when, and every amount."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from returns_app import wording
from returns_app.core.lifecycle import PARCEL_SCANNED, RETURN_OPEN, LineDecision, RefundState, ReturnState
from returns_app.core.reference import grouped
from returns_app.credit.queries import CreditSeen
from returns_app.exchanges.queries import ExchangeSeen
from returns_app.faces.portal.changes import change_sentences
from returns_app.faces.portal.happened import Entry, done_entries
from returns_app.faces.portal.said import in_language, options_words, reason_words
from returns_app.faces.portal.sums import Named, Sum, sum_of
from returns_app.journal.queries import Happened
from returns_app.merchants.queries import Shop
from returns_app.merchants.settings import PostalAddress
from returns_app.money import Money
from returns_app.refunds.queries import RefundSeen
from returns_app.returns.queries import DecisionSeen, ReturnLineSeen, ReturnSeen
from returns_app.settlement.queries import SettlementSeen
from returns_app.shipping.queries import ParcelSeen
from returns_app.wording import N_, translator

LabelStands = Literal["none", "waiting", "ready", "failed"]


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a return."""

    shop: Shop
    seen: ReturnSeen
    parcels: list[ParcelSeen]
    refunds: list[RefundSeen]
    credits: list[CreditSeen]
    exchanges: list[ExchangeSeen]
    settlements: list[SettlementSeen]
    happened: list[Happened]
    decisions: list[DecisionSeen]
    at: datetime

    @property
    def nothing_to_send(self) -> bool:
        return all(line.resolution == "keep" for line in self.seen.lines)

    @property
    def scanned(self) -> bool:
        return any(parcel.state in PARCEL_SCANNED for parcel in self.parcels)

    @property
    def received(self) -> bool:
        return any(each.kind == "return.received" for each in self.happened)

    @property
    def waits_for_parcel(self) -> bool:
        """It is the shopper's turn."""
        approved = self.seen.status == ReturnState.APPROVED
        return approved and not (self.scanned or self.received or self.nothing_to_send)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line. `about`: options, reason, outcome. `state` is empty where all went well; `because` says why."""

    title: str
    about: str
    picture: str | None
    state: str
    tone: str
    because: str


class Given(msgspec.Struct, frozen=True):
    """Money, on its way or there."""

    words: str
    amount: Money
    when: str


class CreditGiven(msgspec.Struct, frozen=True):
    """Store credit: `worth` when it was issued, `left` now. `until` is empty when it stays valid."""

    code: str
    worth: Money
    bonus: Money
    left: Money
    until: str


class Paper(msgspec.Struct, frozen=True):
    file: str
    words: str


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """The page's content, in words."""

    life: Life
    heading: str
    next: list[str]
    label: LabelStands
    pdf: bool
    qr: bool
    address: list[str]
    tracking: str | None
    entries: list[Entry]
    items: list[Item]
    sum: Sum
    changes: list[str]
    money: list[Given]
    credits: list[CreditGiven]
    papers: list[Paper]


def followed(life: Life, locale: str) -> Followed:
    label = _label(life)
    return Followed(
        life=life,
        heading=_heading(life, locale),
        next=_next(life, label, locale),
        label=label,
        pdf=label == "ready" and any(parcel.pdf for parcel in life.parcels),
        qr=label == "ready" and _shows_code(life),
        address=_address(life),
        tracking=next((parcel.tracking for parcel in life.parcels if parcel.tracking), None),
        entries=[*done_entries(life.happened, life.shop, locale), *_coming(life, label, locale)],
        items=[_item(life, line, locale) for line in life.seen.lines],
        sum=sum_of(life.seen.quote, names_of(life), locale),
        changes=change_sentences([each.differences for each in life.settlements], names_of(life), locale),
        money=_money(life, locale),
        credits=[_credit(each, locale) for each in life.credits],
        papers=_papers(life, locale),
    )


def names_of(life: Life) -> dict[str, Named]:
    return {str(line.order_line): Named(line.title, options_words(line.options)) for line in life.seen.lines}


def _label(life: Life) -> LabelStands:
    if life.seen.status not in RETURN_OPEN or life.seen.method not in ("label", "qr"):
        return "ready" if any(parcel.label == "ready" for parcel in life.parcels) else "none"
    states = [parcel.label for parcel in life.parcels if parcel.label]
    if "ready" in states:
        return "ready"
    if "failed" in states:
        return "failed"
    return "waiting" if life.waits_for_parcel else "none"


def _shows_code(life: Life) -> bool:
    """A printed label carries its code already; on a phone it only matters where the counter prints."""
    return life.seen.method == "qr" and any(parcel.qr for parcel in life.parcels)


# What is said first --------------------------------------------------------------------------------

_HEADINGS = {
    "requested": N_("We have received your return"),
    "in_review": N_("We are looking at your return"),
    "settling": N_("We are settling your return"),
    "settled": N_("Your return is done"),
    "closed": N_("Your return is done"),
    "rejected": N_("Your return was not accepted"),
    "cancelled": N_("This return is cancelled"),
    "expired": N_("This return has expired"),
}


def _heading(life: Life, locale: str) -> str:
    _ = translator(locale).gettext
    if life.seen.status != ReturnState.APPROVED:
        return _(_HEADINGS[life.seen.status])
    if life.received:
        return _("Your parcel has arrived")
    if life.scanned:
        return _("Your parcel is on its way")
    return _("Your return is approved") if life.nothing_to_send else _("Send your parcel")


_NEXT = {
    "requested": N_("We decide soon and mail you."),
    "in_review": N_(
        "A person looks at it first. We mail you as soon as it is decided; keep the items until then."
    ),
    "settled": N_("Everything has been given. There is nothing left for you to do."),
    "closed": N_("Everything has been given. There is nothing left for you to do."),
    "rejected": N_("Below you read why. You keep the items. Do you disagree? A person will help you."),
    "cancelled": N_("You keep the items, and nothing is paid back. You can start again while there is time."),
    "expired": N_(
        "The parcel was not handed in by the last day. Have you sent it after all? Then we still take it in."
    ),
}


def _next(life: Life, label: LabelStands, locale: str) -> list[str]:
    _ = translator(locale).gettext
    status = life.seen.status
    if status in _NEXT:
        return [_(_NEXT[status])]
    if life.waits_for_parcel:
        return _send_it(life, label, locale)
    if life.received or status == ReturnState.SETTLING:
        said = [_("We look at what came and give you what was agreed.")]
    else:
        said = [_("We mail you when it has arrived.")]
    return [*said, *_latest(life, locale)]


def _send_it(life: Life, label: LabelStands, locale: str) -> list[str]:
    _ = translator(locale).gettext
    said = []
    if life.seen.send_back_by:
        day = wording.date(life.seen.send_back_by, locale)
        said.append(_("Hand it in by %(day)s.") % {"day": day})
    return said if label == "failed" else [*said, _(_HOW[life.seen.method])]


_HOW = {
    "label": N_("Print the label, stick it on the parcel and hand it in. Cover older barcodes."),
    "qr": N_("Show the code at the counter; the label is printed there for you."),
    "store": N_("Bring the items to the counter and show your return number."),
    "pickup": N_("Have the parcel ready; the carrier comes to your door."),
    "own": N_("Put your return number in the parcel, send it to this address, and keep the receipt."),
}


def _latest(life: Life, locale: str) -> list[str]:
    by = life.seen.pay_by
    if by is None or not life.seen.quote.refund:
        return []
    words = translator(locale).gettext("Your money is sent on %(day)s at the latest.")
    return [words % {"day": wording.date(by, locale)}]


def _address(life: Life) -> list[str]:
    """Where to send or bring it, for those who find their own way."""
    if life.seen.method not in ("own", "store") or not life.waits_for_parcel:
        return []
    named = next((each.answers.ship_to for each in life.decisions if each.answers.ship_to), None)
    return postal(life.shop.settings.warehouse(named).address, life.shop.name)


def postal(address: PostalAddress, shop: str) -> list[str]:
    street = f"{address.street} {address.house_number}".strip()
    city = f"{address.postal_code} {address.city}".strip()
    lines = [address.company or address.name or shop, street, address.extra, city]
    return [line for line in lines if line] + ([address.country] if city else [])


# Money, credit and papers --------------------------------------------------------------------------


def _money(life: Life, locale: str) -> list[Given]:
    return [
        Given(
            wording.refund_status(refund.state, locale),
            refund.amount,
            wording.when(refund.settled_at or refund.planned_at, locale, life.shop.timezone),
        )
        for refund in life.refunds
        if refund.state != RefundState.CANCELLED
    ]


def _credit(credit: CreditSeen, locale: str) -> CreditGiven:
    until = wording.full_date(credit.expires_on, locale) if credit.expires_on else ""
    worth = credit.principal + credit.bonus
    return CreditGiven(grouped(credit.code), worth, credit.bonus, credit.balance, until)


def _papers(life: Life, locale: str) -> list[Paper]:
    """What can be opened again later, while the label itself is no longer on top of the page."""
    _ = translator(locale).gettext
    if life.waits_for_parcel:
        return []
    pdf = [Paper("label.pdf", _("Label"))] if any(each.pdf for each in life.parcels) else []
    qr = [Paper("code.png", _("Code for the counter"))] if _shows_code(life) else []
    return pdf + qr


# The timeline's future -----------------------------------------------------------------------------


def _coming(life: Life, label: LabelStands, locale: str) -> list[Entry]:
    """What is still to come; the first of it is where the return stands."""
    if life.seen.status not in RETURN_OPEN:
        return []
    _ = translator(locale).gettext
    titles: list[tuple[str, str]] = []
    if life.seen.status in (ReturnState.REQUESTED, ReturnState.IN_REVIEW):
        titles.append((_("We decide"), _("By a person; you get a mail.")))
    if not life.nothing_to_send and not life.received:
        titles += _parcel_titles(life, label, locale)
    titles += [(words, "") for words in _outcomes(life, locale)]
    return [
        Entry(title=title, state="now" if place == 0 else "next", text=text)
        for place, (title, text) in enumerate(titles)
    ]


def _parcel_titles(life: Life, label: LabelStands, locale: str) -> list[tuple[str, str]]:
    _ = translator(locale).gettext
    titles = [(wording.parcel_status("label_ready", locale), "")] if label == "waiting" else []
    if not life.scanned and life.seen.method in ("label", "qr"):
        by = life.seen.send_back_by
        text = _("By %(day)s") % {"day": wording.date(by, locale)} if by else ""
        titles.append((wording.parcel_status("dropped_off", locale), text))
    return [*titles, (wording.parcel_status("received", locale), "")]


def _outcomes(life: Life, locale: str) -> list[str]:
    """What is promised and not given yet."""
    _, quote = translator(locale).gettext, life.seen.quote
    said = []
    if quote.refund and not life.refunds:
        said.append(_("%(amount)s back to you") % {"amount": wording.money(quote.refund, locale)})
    if quote.credit + quote.bonus and not life.credits:
        amount = wording.money(quote.credit + quote.bonus, locale)
        said.append(_("%(amount)s as store credit") % {"amount": amount})
    if any(line.resolution in ("exchange", "replace") for line in life.seen.lines) and not any(
        each.sent_out_at for each in life.exchanges
    ):
        said.append(_("The other item is sent to you"))
    return said


# The items -----------------------------------------------------------------------------------------

_TONES = {"rejected": "danger", "in_review": "notice"}


def _item(life: Life, line: ReturnLineSeen, locale: str) -> Item:
    outcome = wording.resolution(line.resolution, locale)
    if line.exchange_options and line.resolution == "exchange":
        outcome = f"{outcome}: {options_words(line.exchange_options) or line.exchange_title}"
    about = (options_words(line.options), _reason(life.shop, line, locale), outcome)
    return Item(
        title=f"{line.title} × {line.quantity}" if line.quantity > 1 else line.title,
        about=" · ".join(part for part in about if part),
        picture=line.picture,
        state="" if line.decision == LineDecision.ACCEPTED else wording.line_status(line.decision, locale),
        tone=_TONES.get(line.decision, "neutral"),
        because=line.decided_because or _noted(life.decisions, line, locale),
    )


def _reason(shop: Shop, line: ReturnLineSeen, locale: str) -> str:
    reason = shop.settings.all_reasons().get(line.reason or "")
    return reason_words(reason, locale) if reason else (line.reason or "")


def _noted(decisions: Sequence[DecisionSeen], line: ReturnLineSeen, locale: str) -> str:
    """The policy's own words, where a person looks at the line or it was turned down."""
    notes = [
        each.answers.note
        for each in decisions
        if each.return_line == line.id and each.verdict != "accepted" and each.answers.note
    ]
    return in_language(dict(notes[-1].each), locale) if notes else ""
