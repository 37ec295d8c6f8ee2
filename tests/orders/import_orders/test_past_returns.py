"""Returns from the books find the purchase they undo, and never one unit twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from returns_app.orders.import_orders.past_returns import Bought, CameBack, match

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return DAY + timedelta(days=number)


def test_the_latest_purchase_that_can_take_it_is_undone() -> None:
    old, new, after = (Bought(uuid4(), day(n), 3) for n in (1, 2, 9))
    [part] = match([old, new, after], [CameBack("C1", day(5), 2, 200)])
    assert (part.line, part.quantity, part.amount) == (new.line, 2, 200)


def test_what_one_purchase_cannot_take_is_spread_over_several() -> None:
    old, new = Bought(uuid4(), day(1), 3), Bought(uuid4(), day(2), 2)
    parts = match([old, new], [CameBack("C1", day(5), 7, 700)])
    assert [(part.line, part.quantity, part.amount) for part in parts] == [
        (new.line, 2, 200),
        (old.line, 3, 300),
        (None, 2, 200),
    ]


def test_a_purchase_that_is_used_up_is_left_alone() -> None:
    one = Bought(uuid4(), day(1), 2)
    parts = match([one], [CameBack("C2", day(6), 2, 20), CameBack("C1", day(5), 2, 20)])
    assert [(part.came_back.reference, part.line) for part in parts] == [("C1", one.line), ("C2", None)]


days = st.integers(0, 20).map(day)
purchases = st.lists(
    st.builds(Bought, st.uuids(), st.integers(0, 20).map(day), st.integers(0, 9)), max_size=6
)
returns = st.lists(
    st.builds(CameBack, st.uuids().map(str), days, st.integers(1, 12), st.integers(0, 999)),
    max_size=6,
)


@given(purchases, returns)
def test_units_and_money_are_conserved_and_no_unit_comes_back_twice(
    bought: list[Bought], came_back: list[CameBack]
) -> None:
    parts = match(bought, came_back)
    at = {one.line: one.at for one in bought}
    used: dict[UUID, int] = {}
    for one in came_back:
        mine = [part for part in parts if part.came_back == one]
        assert sum(part.quantity for part in mine) == one.quantity
        assert sum(part.amount for part in mine) == one.amount
    for part in parts:
        if part.line:
            assert at[part.line] <= part.came_back.at
            used[part.line] = used.get(part.line, 0) + part.quantity
    assert all(used.get(one.line, 0) <= one.left for one in bought)
