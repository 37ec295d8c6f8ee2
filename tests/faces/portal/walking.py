"""A shopper who walks the portal, and reads what it says."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar, Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_app.faces.security.visits import begin_visit, start_for_shopper
from returns_app.merchants.queries import Shop
from returns_app.merchants.staff import add_staff
from tests.faces.browser import Browser, hidden
from tests.makers import AT

AnyRequest = Request[Any, Any, Any]


def with_a_door(app: Litestar) -> Litestar:
    """The app with a way in for tests: what the mailed code opens otherwise."""

    @post("/test/{slug:str}/enter/{order:uuid}", exclude_from_csrf=True, status_code=204)
    async def enter(
        request: Request[Any, Any, Any], shop: NamedDependency[Shop], order: FromPath[UUID]
    ) -> None:
        begin_visit(request, merchant=shop.id, order=order)

    @post("/test/{slug:str}/phone/{order:uuid}", exclude_from_csrf=True, status_code=204)
    async def phone(
        request: Request[Any, Any, Any], shop: NamedDependency[Shop], order: FromPath[UUID]
    ) -> None:
        email, password = "mila@winkel.example", "a long enough password"
        mila = await add_staff(shop.id, email=email, name="Mila", role="agent", password=password, at=AT)
        request.set_session({"staff": {"id": str(mila.id), "stamp": mila.stamp}})
        start_for_shopper(request, mila, order)

    app.register(enter)
    app.register(phone)
    return app


class Walker:
    """One shopper with one order of one shop."""

    def __init__(self, app: Litestar, shop: Shop, order: UUID, browser: Browser | None = None) -> None:
        self.browser, self.shop, self.order = browser or Browser(app), shop, order
        self.base = f"/returns/{shop.slug}"

    async def enter(self, by: str = "enter") -> Walker:
        entered = await self.browser.http.post(
            f"/test/{self.shop.slug}/{by}/{self.order}", headers={"sec-fetch-site": "same-origin"}
        )
        assert entered.status_code == 204, entered.text
        return self

    async def get(self, place: str, language: str = "en") -> httpx.Response:
        return await self.browser.get(f"{self.base}/{place}", headers={"accept-language": language})

    async def send(self, place: str, said: dict[str, Any], *, files: Any = None) -> httpx.Response:
        """Fill in the form of a page as it stands and send it."""
        page = await self.get(place)
        draft = re.search(r'name="draft" value="([^"]*)"', page.text)
        return await self.post(place, {"draft": draft[1] if draft else "", **said}, files=files)

    async def post(self, place: str, said: dict[str, Any], *, files: Any = None) -> httpx.Response:
        if self.browser.token is None:
            await self.browser.get("/sign-in")
        return await self.browser.http.post(
            f"{self.base}/{place}",
            data={**said, "_csrf_token": self.browser.token or ""},
            files=files,
            headers={"sec-fetch-site": "same-origin", "accept-language": "en"},
        )

    async def choose(self, *lines: UUID, reason: str = "too-small", **more: str) -> httpx.Response:
        said: dict[str, Any] = {"pick": [str(line) for line in lines], **more}
        for line in lines:
            said |= {f"reason-{line}": reason, f"quantity-{line}": said.get(f"quantity-{line}", "1")}
        return await self.send("choose", said)

    async def decide(self, line: UUID, resolution: str, product: UUID | None = None) -> httpx.Response:
        said = {f"resolution-{line}": resolution}
        if product:
            said[f"product-{line}"] = str(product)
        return await self.send("decide", said)

    async def confirm(self, **said: str) -> httpx.Response:
        page = await self.get("check")
        form = {"draft": hidden(page, "draft"), "agreed": hidden(page, "agreed"), **said}
        return await self.post("check", form)


def led_to(answer: httpx.Response) -> str:
    """Where a redirect leads, below the shop."""
    assert answer.status_code == 303, f"{answer.status_code}: {said_on(answer)[:2000]}"
    return answer.headers["location"].split("/", 3)[-1]


def said_on(page: httpx.Response) -> str:
    """The words of a page as they are read, on one line."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page.text.partition("<body>")[2] or page.text, flags=re.S)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
    for entity, letter in {"&#34;": '"', "&#39;": "'", "&amp;": "&", "&lt;": "<", "&gt;": ">"}.items():
        text = text.replace(entity, letter)
    return text.replace("\xa0", " ")
