"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "ALTER TABLE exchanges ADD CONSTRAINT exchanges_quantity_v1 CHECK (quantity > 0 AND value >= 0)",
    "CREATE INDEX exchanges_waiting ON exchanges (reserved_until) WHERE state = 'reserved'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="exchanges", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
