"""What every page of the bench has: who stands there, and the answer to the last scan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from returns_app.core.reference import grouped, valid
from returns_app.faces.rendering import choose_locale, render
from returns_app.faces.security.guards import brand_of
from returns_app.merchants.queries import Shop, StaffMember
from returns_app.wording import reason as reason_in_words
from returns_app.wording import translator, when

AnyRequest = Request[Any, Any, Any]
Tone = Literal["neutral", "success", "notice", "danger"]
LONGEST_CODE = 200
"""Characters read of a scan; the longest codes on parcels have fewer than 50."""


class Band(msgspec.Struct, frozen=True):
    """The answer to what was done last: a word to read from two metres, a sentence, a tone."""

    word: str
    text: str
    tone: Tone = "neutral"
    code: str | None = None


class Bench(msgspec.Struct, frozen=True):
    """A request at the bench: the shop, the person, and their language."""

    request: AnyRequest
    shop: Shop
    staff: StaffMember

    @property
    def locale(self) -> str:
        return choose_locale(self.request, brand_of(self.shop))

    @property
    def say(self) -> Callable[[str], str]:
        return translator(self.locale).gettext

    def ngettext(self, one: str, more: str, count: int) -> str:
        return translator(self.locale).ngettext(one, more, count) % {"num": count}

    def when(self, moment: Any) -> str:
        return when(moment, self.locale, self.shop.timezone)

    def page(self, template: str, band: Band | None, *, status: int = 200, **context: Any) -> Response[str]:
        return render(
            self.request,
            f"warehouse/{template}",
            status=status,
            staff=self.staff,
            band=band,
            reason_word=self.reason_word,
            for_people=for_people,
            **context,
        )

    def reason_word(self, key: str) -> str:
        """The shopper's reason in the reader's language; a merchant may have dropped or renamed it since."""
        reason = self.shop.settings.all_reasons().get(key)
        own = reason.words.get(self.locale) or reason.words.get("en") if reason else None
        if own:
            return own
        try:
            return reason_in_words(key, self.locale)
        except KeyError:
            return key


def go(path: str, **query: object) -> Redirect:
    """To another page of the bench; empty parts of the query are left out."""
    kept = {name: str(value) for name, value in query.items() if value not in (None, "")}
    return Redirect(path + (f"?{urlencode(kept)}" if kept else ""), status_code=303)


def new_step() -> str:
    """The id of a step that begins when its page is opened: doing it twice is doing it once."""
    return uuid4().hex


def step_of(given: str) -> str:
    """A step's id as a form or address gave it, else a new one."""
    return given if len(given) == 32 and given.isalnum() else new_step()


def uuid_of(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def for_people(code: str) -> str:
    """A return number in groups; any other code as it is."""
    return grouped(code) if valid(code) else code
