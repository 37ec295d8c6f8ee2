"""Forms no browser sends get an answer all the same, and never a failure of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faces.browser import Browser, app_for_tests
from tests.makers import a_shop

BOUNDARY = "----odd"


def _part(name: str, value: str, kind: str) -> str:
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n{value}\r\n"
    )


@pytest.mark.parametrize(
    "kind", ["text/plain; charset=no-such-charset", "text/plain; charset=utf-7", "nonsense", ";;;"]
)
async def test_a_part_in_an_unknown_charset_is_refused(db: str, tmp_path: Path, kind: str) -> None:
    await a_shop()
    body = _part("order", "1001", kind) + _part("email", "a@example.com", kind) + f"--{BOUNDARY}--\r\n"
    browser = Browser(app_for_tests(tmp_path))
    await browser.get("/sign-in")
    answer = await browser.http.post(
        "/returns/winkel/",
        content=body.encode(),
        headers={
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
            "sec-fetch-site": "same-origin",
        },
    )
    assert 400 <= answer.status_code < 500
