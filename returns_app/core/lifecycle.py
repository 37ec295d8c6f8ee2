"""What may happen next: small machines beside each other, each one table of moves.

A return is not one long status but several facts side by side: what was decided per
line, where each parcel is, what came out of it, where the money and the new item are.

*Final* means that nothing more is expected. The world may still bring a final state
back to life (a parcel of an expired return arrives, a refund fails after it succeeded),
so a final state can have moves; a state that is not final always has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar

State = TypeVar("State", bound=StrEnum)
Move = TypeVar("Move", bound=str)


class IllegalMove(ValueError):
    """This cannot happen now: the state and the event are named, nothing was changed."""

    status = 409
    code = "illegal-move"

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(f"a {machine} that is {state!s} cannot {event!s}")
        self.machine, self.state, self.event = machine, str(state), event


@dataclass(frozen=True)
class Machine(Generic[State, Move]):
    """One table: `moves[state, event]` is the next state; a thing begins in one of `starts`."""

    name: str
    states: type[State]
    starts: frozenset[State]
    final: frozenset[State]
    moves: Mapping[tuple[State, Move], State]


def move(machine: Machine[State, Move], state: State, event: Move) -> State:
    """The state after `event`. Raises IllegalMove when the table does not know this move."""
    try:
        return machine.moves[state, event]
    except KeyError:
        raise IllegalMove(machine.name, state, event) from None


def may(machine: Machine[State, Move], state: State, event: Move) -> bool:
    """Whether `event` is a move of this state; ask it where "already so" is no error."""
    return (state, event) in machine.moves


def _table(rows: Iterable[tuple[Move, Iterable[State], State]]) -> dict[tuple[State, Move], State]:
    return {(source, event): target for event, sources, target in rows for source in sources}


# ── What was decided about a line ────────────────────────────────────────────────────────────────


class LineDecision(StrEnum):
    ASKED = "asked"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


LINE_UNDECIDED = frozenset({LineDecision.ASKED, LineDecision.IN_REVIEW})
LINE_FINAL = frozenset({LineDecision.ACCEPTED, LineDecision.REJECTED, LineDecision.WITHDRAWN})
LINE_COUNTS = LINE_UNDECIDED | {LineDecision.ACCEPTED}
"""Lines that hold their units on the order line's quantity account."""

LineMove = Literal["review", "accept", "reject", "refuse", "withdraw", "reconsider", "reopen"]
LINE: Machine[LineDecision, LineMove] = Machine(
    "line",
    LineDecision,
    starts=frozenset({LineDecision.ASKED}),
    final=LINE_FINAL,
    moves=_table(
        [
            # It came all the same, though it was withdrawn before anyone had decided.
            ("review", [LineDecision.ASKED, LineDecision.WITHDRAWN], LineDecision.IN_REVIEW),
            ("accept", LINE_UNDECIDED, LineDecision.ACCEPTED),
            ("reject", LINE_UNDECIDED, LineDecision.REJECTED),
            ("refuse", [LineDecision.ACCEPTED], LineDecision.REJECTED),  # the bench's verdict
            ("withdraw", LINE_COUNTS, LineDecision.WITHDRAWN),
            ("reconsider", [LineDecision.REJECTED], LineDecision.ACCEPTED),
            ("reopen", [LineDecision.WITHDRAWN], LineDecision.ACCEPTED),  # it came all the same
        ]
    ),
)


# ── The return ───────────────────────────────────────────────────────────────────────────────────


class ReturnState(StrEnum):
    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SETTLING = "settling"
    SETTLED = "settled"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


RETURN_UNDECIDED = frozenset({ReturnState.REQUESTED, ReturnState.IN_REVIEW})
RETURN_OPEN = RETURN_UNDECIDED | {ReturnState.APPROVED, ReturnState.SETTLING}
RETURN_MAY_CANCEL = RETURN_UNDECIDED | {ReturnState.APPROVED}
"""Only while PARCEL_UNSCANNED holds for each of its parcels; that guard is the caller's."""
RETURN_MAY_EXPIRE = frozenset({ReturnState.APPROVED})
"""Only voluntary returns expire, never a statutory withdrawal or a claim."""
RETURN_REOPENS = frozenset({ReturnState.CANCELLED, ReturnState.EXPIRED})
"""What a carrier's scan or a parcel at the bench brings back to life."""
RETURN_PAID = frozenset({ReturnState.SETTLED, ReturnState.CLOSED})
RETURN_FINAL = frozenset(
    {ReturnState.CLOSED, ReturnState.REJECTED, ReturnState.CANCELLED, ReturnState.EXPIRED}
)

ReturnMove = Literal[
    "review", "approve", "reject", "cancel", "expire", "reopen", "reconsider",
    "begin_settling", "settle", "close", "unsettle",
]  # fmt: skip
RETURN: Machine[ReturnState, ReturnMove] = Machine(
    "return",
    ReturnState,
    # A statutory withdrawal that matches its order enters approved, one that does not, in review.
    starts=frozenset({ReturnState.REQUESTED, ReturnState.IN_REVIEW, ReturnState.APPROVED}),
    final=RETURN_FINAL,
    moves=_table(
        [
            # A return cancelled before anyone decided goes to a person when its goods come anyway.
            ("review", [ReturnState.REQUESTED, *RETURN_REOPENS, ReturnState.REJECTED], ReturnState.IN_REVIEW),
            ("approve", RETURN_UNDECIDED, ReturnState.APPROVED),
            ("reject", RETURN_UNDECIDED, ReturnState.REJECTED),
            ("cancel", RETURN_MAY_CANCEL, ReturnState.CANCELLED),
            ("expire", RETURN_MAY_EXPIRE, ReturnState.EXPIRED),
            ("reopen", RETURN_REOPENS, ReturnState.APPROVED),
            ("reconsider", [ReturnState.REJECTED], ReturnState.APPROVED),
            ("begin_settling", [ReturnState.APPROVED], ReturnState.SETTLING),
            ("settle", [ReturnState.SETTLING], ReturnState.SETTLED),
            ("close", [ReturnState.SETTLED], ReturnState.CLOSED),
            # Stripe reports a refund failed after it succeeded; a missing unit turns up later.
            ("unsettle", RETURN_PAID, ReturnState.SETTLING),
        ]
    ),
)


def decided(lines: Iterable[LineDecision]) -> ReturnState:
    """Where a return stands by its lines alone, before goods and money: the least decided line counts."""
    seen = frozenset(lines)
    if LineDecision.IN_REVIEW in seen:
        return ReturnState.IN_REVIEW
    if LineDecision.ASKED in seen:
        return ReturnState.REQUESTED
    if LineDecision.ACCEPTED in seen:
        return ReturnState.APPROVED
    return ReturnState.REJECTED if LineDecision.REJECTED in seen else ReturnState.CANCELLED


# ── A parcel: where the goods are ────────────────────────────────────────────────────────────────


class ParcelState(StrEnum):
    NONE = "none"
    LABEL_READY = "label_ready"
    DROPPED_OFF = "dropped_off"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    RECEIVED = "received"
    LOST = "lost"


PARCEL_UNSCANNED = frozenset({ParcelState.NONE, ParcelState.LABEL_READY})
PARCEL_MOVING = frozenset({ParcelState.DROPPED_OFF, ParcelState.IN_TRANSIT})
PARCEL_SCANNED = PARCEL_MOVING | {ParcelState.DELIVERED, ParcelState.RECEIVED}
"""Proof of sending exists: the shopper may no longer cancel and `pay_by` starts to count."""
PARCEL_FINAL = frozenset({ParcelState.RECEIVED, ParcelState.LOST})

ParcelMove = Literal["print", "void", "drop_off", "transit", "deliver", "receive", "lose"]
PARCEL: Machine[ParcelState, ParcelMove] = Machine(
    "parcel",
    ParcelState,
    # An unannounced parcel begins at the bench.
    starts=frozenset({ParcelState.NONE, ParcelState.RECEIVED}),
    final=PARCEL_FINAL,
    moves=_table(
        [
            ("print", [ParcelState.NONE], ParcelState.LABEL_READY),
            ("void", [ParcelState.LABEL_READY], ParcelState.NONE),
            # Carriers leave scans out, so a parcel may skip forward; it never goes back.
            ("drop_off", PARCEL_UNSCANNED, ParcelState.DROPPED_OFF),
            (
                "transit",
                [*PARCEL_UNSCANNED, ParcelState.DROPPED_OFF, ParcelState.LOST],
                ParcelState.IN_TRANSIT,
            ),
            ("deliver", [*PARCEL_UNSCANNED, *PARCEL_MOVING, ParcelState.LOST], ParcelState.DELIVERED),
            (
                "receive",
                [*PARCEL_UNSCANNED, *PARCEL_MOVING, ParcelState.DELIVERED, ParcelState.LOST],
                ParcelState.RECEIVED,
            ),
            ("lose", [*PARCEL_MOVING, ParcelState.DELIVERED], ParcelState.LOST),
        ]
    ),
)


# ── What came back, per unit ─────────────────────────────────────────────────────────────────────


class ReceiptState(StrEnum):
    EXPECTED = "expected"
    RECEIVED = "received"
    MISSING = "missing"
    WRONG_ITEM = "wrong_item"
    EXTRA = "extra"
    GRADED = "graded"


RECEIPT_HERE = frozenset({ReceiptState.RECEIVED, ReceiptState.WRONG_ITEM, ReceiptState.EXTRA})
"""A thing lies on the bench and still has no grade."""
RECEIPT_FINAL = frozenset({ReceiptState.GRADED, ReceiptState.MISSING})

_COUNTED = frozenset({ReceiptState.RECEIVED, ReceiptState.MISSING, ReceiptState.WRONG_ITEM})

ReceiptMove = Literal["receive", "miss", "mistake", "match", "grade"]
RECEIPT: Machine[ReceiptState, ReceiptMove] = Machine(
    "unit",
    ReceiptState,
    starts=frozenset({ReceiptState.EXPECTED, ReceiptState.EXTRA}),
    final=RECEIPT_FINAL,
    moves=_table(
        [
            # A slip of the finger is put right, and what was missing may lie in the next parcel.
            ("receive", {ReceiptState.EXPECTED, *_COUNTED} - {ReceiptState.RECEIVED}, ReceiptState.RECEIVED),
            ("miss", {ReceiptState.EXPECTED, *_COUNTED} - {ReceiptState.MISSING}, ReceiptState.MISSING),
            (
                "mistake",
                {ReceiptState.EXPECTED, *_COUNTED} - {ReceiptState.WRONG_ITEM},
                ReceiptState.WRONG_ITEM,
            ),
            ("match", [ReceiptState.EXTRA], ReceiptState.RECEIVED),  # it belongs to a line after all
            ("grade", [*RECEIPT_HERE, ReceiptState.GRADED], ReceiptState.GRADED),  # again, with history
        ]
    ),
)


# ── Money on its way back ────────────────────────────────────────────────────────────────────────


class RefundState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


REFUND_RESERVES = frozenset(
    {RefundState.PLANNED, RefundState.SENDING, RefundState.PENDING, RefundState.UNKNOWN}
)
"""Not yet gone, but no longer free to be refunded: counts as reserved on its payment."""
REFUND_COUNTS = REFUND_RESERVES | {RefundState.SUCCEEDED}
REFUND_TO_RESUME = frozenset({RefundState.SENDING, RefundState.UNKNOWN})
"""What a worker finds after a crash and settles by reading the other side, under the same key."""
REFUND_FINAL = frozenset({RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELLED})

_ASKED = REFUND_TO_RESUME | {RefundState.PENDING}

RefundMove = Literal["send", "postpone", "time_out", "accept", "succeed", "fail", "cancel", "record"]
REFUND: Machine[RefundState, RefundMove] = Machine(
    "refund",
    RefundState,
    starts=frozenset({RefundState.PLANNED}),
    final=REFUND_FINAL,
    moves=_table(
        [
            ("send", [RefundState.PLANNED, RefundState.UNKNOWN], RefundState.SENDING),
            ("postpone", [RefundState.SENDING], RefundState.PLANNED),  # surely not done: 429, refused
            ("time_out", [RefundState.SENDING], RefundState.UNKNOWN),
            ("accept", REFUND_TO_RESUME, RefundState.PENDING),
            # The provider's newest word counts, also after the opposite one.
            ("succeed", [*_ASKED, RefundState.FAILED], RefundState.SUCCEEDED),
            ("fail", [*_ASKED, RefundState.SUCCEEDED], RefundState.FAILED),
            ("cancel", [RefundState.PLANNED, *_ASKED], RefundState.CANCELLED),
            ("record", [RefundState.PLANNED], RefundState.SUCCEEDED),  # paid by hand or elsewhere
        ]
    ),
)


# ── The other item on its way out ────────────────────────────────────────────────────────────────


class ExchangeState(StrEnum):
    OFFERED = "offered"
    RESERVED = "reserved"
    AWAITING_PAYMENT = "awaiting_payment"
    RELEASED = "released"
    SENT_OUT = "sent_out"
    SHIPPED = "shipped"
    FELL_THROUGH = "fell_through"


EXCHANGE_HOLDS_STOCK = frozenset(
    {ExchangeState.RESERVED, ExchangeState.AWAITING_PAYMENT, ExchangeState.RELEASED}
)
"""Stock is set aside: it counts against what can be offered to the next shopper."""
EXCHANGE_DONE = frozenset({ExchangeState.SENT_OUT, ExchangeState.SHIPPED})
"""The shop has the order for the new item: the line's value was given."""
EXCHANGE_FINAL = frozenset({ExchangeState.SHIPPED, ExchangeState.FELL_THROUGH})

ExchangeMove = Literal["reserve", "ask_payment", "release", "send_out", "ship", "fall_through", "offer_again"]
EXCHANGE: Machine[ExchangeState, ExchangeMove] = Machine(
    "exchange",
    ExchangeState,
    starts=frozenset({ExchangeState.OFFERED}),
    final=EXCHANGE_FINAL,
    moves=_table(
        [
            ("reserve", [ExchangeState.OFFERED], ExchangeState.RESERVED),
            ("ask_payment", [ExchangeState.RESERVED], ExchangeState.AWAITING_PAYMENT),
            ("release", [ExchangeState.RESERVED, ExchangeState.AWAITING_PAYMENT], ExchangeState.RELEASED),
            ("send_out", [ExchangeState.RELEASED], ExchangeState.SENT_OUT),
            ("ship", [ExchangeState.SENT_OUT], ExchangeState.SHIPPED),
            (
                "fall_through",
                [ExchangeState.OFFERED, *EXCHANGE_HOLDS_STOCK, ExchangeState.SENT_OUT],
                ExchangeState.FELL_THROUGH,
            ),
            ("offer_again", [ExchangeState.FELL_THROUGH], ExchangeState.OFFERED),
        ]
    ),
)

MACHINES = (LINE, RETURN, PARCEL, RECEIPT, REFUND, EXCHANGE)
