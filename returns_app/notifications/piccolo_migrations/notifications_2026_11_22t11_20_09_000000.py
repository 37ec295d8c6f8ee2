"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:09:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "CREATE INDEX messages_by_return ON messages (return_id)",
    "CREATE INDEX messages_unsent ON messages (written_at) WHERE state = 'planned'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notifications", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
