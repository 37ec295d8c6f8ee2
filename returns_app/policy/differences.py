"""What differs between two policies, part by part and in words: what a person reads before publishing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from returns_app.policy.amounts import Prices, RawRates
from returns_app.policy.answers import Deduction, Note, PayOn
from returns_app.policy.conditions import Condition
from returns_app.policy.model import Case, Policy, Rule, Segment
from returns_app.policy.wording import in_words

Part = Rule | Segment | Case
Facets = Mapping[str, tuple[object, str]]
"""What a part says, key by key as the file writes it: the value that counts, and its words."""


class Change(msgspec.Struct, frozen=True):
    """One key (`when.segment`, `then.fee`) in words; None where it isn't said at all."""

    key: str
    before: str | None
    after: str | None


class Difference(msgspec.Struct, frozen=True):
    """A rule, segment or case that differs. `line` is that in the newer file, or in the older if removed."""

    part: Literal["segment", "rule", "case"]
    what: Literal["added", "removed", "changed", "moved"]
    name: str
    line: int
    changes: tuple[Change, ...] = ()
    below: str | None = None
    """Of a rule added or moved: the rule right above it now; None where it stands first."""


class Differences(msgspec.Struct, frozen=True):
    """Everything in which one policy differs from another; `top` is its title and currency."""

    top: tuple[Change, ...]
    parts: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.top or self.parts)


def differences(before: Policy, after: Policy) -> Differences:
    """What changes from `before` to `after`. Parts are the same when they bear the same name."""
    return Differences(
        _changes(_top(before), _top(after)),
        (
            *_of_parts("segment", before.segments, after.segments),
            *_of_parts("rule", before.rules, after.rules),
            *_moved(before.rules, after.rules),
            *_of_parts("case", before.cases, after.cases),
        ),
    )


def _of_parts(
    kind: Literal["segment", "rule", "case"], before: Sequence[Part], after: Sequence[Part]
) -> list[Difference]:
    old, new = {each.name: each for each in before}, {each.name: each for each in after}
    above = _above(after) if kind == "rule" else {}
    gone = [
        Difference(kind, "removed", each.name, each.line, _changes(_facets(each), {}))
        for each in before
        if each.name not in new
    ]
    added = [
        Difference(kind, "added", each.name, each.line, _changes({}, _facets(each)), above.get(each.name))
        for each in after
        if each.name not in old
    ]
    changed = [
        Difference(kind, "changed", name, part.line, changes)
        for name, part in new.items()
        if name in old and (changes := _changes(_facets(old[name]), _facets(part)))
    ]
    return [*gone, *added, *changed]


def _moved(before: Sequence[Part], after: Sequence[Part]) -> list[Difference]:
    """Rules that stand elsewhere among the others, which matters: the first that answers decides."""
    kept = {each.name for each in before} & {each.name for each in after}
    old = [each.name for each in before if each.name in kept]
    new = [each for each in after if each.name in kept]
    matcher = SequenceMatcher(a=old, b=[each.name for each in new], autojunk=False)
    stayed = {
        old[at] for block in matcher.get_matching_blocks() for at in range(block.a, block.a + block.size)
    }
    above = _above(after)
    return [
        Difference("rule", "moved", each.name, each.line, below=above[each.name])
        for each in new
        if each.name not in stayed
    ]


def _above(rules: Sequence[Part]) -> dict[str, str | None]:
    names = [each.name for each in rules]
    return dict(zip(names, [None, *names], strict=False))


def _changes(before: Facets, after: Facets) -> tuple[Change, ...]:
    return tuple(
        Change(key, old[1] if old else None, new[1] if new else None)
        for key in dict.fromkeys([*before, *after])
        for old, new in [(before.get(key), after.get(key))]
        if old is None or new is None or old[0] != new[0]
    )


def _top(policy: Policy) -> Facets:
    return {"title": (policy.title, policy.title), "currency": (policy.currency, policy.currency)}


def _facets(part: Part) -> Facets:
    match part:
        case Rule():
            days = {"from": part.first_day, "until": part.last_day}
            dates = {key: (day, in_words(day)) for key, day in days.items() if day is not None}
            return dates | _asked(part.conditions) | _told("then", part.answers)
        case Segment():
            period = part.period
            counted = {"when.period": (period, f"{period.count} {period.unit}")} if period else {}
            return _asked(part.conditions) | counted
        case Case():
            return _told("given", part.given) | _told("expect", part.expect)


def _asked(conditions: Sequence[Condition]) -> dict[str, tuple[object, str]]:
    return {
        f"when.{each.fact}": ((frozenset(each.tests), frozenset(each.currencies)), each.text)
        for each in conditions
    }


def _told(under: str, values: Mapping[str, object]) -> dict[str, tuple[object, str]]:
    return {f"{under}.{name}": (_unordered(value), _words(value)) for name, value in values.items()}


def _unordered(value: object) -> object:
    """The value with its tables' keys in no order, for none is meant there."""
    match value:
        case RawRates(rates):
            return frozenset((rate.resolution, rate.method, _unordered(rate.amount)) for rate in rates)
        case Prices(each) | Deduction(each) | Note(each):
            return frozenset(each)
        case PayOn(every, each):
            return every, frozenset(each)
        case _:
            return value


def _words(value: object) -> str:
    """In words; a note in every language it is written in, since any of them may have changed."""
    if isinstance(value, Note):
        return ", ".join(f"{language} “{text}”" for language, text in value.each)
    return in_words(value) or "nothing"
