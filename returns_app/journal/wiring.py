"""What the composition root hands the journal at start: which event sets off which jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class UnknownEvent(LookupError):
    """An event was recorded that the table of reactions does not know."""


_reactions: dict[str, tuple[str, ...]] = {}


def use_reactions(table: Mapping[str, Sequence[str]]) -> None:
    """Take the table `event kind → job names`. Called once per process, before any event."""
    _reactions.clear()
    _reactions.update({kind: tuple(jobs) for kind, jobs in table.items()})


def jobs_for(kind: str) -> tuple[str, ...]:
    """Jobs that an event of this kind sets off. Raises UnknownEvent when it is in no table."""
    try:
        return _reactions[kind]
    except KeyError:
        raise UnknownEvent(f"the table of reactions has no line for {kind!r}") from None
