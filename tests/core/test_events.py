"""Every journal event has a stable name and one sentence."""

from __future__ import annotations

import re

import msgspec
import pytest

from returns_app.core.events import Event


@pytest.mark.parametrize("event", Event)
def test_an_event_has_a_name_and_one_sentence(event: Event) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", event)
    assert event.name == event.value.replace(".", "_").upper()
    assert event.meaning.endswith(".")
    assert event.meaning.count(". ") == 0


def test_an_event_is_found_and_stored_by_its_name() -> None:
    assert Event("return.requested") is Event.RETURN_REQUESTED
    assert msgspec.json.decode(msgspec.json.encode(Event.LABEL_READY), type=Event) is Event.LABEL_READY
