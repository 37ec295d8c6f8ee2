"""The questions a policy answers: of what, at which stage, how answers are written, and the defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, TypeVar

import msgspec

from returns_app.policy.amounts import (
    METHODS,
    RESOLUTIONS,
    Percent,
    read_fee,
    read_money,
    read_money_or_percent,
    read_percent,
    read_return_shipping,
    written,
)
from returns_app.policy.answers import MOMENTS, Anchor, Deduction, Note, PayOn, Span, Window
from returns_app.policy.facts import GRADES
from returns_app.policy.generosity import (
    EitherRefund,
    Generosity,
    HighestCap,
    Least,
    LeastDeduction,
    Most,
    MostAmount,
    NotCompared,
    Ranked,
    Superset,
)
from returns_app.policy.problems import Place, did_you_mean
from returns_app.policy.values import read_day

T = TypeVar("T")


class Question(msgspec.Struct, frozen=True):
    """One question. `default` (when `has_default`) answers it where no rule does; `generous` is the order
    by which the answers of several sides are joined. Windows are joined by nobody: each side has its own."""

    name: str
    scope: Literal["line", "parcel", "return"]
    stage: Literal["request", "inspection", "both"]
    about: str
    read: Callable[[object, Place], object | None]
    generous: Generosity
    has_default: bool = False
    default: object | None = None


class OneOf:
    """Reads one of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, raw: object, at: Place) -> str | None:
        if isinstance(raw, str) and raw in self.words:
            return raw
        at.refuse(
            f"{' or '.join(self.words)} is expected, not {written(raw)}.", did_you_mean(raw, self.words)
        )
        return None


class ListOf:
    """Reads a list of some of a few words, each once."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words

    def __call__(self, raw: object, at: Place) -> tuple[str, ...] | None:
        if not isinstance(raw, list):
            at.refuse(f"a list is expected, not {written(raw)}.", f'Write it as ["{self.words[0]}"].')
            return None
        unknown = [(index, word) for index, word in enumerate(raw) if word not in self.words]
        for index, word in unknown:
            (at / index).refuse(f"{written(word)} is not known here.", did_you_mean(word, self.words))
        if not unknown and len(set(raw)) < len(raw):
            at.refuse("the list names something twice.")
        return None if unknown or len(set(raw)) < len(raw) else tuple(raw)


_SPAN = re.compile(r"(\d+)(?: days?)? (?:from|after) (\w+)")


def read_window(raw: object, at: Place) -> Window | None:
    """ "30 days from delivery, else 35 from dispatch" or "until 2027-01-31"."""
    if not isinstance(raw, str):
        return _not_a_window(raw, at)
    if raw.startswith("until "):
        day = read_day(raw.removeprefix("until "), at)
        return None if day is None else Window(until=day)
    spans = [_read_span(part, raw, at) for part in re.split(r",\s*else\s+", raw.strip())]
    found = tuple(span for span in spans if span is not None)
    if len(found) < len(spans):
        return None
    if len({span.anchor for span in found}) < len(found):
        at.refuse("the window counts from the same day twice.", "The second one could never be used.")
        return None
    return Window(found)


def _read_span(part: str, raw: str, at: Place) -> Span | None:
    found = _SPAN.fullmatch(part.strip())
    if found is None:
        return _not_a_window(raw, at)
    anchors: dict[str, Anchor] = {"delivery": "delivery", "dispatch": "dispatch", "order": "order"}
    if found[2] not in anchors:
        at.refuse(f"a window can't count from “{found[2]}”.", did_you_mean(found[2], anchors))
        return None
    return Span(int(found[1]), anchors[found[2]])


def _not_a_window(raw: object, at: Place) -> None:
    example = 'Write it as "30 days from delivery, else 35 from dispatch" or "until 2027-01-31".'
    at.refuse(f"a window is expected, not {written(raw)}.", example)


def read_pay_on(raw: object, at: Place) -> PayOn | None:
    moment = OneOf(*MOMENTS)
    if not isinstance(raw, Mapping):
        every = moment(raw, at)
        return None if every is None else PayOn(every)  # pyright: ignore[reportArgumentType] - read from MOMENTS
    each = _read_table(raw, RESOLUTIONS, moment, at)
    return None if each is None else PayOn(None, each)  # pyright: ignore[reportArgumentType] - read from MOMENTS


def read_deduction(raw: object, at: Place) -> Deduction | None:
    if not isinstance(raw, Mapping):
        at.refuse(
            f"a table by grade is expected, not {written(raw)}.", 'Write it as { B = "10%", C = "25%" }.'
        )
        return None
    each = _read_table(raw, GRADES, read_percent, at)
    return None if each is None else Deduction(each)


def read_note(raw: object, at: Place) -> Note | None:
    if not isinstance(raw, Mapping) or not raw:
        at.refuse(f"words per language are expected, not {written(raw)}.", 'Write { en = "…", nl = "…" }.')
        return None
    strange = [word for word in raw if not re.fullmatch(r"[a-z]{2}", word)]
    for word in strange:
        (at / word).refuse(f"“{word}” is not a language.", 'Two small letters, such as "nl" (ISO 639).')
    each = _read_table(raw, tuple(raw), read_words, at)
    return None if strange or each is None else Note(each)


def read_words(raw: object, at: Place) -> str | None:
    if isinstance(raw, str) and raw.strip():
        return raw.strip()
    at.refuse(f"words are expected, not {written(raw)}.")
    return None


def _read_table(
    raw: Mapping[str, object], keys: Sequence[str], read: Callable[[object, Place], T | None], at: Place
) -> tuple[tuple[str, T], ...] | None:
    """The rows of a table whose keys are known words; None (and problems noted) when one can't be read."""
    rows: list[tuple[str, T]] = []
    for word, value in raw.items():
        if word not in keys:
            (at / word).refuse(f"“{word}” is not known here.", did_you_mean(word, keys))
        elif (answer := read(value, at / word)) is not None:
            rows.append((word, answer))
    return tuple(rows) if len(rows) == len(raw) else None


_ALL = [
    Question(
        "accept",
        "line",
        "request",
        "whether the shop takes the item back",
        OneOf("yes", "review", "no"),
        Ranked(("yes", "review", "no")),
    ),
    Question("window", "line", "request", "how long the shopper may ask", read_window, NotCompared()),
    Question(
        "offers",
        "line",
        "request",
        "what the shopper may choose, in order",
        ListOf(RESOLUTIONS),
        Superset(),
    ),
    Question("fee", "line", "request", "what is held back for handling", read_fee, Least()),
    Question(
        "return_shipping",
        "parcel",
        "request",
        "what the shopper pays to send it back",
        read_return_shipping,
        Least(),
    ),
    Question(
        "credit_bonus",
        "line",
        "request",
        "extra for choosing store credit",
        read_money_or_percent,
        MostAmount(),
    ),
    Question(
        "exchange_bonus",
        "line",
        "request",
        "extra for choosing an exchange",
        read_money_or_percent,
        MostAmount(),
        True,
        Percent(Decimal(0)),
    ),
    Question(
        "bonus_cap", "return", "request", "the most bonus a return can bring", read_money, HighestCap(), True
    ),
    Question(
        "keep",
        "line",
        "request",
        "paid when the shopper keeps the item",
        read_percent,
        Most(),
        True,
        Decimal(0),
    ),
    Question(
        "exchange_for",
        "line",
        "request",
        "what the shopper may exchange for",
        OneOf("same-product", "same-price", "anything"),
        Ranked(("anything", "same-price", "same-product")),
    ),
    Question("methods", "parcel", "request", "ways to send it back, in order", ListOf(METHODS), Superset()),
    Question(
        "evidence",
        "line",
        "request",
        "what the shopper must show",
        OneOf("none", "photo", "photo-and-note"),
        Ranked(("none", "photo", "photo-and-note")),
    ),
    Question("pay_on", "return", "request", "when the money moves", read_pay_on, NotCompared()),
    Question(
        "shipping_refund",
        "return",
        "request",
        "what comes back of the shipping paid",
        OneOf("none", "proportional", "whole-order"),
        EitherRefund(),
    ),
    Question(
        "promotion",
        "return",
        "request",
        "what becomes of a lost discount",
        OneOf("keep", "reclaim"),
        Ranked(("keep", "reclaim")),
    ),
    Question(
        "gift_back",
        "return",
        "request",
        "whether a free gift comes back",
        OneOf("yes", "no"),
        Ranked(("no", "yes")),
        True,
        "no",
    ),
    Question(
        "verdict",
        "line",
        "inspection",
        "what follows from inspection",
        OneOf("pay", "deduct", "refuse"),
        Ranked(("pay", "deduct", "refuse")),
    ),
    Question("deduction", "line", "inspection", "held back by grade", read_deduction, LeastDeduction()),
    Question("ship_to", "parcel", "both", "the warehouse it goes to", read_words, NotCompared(), True),
    Question("flag", "line", "both", "words for the bench", read_words, NotCompared(), True),
    Question("note", "line", "both", "words for the shopper", read_note, NotCompared(), True),
]

QUESTIONS: dict[str, Question] = {question.name: question for question in _ALL}
