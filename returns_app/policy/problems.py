"""What is wrong with a policy file, said so that a merchant can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

from returns_app.policy.lines import Lines, Path


class Problem(msgspec.Struct, frozen=True):
    """One fault: where it stands (file, line from 1, rule, key), what was expected, and a hint."""

    file: str
    line: int
    rule: str | None
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        rule = f" in “{self.rule}”" if self.rule else ""
        key = f", {self.key}" if self.key else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}{rule}{key}: {self.message}{hint}"


class PolicyError(ValueError):
    """The text is not a policy; `problems` holds every fault found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Place:
    """A spot in the file being read: `place / "key"` goes deeper, `refuse` notes a fault there."""

    def __init__(self, file: str, lines: Lines, problems: list[Problem], currency: str = "") -> None:
        self.file, self.lines, self.problems, self.currency = file, lines, problems, currency
        self.path: Path = ()
        self.rule: str | None = None

    def __truediv__(self, step: str | int) -> Place:
        deeper = Place(self.file, self.lines, self.problems, self.currency)
        deeper.path, deeper.rule = (*self.path, step), self.rule
        return deeper

    def inside(self, rule: str | None) -> Place:
        """The same spot, with faults reported under the name of `rule`."""
        named = Place(self.file, self.lines, self.problems, self.currency)
        named.path, named.rule = self.path, rule
        return named

    @property
    def line(self) -> int:
        return self.lines.of(self.path)

    @property
    def key(self) -> str:
        """The path as the merchant would write it: `then.return_shipping.refund`."""
        steps = self.path[2:] if len(self.path) > 2 and isinstance(self.path[1], int) else self.path
        return ".".join(str(step) for step in steps if isinstance(step, str))

    def refuse(self, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.file, self.line, self.rule, self.key, message, hint))


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """“Did you mean …?” for the nearest known name, or all names when there are few, or nothing."""
    names = sorted(known)
    near = get_close_matches(str(word).lower(), names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{near[0]}”?"
    return f"Known here: {', '.join(names)}." if 0 < len(names) <= 8 else ""
