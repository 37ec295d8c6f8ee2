"""The names of what the journal records, each with the sentence it stands for."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """A journal event: `value` is its stored name, `meaning` says when it is written."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> Event:
        event = str.__new__(cls, name)
        event._value_ = name
        event.meaning = meaning
        return event

    # The return
    RETURN_REQUESTED = "return.requested", "A shopper, or staff for them, asked to return lines of an order."
    RETURN_IN_REVIEW = "return.in_review", "A person has to decide on at least one line."
    RETURN_APPROVED = "return.approved", "Every line is decided and at least one may come back."
    RETURN_REJECTED = "return.rejected", "Every line is decided and none may come back."
    RETURN_RECONSIDERED = "return.reconsidered", "Staff took a rejection back; the return is approved."
    RETURN_CHANGED = "return.changed", "The shopper or staff changed a resolution, a method or a quantity."
    RETURN_CANCELLED = "return.cancelled", "The return was called off before anything was sent."
    RETURN_EXPIRED = "return.expired", "The send-back deadline of a voluntary return passed without a scan."
    RETURN_REOPENED = "return.reopened", "A scan or a parcel brought an expired or cancelled return back."
    RETURN_RECEIVED = "return.received", "The bench counted a parcel of the return: what is there, what not."
    RETURN_GRADED = "return.graded", "Every unit on the bench has a grade and a disposition."
    RETURN_SETTLING = "return.settling", "The quote ran on what really came; money, credit or goods go out."
    RETURN_SETTLED = "return.settled", "Everything due was given: refund, credit and exchange are done."
    RETURN_UNSETTLED = "return.unsettled", "Something given came undone, or more came back; it settles again."
    RETURN_CLOSED = "return.closed", "Nothing is left to do or to object to."
    RETURN_NOTED = "return.noted", "Staff wrote a note on the case."

    # Lines and units
    LINE_ACCEPTED = "line.accepted", "Policy or a person accepted a line."
    LINE_REJECTED = "line.rejected", "Policy or a person rejected a line, with a reason the shopper sees."
    LINE_REFUSED = "line.refused", "The bench refused an accepted line; it goes back to the shopper."
    LINE_WITHDRAWN = "line.withdrawn", "The shopper keeps this line after all."
    DEDUCTION_PROPOSED = "deduction.proposed", "The bench proposes to pay less for a unit and says why."
    DEDUCTION_CONFIRMED = "deduction.confirmed", "A person confirmed a deduction; the shopper may object."
    DEDUCTION_DROPPED = "deduction.dropped", "A deduction was withdrawn; the unit is paid in full."
    DEDUCTION_OBJECTED = "deduction.objected", "The shopper objected to a deduction; a person answers."
    UNIT_RESTOCKED = "unit.restocked", "A unit went back on sale."

    # Labels and parcels
    LABEL_REQUESTED = "label.requested", "A label is wanted from a carrier; the row exists before the call."
    LABEL_READY = "label.ready", "The label is made and stored; these bytes are what is opened again."
    LABEL_FAILED = "label.failed", "The carrier would not make the label; a person or another method helps."
    LABEL_VOIDED = "label.voided", "A label that was never scanned was taken back."
    PARCEL_MOVED = "parcel.moved", "A carrier's scan or the bench changed where a parcel is."
    PARCEL_UNANNOUNCED = "parcel.unannounced", "A parcel arrived that no return announces."
    PARCEL_UNDELIVERED = "parcel.undelivered", "An outbound parcel came back refused or undeliverable."
    PARCEL_MATCHED = "parcel.matched", "An unannounced parcel was given to a return."

    # Money back
    REFUND_PLANNED = "refund.planned", "A refund row exists with its own key; nothing has left yet."
    REFUND_SENT = "refund.sent", "The provider is being asked, under the refund's own key."
    REFUND_PENDING = "refund.pending", "The provider took the refund and has not finished it."
    REFUND_UNKNOWN = "refund.unknown", "The provider's answer was lost; reading its side will settle it."
    REFUND_SUCCEEDED = "refund.succeeded", "The provider says the money is on its way to the shopper."
    REFUND_FAILED = "refund.failed", "The provider says the refund failed, perhaps after it had succeeded."
    REFUND_CANCELLED = "refund.cancelled", "A refund was called off before it was paid."
    REFUND_FOUND = "refund.found", "The provider reports a refund that we did not start."
    PAYOUT_DUE = "payout.due", "Money must be paid by hand, since no payment can take it."
    PAYOUT_RECORDED = "payout.recorded", "A person recorded who paid out what, where, under which reference."
    DISPUTE_OPENED = "dispute.opened", "The shopper's bank disputes a payment; automatic refunds of it stop."
    DISPUTE_CLOSED = "dispute.closed", "A dispute ended, won or lost."

    # Store credit
    CREDIT_ISSUED = "credit.issued", "Store credit was issued, principal and bonus in entries of their own."
    CREDIT_RESTORED = "credit.restored", "Credit that had paid the order is back in its own lots."
    CREDIT_HELD = "credit.held", "The shop set credit aside for an order."
    CREDIT_SPENT = "credit.spent", "Held credit was spent."
    CREDIT_LET_GO = "credit.let_go", "A hold on credit was given up."
    CREDIT_FROZEN = "credit.frozen", "Credit is frozen while the payment behind it is disputed."
    CREDIT_TAKEN_BACK = "credit.taken_back", "Issued credit was undone, unspent bonus first."
    CREDIT_EXPIRED = "credit.expired", "Credit passed its last day and was booked as breakage."

    # The other item
    EXCHANGE_OFFERED = "exchange.offered", "The shopper has to choose the other item, or choose again."
    EXCHANGE_RESERVED = "exchange.reserved", "Stock for the other item is set aside until a date."
    EXCHANGE_RENEWED = "exchange.renewed", "A carrier's scan gave the reservation more time."
    EXCHANGE_PAYMENT_ASKED = "exchange.payment_asked", "The shopper got a link to pay the difference."
    EXCHANGE_PAID = "exchange.paid", "The difference was paid."
    EXCHANGE_RELEASED = "exchange.released", "The other item is ready to send; the shop is about to be told."
    EXCHANGE_SENT = "exchange.sent", "The shop has the order for the other item."
    EXCHANGE_SHIPPED = "exchange.shipped", "The other item left the shop, with its tracking number."
    EXCHANGE_FELL_THROUGH = "exchange.fell_through", "Sold out, unpaid or off; the shopper chooses again."

    # Papers, words, clocks
    CREDIT_NOTE_ISSUED = "credit_note.issued", "A numbered credit note undoes the sale of the units settled."
    REMINDER_DUE = "reminder.due", "A label has lain unused for the policy's days."
    PAYMENT_OVERDUE = "payment.overdue", "The law's last day to pay is near or past, and money has not gone."
    MESSAGE_FAILED = "message.failed", "A message could not be delivered."
