"""One warmed renderer for all tests of papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from returns_app.shipping.render import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()
