"""Every event may be written; what it sets off is not looked at here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from returns_app.core.events import Event
from returns_app.journal.wiring import use_reactions
from returns_app.settings import Settings


@pytest.fixture(autouse=True)
def _every_event() -> Iterator[None]:
    use_reactions({str(event): () for event in Event})
    yield
    use_reactions({})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, origin="https://retour.winkel.example", mail_from="retour@winkel.example")
