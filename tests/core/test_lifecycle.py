"""Each machine is sound: every state is reachable, only moves in the table happen, nothing is stuck."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_app.core import lifecycle
from returns_app.core.lifecycle import (
    EXCHANGE,
    LINE,
    MACHINES,
    PARCEL,
    PARCEL_SCANNED,
    PARCEL_UNSCANNED,
    RECEIPT,
    REFUND,
    REFUND_COUNTS,
    RETURN,
    RETURN_FINAL,
    RETURN_OPEN,
    RETURN_PAID,
    ExchangeState,
    IllegalMove,
    LineDecision,
    Machine,
    ParcelState,
    ReceiptState,
    RefundState,
    ReturnState,
    decided,
    may,
    move,
)

AnyMachine = Machine[Any, Any]
every_machine = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)


def events(machine: AnyMachine) -> set[str]:
    return {event for _, event in machine.moves}


@every_machine
def test_every_state_is_reachable(machine: AnyMachine) -> None:
    reached = set(machine.starts)
    for _ in machine.states:
        reached |= {target for (source, _), target in machine.moves.items() if source in reached}
    assert reached == set(machine.states)


@every_machine
def test_every_state_that_is_not_final_can_leave_and_can_end(machine: AnyMachine) -> None:
    ends = set(machine.final)
    for _ in machine.states:
        ends |= {source for (source, _), target in machine.moves.items() if target in ends}
    assert ends == set(machine.states)
    leaving = {source for (source, _), target in machine.moves.items() if target != source}
    assert set(machine.states) - leaving <= machine.final


@every_machine
def test_every_event_of_its_type_is_in_the_table(machine: AnyMachine) -> None:
    literal = {
        "line": lifecycle.LineMove,
        "return": lifecycle.ReturnMove,
        "parcel": lifecycle.ParcelMove,
        "unit": lifecycle.ReceiptMove,
        "refund": lifecycle.RefundMove,
        "exchange": lifecycle.ExchangeMove,
    }[machine.name]
    assert events(machine) == set(literal.__args__)


@every_machine
def test_a_move_outside_the_table_raises_and_names_both(machine: AnyMachine) -> None:
    illegal = [pair for pair in product(machine.states, events(machine)) if pair not in machine.moves]
    assert illegal
    for state, event in illegal:
        assert not may(machine, state, event)
        with pytest.raises(IllegalMove) as refused:
            move(machine, state, event)
        assert state.value in str(refused.value)
        assert event in str(refused.value)


@every_machine
@given(data=st.data())
def test_any_walk_stays_in_the_table(machine: AnyMachine, data: st.DataObject) -> None:
    state = data.draw(st.sampled_from(sorted(machine.starts)))
    for event in data.draw(st.lists(st.sampled_from(sorted(events(machine))), max_size=12)):
        if may(machine, state, event):
            state = move(machine, state, event)
        assert state in machine.states


def test_states_read_from_a_database_move_as_they_are() -> None:
    assert RETURN.moves[ReturnState("approved"), "cancel"] is ReturnState.CANCELLED


def test_a_whole_story_from_request_to_closed() -> None:
    story = ReturnState.REQUESTED
    for event in ("review", "approve", "begin_settling", "settle", "close"):
        story = move(RETURN, story, event)
    assert story is ReturnState.CLOSED


@pytest.mark.parametrize("state", [ReturnState.CANCELLED, ReturnState.EXPIRED])
def test_a_scan_reopens_a_cancelled_or_expired_return(state: ReturnState) -> None:
    assert move(RETURN, state, "reopen") is ReturnState.APPROVED
    assert move(RETURN, state, "review") is ReturnState.IN_REVIEW


def test_only_an_approved_return_expires() -> None:
    assert [state for state in ReturnState if may(RETURN, state, "expire")] == [ReturnState.APPROVED]


def test_open_paid_and_final_cover_every_state_of_a_return() -> None:
    assert set(ReturnState) == RETURN_OPEN | RETURN_PAID | RETURN_FINAL
    assert not RETURN_OPEN & (RETURN_PAID | RETURN_FINAL)


@pytest.mark.parametrize("state", sorted(set(ParcelState) - {ParcelState.RECEIVED}))
def test_a_parcel_reaches_the_bench_without_any_scan(state: ParcelState) -> None:
    assert move(PARCEL, state, "receive") is ParcelState.RECEIVED


def test_a_parcel_never_goes_back_to_unscanned() -> None:
    back = [
        (source, event)
        for (source, event), target in PARCEL.moves.items()
        if source in PARCEL_SCANNED and target in PARCEL_UNSCANNED
    ]
    assert back == []


def test_a_refund_may_fail_after_it_succeeded_and_is_then_free_again() -> None:
    after = move(REFUND, RefundState.SUCCEEDED, "fail")
    assert after is RefundState.FAILED
    assert after not in REFUND_COUNTS


def test_a_lost_answer_is_asked_again_and_never_failed_by_the_time_out_itself() -> None:
    unknown = move(REFUND, RefundState.SENDING, "time_out")
    assert unknown in REFUND_COUNTS
    assert move(REFUND, unknown, "send") is RefundState.SENDING


def test_a_unit_is_graded_again_with_history_but_not_counted_again() -> None:
    assert move(RECEIPT, ReceiptState.GRADED, "grade") is ReceiptState.GRADED
    with pytest.raises(IllegalMove):
        move(RECEIPT, ReceiptState.GRADED, "receive")


def test_what_fell_through_is_offered_again() -> None:
    assert move(EXCHANGE, ExchangeState.FELL_THROUGH, "offer_again") is ExchangeState.OFFERED


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("asked accepted", ReturnState.REQUESTED),
        ("asked in_review rejected", ReturnState.IN_REVIEW),
        ("accepted rejected withdrawn", ReturnState.APPROVED),
        ("rejected withdrawn", ReturnState.REJECTED),
        ("withdrawn withdrawn", ReturnState.CANCELLED),
    ],
)
def test_a_return_stands_where_its_least_decided_line_stands(lines: str, expected: ReturnState) -> None:
    assert decided(LineDecision(line) for line in lines.split()) is expected


def test_a_bench_may_refuse_an_accepted_line_and_staff_may_take_that_back() -> None:
    refused = move(LINE, LineDecision.ACCEPTED, "refuse")
    assert move(LINE, refused, "reconsider") is LineDecision.ACCEPTED
