"""Before a request is complete: whether anything still open could let a line go back, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from returns_app.policy.compile import Engine
from returns_app.policy.facts import Situation
from returns_app.policy.law import LawPack
from returns_app.policy.sides import Promise
from returns_app.policy.windows import window_standing

Possible = dict[str, set[Any]]


class Chance(msgspec.Struct, frozen=True):
    """`open` unless every side says no whatever is still said; `until` the latest last day of one that may
    be open, else the latest there was."""

    open: bool
    until: date | None


def chance(
    engine: Engine,
    situation: Situation,
    open_facts: Iterable[str],
    *,
    law: Sequence[LawPack] = (),
    law_until: date | None = None,
    promise: Promise | None = None,
) -> Chance:
    """The chance of a line over every value its `open_facts` can take."""
    facts = frozenset(open_facts)
    sides = [_chance(possible, situation) for possible in _merchant(engine, situation, facts, promise)]
    sides += [Chance(True, law_until) for pack in law if _may_open(pack, situation, facts)]
    may = [side for side in sides if side.open]
    ends = [side.until for side in may or sides if side.until is not None]
    return Chance(bool(may), max(ends, default=None))


def _merchant(
    engine: Engine, situation: Situation, open_facts: frozenset[str], promise: Promise | None
) -> list[Possible]:
    """Today's possible answers, and those of the order's policy where it was promised to count."""
    today = engine.possible(situation, open_facts)
    if promise is None or promise.engine.policy.hash == engine.policy.hash:
        return [today]
    then = promise.engine.possible({**situation, "segment": promise.segments}, open_facts)
    mine, promised = dict(today), dict(then)
    for name in ("accept", "window"):
        honour = promise.honour.get(name, "today")
        mine[name] = then[name] if honour == "order" else today[name]
        promised[name] = today[name] if honour == "today" else then[name]
    return [mine, promised]


def _chance(possible: Possible, situation: Situation) -> Chance:
    standings = [window_standing(window, situation) for window in possible["window"]]
    ends = [end for _, end in standings if end is not None]
    in_time = any(standing != "closed" for standing, _ in standings)
    return Chance(in_time and possible["accept"] != {"no"}, max(ends, default=None))


def _may_open(pack: LawPack, situation: Situation, open_facts: frozenset[str]) -> bool:
    """Where no rule of it speaks, the law is silent, which opens nothing."""
    if not pack.covers(situation):
        return False
    return not pack.engine.possible(situation, open_facts)["accept"].isdisjoint({"yes", "review"})
