"""Whatever a form holds, the answer is a page or a way on, never a fault, and nothing is half written."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns_app import database
from tests.faces.portal.walking import Walker
from tests.makers import line_ids

_RAW = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1", "2", "999999999999", "١", "yes", "refund", "credit", "exchange", "keep"]
    ),
    st.sampled_from(
        ["too-small", "defective", "label", "own", "\x00", "\ud800".encode("utf-8", "replace").decode()]
    ),
)
_SAID = st.dictionaries(
    st.sampled_from(
        ["pick", "quantity-{}", "reason-{}", "note-{}", "resolution-{}", "product-{}", "answer-{}-fault"]
        + ["method", "consent", "agreed", "draft", "stay", "remove-x", "photo-{}"]
    ),
    st.one_of(_RAW, st.just("{}")),
    max_size=8,
)
_STEPS = st.lists(
    st.tuples(st.sampled_from(["choose", "details", "decide", "decide/sum", "send", "check"]), _SAID),
    min_size=1,
    max_size=5,
)


@pytest.fixture
async def line(order: UUID) -> AsyncIterator[UUID]:
    [line] = await line_ids(order)
    yield line


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
async def test_any_form_gets_an_answer(walker: Walker, line: UUID, steps: list[tuple[str, Any]]) -> None:
    for place, said in steps:
        form = {name.format(line): value.replace("{}", str(line)) for name, value in said.items()}
        answer = await walker.post(place, _encodable(form))
        assert answer.status_code in (200, 303, 409, 413, 422), answer.text
        page = await walker.get(place.removesuffix("/sum"))
        assert page.status_code in (200, 303, 409, 422)
    assert await _whole()


def _encodable(form: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}


async def _whole() -> bool:
    """Every return has its lines, units and decision, or there is none."""
    row = await database.fetch_one(
        "SELECT (SELECT count(*) FROM returns) AS returns, (SELECT count(*) FROM return_lines) AS lines,"
        " (SELECT count(*) FROM unit_claims) AS units, (SELECT count(*) FROM decisions) AS decisions"
    )
    assert row is not None
    return row["returns"] == row["lines"] == row["units"] == row["decisions"]


async def test_a_key_from_elsewhere_is_never_taken_over(walker: Walker, line: UUID) -> None:
    await walker.post("choose", {"draft": "x" * 64, "pick": str(line), f"reason-{line}": "too-small"})
    row = await database.fetch_one("SELECT key FROM return_drafts")
    assert row is not None
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", row["key"])
