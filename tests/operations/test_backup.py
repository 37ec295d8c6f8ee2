"""A back-up brings everything back; a damaged one is refused and loses nothing."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from returns_app.cli.migrate import migrate
from tests import postgres
from tests.operations.filling import contents, fill
from tests.whole_repo.catalog import catalog


@dataclass
class House:
    """A database and a data folder."""

    url: str
    data: Path

    def returns(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DATABASE_URL": self.url, "RETURNS_DATA": str(self.data)}
        command = [sys.executable, "-m", "returns_app.cli", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    def contents(self) -> dict[str, list[str]]:
        return asyncio.run(contents(self.url))

    def catalog(self) -> str:
        """Without casts and brackets: PostgreSQL writes the same check differently after reading it again."""
        return re.sub(r"::[a-z ]+(\[\])?|[()]", "", asyncio.run(catalog(self.url)))


@pytest.fixture(scope="module")
def house(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with a row in every table, a secret and a handed-out file."""
    with postgres.migrated_database(postgres_server, migrate, "house") as url:
        asyncio.run(fill(url))
        data = tmp_path_factory.mktemp("house")
        (data / "outgoing-orders").mkdir(parents=True)
        (data / "outgoing-orders" / "1.json").write_text("{}")
        (data / "postgresql").mkdir()
        (data / "postgresql" / "never").write_text("part of the server, not of a back-up")
        yield House(url, data)


@pytest.fixture
def empty_house(postgres_server: str, tmp_path: Path) -> Iterator[House]:
    with postgres.database(postgres_server, "empty") as url:
        (tmp_path / "empty").mkdir()
        yield House(url, tmp_path / "empty")


@pytest.fixture(scope="module")
def first_saved(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("saved") / "saved.tar.gz"
    done = house.returns("backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def saved(first_saved: Path, tmp_path: Path) -> Path:
    """A back-up of the house, to be spoiled at will."""
    return Path(shutil.copy(first_saved, tmp_path))


def test_every_table_has_a_row_to_lose(house: House) -> None:
    assert [table for table, rows in house.contents().items() if not rows] == []


def test_everything_comes_back_in_an_empty_house(house: House, empty_house: House, saved: Path) -> None:
    done = empty_house.returns("restore", str(saved))
    assert done.returncode == 0, done.stderr
    assert empty_house.contents() == house.contents()
    assert empty_house.catalog() == house.catalog()
    assert (empty_house.data / "secret").read_text() == (house.data / "secret").read_text()
    assert (empty_house.data / "outgoing-orders" / "1.json").read_text() == "{}"
    assert not (empty_house.data / "postgresql").exists()
    assert saved.stat().st_mode & 0o077 == 0


def test_what_is_there_is_replaced_only_when_told(house: House, saved: Path) -> None:
    before = house.contents()
    asyncio.run(_tell(house.url, "UPDATE merchants SET name = 'changed since'; CREATE TABLE stray (a int)"))
    refused = house.returns("restore", str(saved))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert house.contents() != before
    done = house.returns("restore", "--replace", str(saved))
    assert done.returncode == 0, done.stderr
    assert house.contents() == before


@pytest.mark.parametrize("kept", [0, 100, 5_000, -1_000, -1])
def test_a_truncated_archive_is_refused_and_loses_nothing(house: House, saved: Path, kept: int) -> None:
    before = house.contents()
    saved.write_bytes(saved.read_bytes()[:kept])
    refused = house.returns("restore", "--replace", str(saved))
    assert refused.returncode == 1
    assert "Nothing was changed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert house.contents() == before


def test_a_damaged_byte_is_found(house: House, saved: Path) -> None:
    before = house.contents()
    whole = bytearray(gzip.decompress(saved.read_bytes()))
    whole[len(whole) // 2] ^= 0xFF
    saved.write_bytes(gzip.compress(bytes(whole)))
    refused = house.returns("restore", "--replace", str(saved))
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert house.contents() == before


def test_nothing_is_restored_under_a_running_app(house: House, saved: Path) -> None:
    async def while_somebody_works() -> subprocess.CompletedProcess[str]:
        connection = await asyncpg.connect(house.url)
        try:
            return await asyncio.to_thread(house.returns, "restore", "--replace", str(saved))
        finally:
            await connection.close()

    refused = asyncio.run(while_somebody_works())
    assert refused.returncode == 1
    assert "The app is running" in refused.stderr


def test_an_interrupted_back_up_leaves_the_last_one(house: House, saved: Path) -> None:
    before = saved.read_bytes()
    broken = House(house.url.replace("returns_c_", "no_such_"), house.data)
    assert broken.returns("backup", str(saved)).returncode == 1
    assert saved.read_bytes() == before
    assert [
        path.name for path in saved.parent.iterdir() if "backup" in path.name or "part" in path.name
    ] == []


async def _tell(url: str, commands: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(commands)
    finally:
        await connection.close()
