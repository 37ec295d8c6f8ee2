"""From one letter to a subject, a text and an HTML mail that say the same.

`templates/email/<kind>/letter.html` is written once, in parts such as `say.paragraph` and `say.sum`.
`parts.txt` and `parts.html` say each part in their own way, so neither mail can lack what the other tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Literal

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from returns_app import wording

_TEMPLATES = Path(__file__).parent.parent / "templates"
_SAYS = (
    wording.money,
    wording.difference,
    wording.date,
    wording.full_date,
    wording.when,
    wording.listed,
    wording.resolution,
    wording.method,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Form = Literal["txt", "html"]


class Rendered(msgspec.Struct, frozen=True):
    subject: str
    text: str
    html: str


def render(kind: str, locale: str, facts: Mapping[str, Any]) -> Rendered:
    """A letter in one language. A fact that is not given is an error."""
    subject = one_line(_environment(locale, "txt").get_template(f"email/{kind}/subject.txt").render(facts))
    said = {**facts, "subject": subject}
    return Rendered(
        subject=subject,
        text=_tidy(_letter(kind, locale, said, "txt")),
        html=_letter(kind, locale, said, "html"),
    )


def one_line(words: str) -> str:
    """Words fit for a header: nothing in a name can begin a second one."""
    return " ".join(_CONTROL.sub(" ", words).split())


def _letter(kind: str, locale: str, facts: Mapping[str, Any], form: Form) -> str:
    templates = _environment(locale, form)
    parts = templates.get_template(f"email/parts.{form}").make_module(dict(facts))
    letter = templates.get_template(f"email/{kind}/letter.html")
    return letter.render(facts, say=parts, frame=f"email/frame.{form}")


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends, no spaces at the ends of lines."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@lru_cache
def _environment(locale: str, form: Form) -> Environment:
    letters = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    letters.policies["ext.i18n.trimmed"] = True
    letters.install_gettext_translations(wording.translator(locale), newstyle=True)  # pyright: ignore[reportAttributeAccessIssue] - added by the i18n extension
    letters.filters.update({says.__name__: _in_language(says, locale) for says in _SAYS})
    letters.globals["locale"] = locale
    return letters


def _in_language(says: Callable[..., str], locale: str) -> Callable[..., str]:
    @wraps(says)
    def said(value: Any, *more: Any) -> str:
        return says(value, locale, *more)

    return said
