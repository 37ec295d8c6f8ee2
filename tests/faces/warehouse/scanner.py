"""Hands at the bench: scan, confirm, judge, and read the band."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import httpx

from tests.faces.browser import Browser, hidden


async def scanned(bench: Browser, code: str) -> httpx.Response:
    """Scan a code on the first page, and open what it leads to."""
    answer = await bench.post("/warehouse/scan", {"code": code})
    return await bench.get(answer.headers["location"])


def band(page: httpx.Response) -> str:
    found = re.search(r'class="band-word">([^<]*)<', page.text)
    assert found, page.text
    return found[1]


def band_text(page: httpx.Response) -> str:
    found = re.search(r'class="band-text">([^<]*)', page.text)
    assert found, page.text
    return found[1]


async def opened(bench: Browser, return_id: UUID) -> dict[str, str]:
    """What the form of a return's page holds when it is opened."""
    page = await bench.get(f"/warehouse/return/{return_id}")
    fields = re.findall(r'name="((?:received|missing|wrong)-\d+)" value="(\d+)"', page.text)
    return {"step": hidden(page, "step"), "parcel": hidden(page, "parcel"), **dict(fields)}


async def confirmed(
    bench: Browser, return_id: UUID, form: dict[str, str], **changed: object
) -> httpx.Response:
    """Confirm a box; the page that follows, or the refusal."""
    said = {name.replace("_", "-"): str(value) for name, value in changed.items()}
    answer = await bench.post(f"/warehouse/return/{return_id}/receive", {**form, **said})
    return await bench.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def judged(bench: Browser, page: httpx.Response, **answers: str) -> httpx.Response:
    """Answer the questions of a condition page for all its lines; the page that follows."""
    lines = re.findall(r'name="line-([^"]+)"', page.text)
    form = {f"{name}-{line}": value for line in lines for name, value in answers.items()}
    answer = await bench.post(
        str(page.url.path),
        {"step": hidden(page, "step"), **{f"line-{line}": "yes" for line in lines}, **form},
    )
    return await bench.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def uploaded(bench: Browser, path: str, form: dict[str, str], file: bytes) -> httpx.Response:
    """Send a form with a photo."""
    sent: dict[str, Any] = {"photo": ("photo.jpg", file, "image/jpeg")}
    answer = await bench.http.post(
        path,
        data={**form, "_csrf_token": bench.token or ""},
        files=sent,
        headers={"sec-fetch-site": "same-origin"},
    )
    return await bench.get(answer.headers["location"]) if answer.status_code == 303 else answer
