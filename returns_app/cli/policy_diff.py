"""`returns policy diff`: what differs between two policy files, in words."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from returns_app.cli.policy_files import JSON, print_json, read_policy_file
from returns_app.policy.differences import Change, Difference, Differences, differences

_SAME, _DIFFERENT, _UNREADABLE = 0, 1, 2


@click.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@JSON
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Say what changes from file A to file B: rules, segments and cases added, removed, changed or moved.

    Comments, layout and the order of keys don't count. The exit code is 0 when nothing differs, 1 when
    something does, 2 when a file can't be read.
    """
    old = read_policy_file(before, as_json, code=_UNREADABLE)
    new = read_policy_file(after, as_json, code=_UNREADABLE)
    found = differences(old, new)
    if as_json:
        hashes = {"before": old.hash, "after": new.hash}
        print_json({"ok": True, "same": not found, **hashes, "top": found.top, "parts": found.parts})
    else:
        click.echo("\n".join(_told(found)) or "Nothing differs.")
    sys.exit(_DIFFERENT if found else _SAME)


def _told(found: Differences) -> list[str]:
    top = [f"~ {_sentence(change)}" for change in found.top]
    return [*top, *(line for each in found.parts for line in _part(each))]


def _part(each: Difference) -> list[str]:
    sign = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}[each.what]
    head = f"{sign} {each.part} “{each.name}” (line {each.line}) {each.what}{_where(each)}"
    tell = _sentence if each.what == "changed" else _said
    return [head, *(f"    {tell(change)}" for change in each.changes)]


def _where(each: Difference) -> str:
    if each.part != "rule" or each.what not in ("added", "moved"):
        return ""
    return f", below “{each.below}”" if each.below else ", on top"


def _sentence(change: Change) -> str:
    return f"{change.key}: {change.before or 'not said'} → {change.after or 'not said'}"


def _said(change: Change) -> str:
    return f"{change.key}: {change.before or change.after}"
