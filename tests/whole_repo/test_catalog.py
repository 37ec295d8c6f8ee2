"""The migrations make the database we mean: the tables as written, and the catalogue as committed.

Piccolo makes no migration for a check that changed under its name, so the text of every constraint,
index and trigger is compared with a list that a person has read.
"""

from __future__ import annotations

import difflib

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.conf.apps import Finder

from returns_app.piccolo_conf import SLICES
from tests.whole_repo.catalog import FILE, catalog


async def test_the_migrated_database_is_the_committed_one(db: str) -> None:
    now, committed = await catalog(db), FILE.read_text()
    changes = "\n".join(difflib.unified_diff(committed.splitlines(), now.splitlines(), lineterm="", n=0))
    assert not changes, f"{changes}\n\nWhen this is meant: python -m tests.whole_repo.catalog"


@pytest.mark.parametrize("name", SLICES)
async def test_no_table_was_changed_without_a_migration(db: str, name: str) -> None:
    config = Finder().get_app_config(app_name=name)
    statements = await AutoMigrationManager().get_alter_statements(app_config=config)
    assert [line for part in statements for line in part.statements] == []
