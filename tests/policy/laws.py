"""The shipped law packs, read from the checkout."""

from __future__ import annotations

from pathlib import Path

from returns_app.policy import LawPack, read_law

FILES = sorted((Path(__file__).parents[2] / "policies" / "law").glob("*.toml"))
PACKS: tuple[LawPack, ...] = tuple(
    read_law(file.read_text("utf-8"), name=f"law/{file.stem}", file=file.name) for file in FILES
)
