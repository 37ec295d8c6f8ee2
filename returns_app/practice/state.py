"""What the practice world remembers: one SQLite file, each command committed before it is answered."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS document (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL DEFAULT '', body TEXT NOT NULL,
    UNIQUE (kind, id));
CREATE INDEX IF NOT EXISTS document_of_parent ON document (kind, parent, position);
CREATE TABLE IF NOT EXISTS hook (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, body TEXT NOT NULL, headers TEXT NOT NULL,
    due REAL NOT NULL, queued REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT 'waiting', problem TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS hook_due ON hook (outcome, due);
"""


class State:
    """The durable memory all routers of the practice world share.

    It belongs to one event loop. A transaction must not await: that is what keeps commands one
    after the other. Writes outside `transaction()` commit at once.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._connection = sqlite3.connect(folder / "practice.sqlite3", isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(SCHEMA)
        self.hooks_waiting = asyncio.Event()

    def ensure(self, schema: str) -> None:
        """Create a part's own tables; `schema` holds CREATE … IF NOT EXISTS statements."""
        self._connection.executescript(schema)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on leaving, the change is on the disk. Cannot be nested."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def run(self, sql: str, *values: object) -> int:
        """Execute one statement; the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        return self._connection.execute(sql, values).fetchone()

    def setting(self, name: str, otherwise: str = "") -> str:
        row = self.row("SELECT value FROM setting WHERE name = ?", name)
        return row["value"] if row else otherwise

    def keep_setting(self, name: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name, value)

    def kept_setting(self, name: str, make: Callable[[], str]) -> str:
        """The setting, made once and kept when it is not there."""
        if not self.setting(name):
            self.keep_setting(name, make())
        return self.setting(name)

    def put(self, kind: str, id: str, body: Mapping[str, Any], *, parent: str = "") -> None:
        """Keep a JSON document; the same kind and id replaces the body and keeps place and parent."""
        self.run(
            "INSERT INTO document (kind, id, parent, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            kind,
            id,
            parent,
            json.dumps(body),
        )

    def get(self, kind: str, id: str) -> Document | None:
        row = self.row("SELECT body FROM document WHERE kind = ? AND id = ?", kind, id)
        return json.loads(row["body"]) if row else None

    def all(self, kind: str, *, parent: str | None = None) -> list[Document]:
        """Documents of a kind, the newest first; of one parent only when it is given."""
        sql = "SELECT body FROM document WHERE kind = ? {} ORDER BY position DESC"
        if parent is None:
            found = self.rows(sql.format(""), kind)
        else:
            found = self.rows(sql.format("AND parent = ?"), kind, parent)
        return [json.loads(row["body"]) for row in found]

    def drop_all(self, kind: str) -> int:
        """Forget every document of a kind; how many there were."""
        return self.run("DELETE FROM document WHERE kind = ?", kind)

    def queue_hook(self, name: str, body: str, *, headers: Mapping[str, str] | None = None) -> int:
        """Promise a POST to the app's hook `name`, kept until the app answers 2xx. Returns its position.

        Call it in the transaction of the change it tells of. Hooks named in `hooks.SIGNED` are
        signed when they are sent; others carry `headers` as given here.
        """
        now = time.time()
        [row] = self.rows(
            "INSERT INTO hook (name, body, headers, due, queued) VALUES (?, ?, ?, ?, ?) RETURNING position",
            name,
            body,
            json.dumps(dict(headers or {})),
            now,
            now,
        )
        self.hooks_waiting.set()
        return row["position"]
