from __future__ import annotations

import json
from pathlib import Path

import pytest

from returns_app import assets


def test_filling_again_costs_nothing() -> None:
    assets.fill()
    assert assets.fill() is False


def test_packages_that_cannot_be_had_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "dependencies": {"a": "1.0.0"}}))
    (tmp_path / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": {}}))
    with pytest.raises(assets.AssetsMissing, match="npm could not fetch"):
        assets.fill(root=tmp_path, vendor=tmp_path / "vendor")


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((assets.ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_every_bundle_is_complete_and_asks_for_nothing_else() -> None:
    assets.fill()
    assets.forget()
    for name in assets.BUNDLES:
        css = assets.content(name).decode()
        assert css.count("{") == css.count("}")
        assert "@import" not in css
        assert "http" not in css
