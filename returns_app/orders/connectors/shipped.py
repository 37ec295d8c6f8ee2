"""The mappings that come with the app."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).with_name("mappings")


def shipped_mapping(name: str) -> Path:
    """A mapping file by its path, or by the bare name of one that is shipped."""
    shipped = _FOLDER / f"{name}.toml"
    given = Path(name)
    return shipped if given.name == name and not given.exists() and shipped.exists() else given
