"""Numbers bound to each other by differences: can they all be, and with which values.

Each bound is “one node less another is at most so much”; such bounds agree just when no way round
through them is negative (Bellman 1958), and over whole numbers the shortest ways tell exactly what
each difference can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Span = tuple[int, int | None]
_Bounds = dict[tuple[str, str], int]


class Distances:
    """`nodes` tells each variable as the difference of two; of a pair in `order` the first is never more."""

    def __init__(self, nodes: Mapping[int, tuple[str, str]], order: Iterable[tuple[str, str]]) -> None:
        self.nodes = dict(nodes)
        present = {node for pair in self.nodes.values() for node in pair}
        between = list(order)
        self._all = sorted(present | {node for pair in between for node in pair})
        self._order = between
        self.linked = frozenset(self.nodes) if len(self.nodes) > 1 else frozenset()

    def agree(self, spans: Mapping[int, Span]) -> bool:
        """Whether the variables can lie in these spans together. An end that is None is open."""
        return self._shortest(spans) is not None

    def values(self, spans: Mapping[int, Span], wished: Mapping[int, int]) -> dict[int, int]:
        """A value in each span that goes with the others, as near as can be to the one wished for."""
        chosen: dict[int, Span] = dict(spans)
        for variable in spans:
            bounds = self._shortest(chosen)
            assert bounds is not None  # the caller asked whether they agree
            high, low = self.nodes[variable]
            least, most = -bounds.get((high, low), 0), bounds.get((low, high))
            value = max(wished[variable], least) if (high, low) in bounds else wished[variable]
            value = value if most is None else min(value, most)
            chosen[variable] = (value, value)
        return {variable: span[0] for variable, span in chosen.items()}

    def _shortest(self, spans: Mapping[int, Span]) -> _Bounds | None:
        """bounds[a, b]: at most by how much b is more than a; None when the spans contradict each other."""
        bounds: _Bounds = {(later, earlier): 0 for earlier, later in self._order}
        for variable, (least, most) in spans.items():
            high, low = self.nodes[variable]
            _tighten(bounds, high, low, -least)
            if most is not None:
                _tighten(bounds, low, high, most)
        for middle in self._all:
            into = [(a, by) for (a, b), by in bounds.items() if b == middle]
            out = [(b, by) for (a, b), by in bounds.items() if a == middle]
            for a, first in into:
                for b, second in out:
                    if a != b:
                        _tighten(bounds, a, b, first + second)
                    elif first + second < 0:
                        return None
        return bounds


def _tighten(bounds: _Bounds, a: str, b: str, by: int) -> None:
    if (a, b) not in bounds or by < bounds[a, b]:
        bounds[a, b] = by
