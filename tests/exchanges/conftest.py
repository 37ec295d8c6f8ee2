"""Events set off nothing here: a verb is looked at by itself."""

from __future__ import annotations

import pytest

from returns_app.core.events import Event
from returns_app.journal.wiring import use_reactions


@pytest.fixture(autouse=True)
def _nothing_reacts() -> None:
    use_reactions(dict.fromkeys(Event, ()))
