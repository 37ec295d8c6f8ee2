"""Whatever a form holds, the answer is a page or a way on, never a fault, and nothing is half written."""

from __future__ import annotations

import re
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
    st.sampled_from(["", "0", "-1", "1", "2", "999999999999", "١", "yes", "too-small", "defective", "\x00"]),
    st.sampled_from(["refund", "credit", "exchange", "keep", "label", "own"]),
)
_OF_LINE = ["quantity", "reason", "note", "resolution", "product", "photo"]
_FIELDS = [*(f"{name}-{{}}" for name in _OF_LINE), "answer-{}-fault", "pick", "method", "consent", "agreed"]
_SAID = st.dictionaries(
    st.sampled_from([*_FIELDS, "draft", "stay", "remove-x"]), st.one_of(_RAW, st.just("{}")), max_size=8
)
_STEPS = st.lists(
    st.tuples(st.sampled_from(["choose", "details", "decide", "decide/sum", "send", "check"]), _SAID),
    min_size=1,
    max_size=5,
)


@pytest.fixture
async def line(order: UUID) -> UUID:
    [line] = await line_ids(order)
    return line


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
