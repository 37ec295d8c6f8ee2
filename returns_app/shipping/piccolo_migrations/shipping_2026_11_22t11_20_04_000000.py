"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:04:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "CREATE UNIQUE INDEX parcels_tracking_once ON parcels (merchant, tracking) WHERE tracking IS NOT NULL",
    "CREATE INDEX parcels_by_return ON parcels (return_id)",
    "CREATE INDEX parcels_at_the_bench ON parcels (merchant, created_at) WHERE kind <> 'return'",
    "CREATE INDEX labels_unanswered ON labels (created_at) WHERE state IN ('planned', 'sending', 'unknown')",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shipping", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
