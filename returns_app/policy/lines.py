"""Line numbers of a TOML file by path, read from its syntax tree (tomllib tells none)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]

_TOML = Language(tree_sitter_toml.language())
_KEYS = ("bare_key", "quoted_key", "dotted_key")


class Duplicate(msgspec.Struct, frozen=True):
    """A key written twice: its path, and the lines (from 1) of both."""

    path: Path
    first: int
    line: int


class Lines:
    """Where each path of a TOML text stands. Paths are tuples: ("rule", 0, "then", "fee")."""

    def __init__(self, text: str) -> None:
        self.duplicates: list[Duplicate] = []
        self._line: dict[Path, int] = {}
        self._elements: dict[Path, int] = {}
        self._read(Parser(_TOML).parse(text.encode()).root_node)

    def of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that was written."""
        while path and path not in self._line:
            path = path[:-1]
        return self._line.get(path, 1)

    def _read(self, document: Node) -> None:
        for node in document.named_children:
            match node.type:
                case "pair":
                    self._pair(node, ())
                case "table":
                    self._table(node, self._header(node))
                case "table_array_element":
                    self._table(node, self._next_element(self._header(node)))

    def _table(self, node: Node, path: Path) -> None:
        for length in range(1, len(path) + 1):
            self._line.setdefault(path[:length], _line(node))
        for child in node.named_children:
            if child.type == "pair":
                self._pair(child, path)

    def _pair(self, node: Node, within: Path) -> None:
        key, value = node.named_children[0], node.named_children[-1]
        path = (*within, *_words(key))
        if path in self._line:
            self.duplicates.append(Duplicate(path, self._line[path], _line(node)))
        for length in range(len(within) + 1, len(path) + 1):
            self._line.setdefault(path[:length], _line(node))
        self._value(value, path)

    def _value(self, node: Node, path: Path) -> None:
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self._pair(child, path)
        elif node.type == "array":
            elements = [child for child in node.named_children if child.type != "comment"]
            for index, child in enumerate(elements):
                self._line[(*path, index)] = _line(child)
                self._value(child, (*path, index))

    def _header(self, node: Node) -> Path:
        """The path a header names; a table under an array of tables means its latest element."""
        path: Path = ()
        words = _words(next(child for child in node.named_children if child.type in _KEYS))
        for position, word in enumerate(words):
            path = (*path, word)
            if path in self._elements and position < len(words) - 1:
                path = (*path, self._elements[path])
        return path

    def _next_element(self, path: Path) -> Path:
        self._elements[path] = self._elements.get(path, -1) + 1
        return (*path, self._elements[path])


def _words(key: Node) -> tuple[str, ...]:
    return tuple(_parts(key))


def _parts(key: Node) -> Iterator[str]:
    if key.type == "dotted_key":
        for child in key.named_children:
            yield from _parts(child)
    else:
        yield (key.text or b"").decode().strip("\"'")


def _line(node: Node) -> int:
    return node.start_point.row + 1
