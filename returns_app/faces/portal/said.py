"""What the way says in words: reasons, notes, names, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from returns_app import wording
from returns_app.merchants.settings import FollowUp, Reason, Words
from returns_app.returns.consider import Choice
from returns_app.wording import translator

ReasonGroup = tuple[str | None, list[tuple[str, str]]]
"""A heading, or None, with the reasons below it: key and words."""


def in_language(words: Words, locale: str, otherwise: str = "") -> str:
    return words.get(locale) or words.get("en") or next(iter(words.values()), otherwise)


def reason_words(reason: Reason, locale: str) -> str:
    if reason.words:
        return in_language(reason.words, locale)
    return wording.reason(reason.key, locale) if reason.key in wording.REASONS else reason.key


def reason_groups(reasons: Sequence[Reason], locale: str) -> list[ReasonGroup]:
    """The merchant's tree as headings and leaves, as a select can show it."""
    groups: list[ReasonGroup] = []
    for root in reasons:
        if root.children:
            groups.append((reason_words(root, locale), _leaves(root.children, locale)))
        elif groups and groups[-1][0] is None:
            groups[-1][1].append((root.key, reason_words(root, locale)))
        else:
            groups.append((None, [(root.key, reason_words(root, locale))]))
    return groups


def _leaves(reasons: Sequence[Reason], locale: str, above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for reason in reasons:
        words = f"{above}{reason_words(reason, locale)}"
        found += _leaves(reason.children, locale, f"{words}: ") if reason.children else [(reason.key, words)]
    return found


def question_options(question: FollowUp, locale: str) -> list[tuple[str, str]]:
    """What can be answered, for questions that are not answered in one's own words."""
    _ = translator(locale).gettext
    if question.kind == "yes-no":
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(key, in_language(words, locale, key)) for key, words in question.options.items()]


def day_words(day: date, today: date, locale: str) -> str:
    """A day with its weekday when it is near, with its year when it is not."""
    near = abs((day - today).days) < 200
    return wording.date(day, locale) if near else wording.full_date(day, locale)


def until_words(choice: Choice, grounds: Mapping[str, str], today: date, locale: str) -> str:
    """Until when an open item can go back; some can only when something is wrong with them."""
    _, until = translator(locale).gettext, choice.until
    day = {"day": day_words(until, today, locale)} if until else {}
    if any(grounds[reason] == "return" for reason in choice.reasons):
        return _("You can send this back until %(day)s.") % day if day else ""
    if until and until < today:
        words = _("You could send this back until %(day)s. Is something wrong with it? Then you still can.")
        return words % day
    return _("This can only go back when something is wrong with it.")


def closed_words(choice: Choice, today: date, channel: str, locale: str) -> str:
    """Why an item can't go back, and until when it could."""
    _ = translator(locale).gettext
    match choice.closed:
        case "service":
            return _("This is a service, so there is nothing to send back.")
        case "marketplace":
            return _("You bought this through %(channel)s. Ask for the return there.") % {"channel": channel}
        case "all-returned":
            return _("Already in a return, or sent back before.")
        case "window" if choice.until:
            day = day_words(choice.until, today, locale)
            return _("You could send this back until %(day)s.") % {"day": day}
        case _:
            return note_words(choice.note, locale) or _("The shop's policy doesn't take this back.")


def note_words(note: Mapping[str, str] | None, locale: str) -> str:
    return in_language(dict(note), locale) if note else ""


def options_words(options: Mapping[str, str]) -> str:
    return ", ".join(options.values())
