"""Variants of a product as rows of sizes and colours; what is sold out stays in its place and says so."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from returns_app.returns.weigh import Variant


class Chip(msgspec.Struct, frozen=True):
    """One variant to press. `words` are those of its options that differ within its row."""

    id: str
    words: str
    sold_out: bool


class Row(msgspec.Struct, frozen=True):
    """Variants that share an option, such as a colour. `heading` is empty when there is one row only."""

    heading: str
    picture: str | None
    chips: list[Chip]


def rows(variants: Sequence[Variant], quantity: int) -> list[Row]:
    """Grouped by the option with the fewest values, when there are two or more that differ."""
    differing = _differing(variants)
    if len(differing) < 2:
        return [Row("", None, [_chip(each, differing, quantity) for each in variants])]
    by = min(differing, key=lambda name: len({each.options.get(name) for each in variants}))
    rest = [name for name in differing if name != by]
    grouped: dict[str, list[Variant]] = {}
    for each in variants:
        grouped.setdefault(each.options.get(by, ""), []).append(each)
    return [
        Row(heading, members[0].picture, [_chip(each, rest, quantity) for each in members])
        for heading, members in grouped.items()
    ]


def _differing(variants: Sequence[Variant]) -> list[str]:
    names = dict.fromkeys(name for each in variants for name in each.options)
    return [name for name in names if len({each.options.get(name) for each in variants}) > 1]


def _chip(variant: Variant, names: Sequence[str], quantity: int) -> Chip:
    words = [variant.options[name] for name in names if name in variant.options]
    said = ", ".join(words or variant.options.values()) or variant.title
    return Chip(str(variant.id), said, variant.available < quantity)
